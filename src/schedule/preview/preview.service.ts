import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { describePattern } from '../../core/describe/describe.js';
import type { Instant } from '../../core/instant.js';
import { firingsPerDay } from '../../core/plan/firings.js';
import { intersect, type ActiveWindow } from '../../core/plan/planning.js';
import { runsFrom, upcomingIfCreated, type Upcoming } from '../../core/plan/upcoming.js';
import { Database } from '../../database/database.js';
import { getJob, type SchedulePlace } from '../../database/scoped.js';
import { patternOf } from '../plan/pattern-of.js';
import { timingAt, type TimingDraft } from '../plan/timing.js';
import { refuseReversed } from '../schedule.draft.js';
import { ScheduleStore } from '../schedule.store.js';

/** A schedule to look at before it is made. */
export interface PreviewDraft {
  readonly timing: TimingDraft;
  readonly window: ActiveWindow;
  /** When it would be made; null for now. */
  readonly from: Instant | null;
  readonly count: number;
}

/** Says when schedules run, before they are made and afterwards; changes nothing. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly database: Database,
    private readonly store: ScheduleStore,
    private readonly clock: Clock,
  ) {}

  /** Returns what a schedule means, and its runs if it was created active. Throws InvalidInput. */
  preview({ timing, window, from: given, count }: PreviewDraft) {
    refuseReversed(window);
    const from = given ?? this.clock.now();
    const pattern = patternOf(timingAt(timing, from));
    return {
      text: describePattern(pattern),
      ...upcomingIfCreated({ pattern, window }, from, count),
      runsPerDay: firingsPerDay(pattern, from),
    };
  }

  /** Returns what a stored schedule means, and its next runs: none while it or its job is inactive. Throws NotFound. */
  next(scope: AccessScope, place: SchedulePlace, count: number): Promise<Upcoming & { text: string }> {
    return this.database.read(async (tx) => {
      const job = await getJob(tx, scope, place.jobId);
      const { row, nextAt } = await this.store.getView(tx, scope, place);
      const pattern = patternOf(row);
      const text = describePattern(pattern);
      if (!job.active) return { text, runs: [], warnings: ['The job is inactive: it does not run.'] };
      if (!row.active) return { text, runs: [], warnings: ['The schedule is inactive: it does not run.'] };
      if (nextAt === null) return { text, runs: [], warnings: ['No run is planned.'] };
      const window = intersect(job, row);
      return { text, runs: runsFrom({ pattern, window }, nextAt, count, this.clock.now()), warnings: [] };
    }, scope);
  }
}
