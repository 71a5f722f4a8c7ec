import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { describePattern } from '../../core/describe/describe.js';
import type { Instant } from '../../core/instant.js';
import { firingsPerDay } from '../../core/plan/firings.js';
import { parsePolicy, policyOf } from '../../core/policy/run-policy.js';
import type { Settings } from '../../core/policy/settings.js';
import { durationText } from '../../core/text/duration.js';
import type { SchedulePattern } from '../../core/plan/pattern.js';
import { intersect, type ActiveWindow } from '../../core/plan/planning.js';
import { runsFrom, upcomingIfCreated } from '../../core/plan/upcoming.js';
import { localTimeOf, noteOf } from '../../core/zone/local-time.js';
import type { ZoneRule } from '../../core/zone/zone-rule.js';
import { Database } from '../../database/database.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { getJob, type SchedulePlace } from '../../database/scoped.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { LifeCountStore } from '../plan/life/life-count.store.js';
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
  /** The settings that say when it runs. */
  readonly policy: Settings;
}

/** Says when schedules run, before they are made and afterwards; changes nothing. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly database: Database,
    private readonly store: ScheduleStore,
    private readonly counts: LifeCountStore,
    private readonly runs: RunStore,
    private readonly clock: Clock,
  ) {}

  /** Returns what a schedule means, and its runs if it was created active. Throws InvalidInput. */
  preview({ timing, window, from: given, count, policy }: PreviewDraft) {
    refuseReversed(window);
    const from = given ?? this.clock.now();
    const { zone = null, maxRuns = count, spreadMs } = policyOf(policy);
    const pattern = patternOf(timingAt(timing, from, policy), zone);
    const { runs, warnings } = upcomingIfCreated({ pattern, window }, from, Math.min(count, maxRuns));
    return {
      text: describePattern(pattern),
      runs: runs.map((at) => shownRun(at, pattern, zone)),
      warnings: spreadMs === undefined ? warnings : [...warnings, spreadWarning(spreadMs)],
      runsPerDay: firingsPerDay(pattern, from),
    };
  }

  /** Returns what a stored schedule means, and its next runs: none while it or its job is inactive. Throws NotFound. */
  next(scope: AccessScope, place: SchedulePlace, count: number): Promise<ShownRuns> {
    return this.database.read(async (tx) => {
      const job = await getJob(tx, scope, place.jobId);
      const { row, nextAt } = await this.store.getView(tx, scope, place);
      const read = readMeaning(row);
      if (read.kind === 'unreadable') return { text: row.expression, runs: [], warnings: [read.warning] };
      const { pattern, zone, maxRuns } = read;
      const text = describePattern(pattern);
      if (!job.active) return { text, runs: [], warnings: ['The job is inactive: it does not run.'] };
      if (!row.active) return { text, runs: [], warnings: ['The schedule is inactive: it does not run.'] };
      if (nextAt === null) return { text, runs: [], warnings: ['No run is planned.'] };
      const window = intersect(job, row);
      const left = maxRuns === undefined ? Infinity : maxRuns - (await this.counts.claimedRuns(tx, row.id));
      const most = Math.max(1, Math.min(count, left));
      const offset = row.spreadOffset;
      // The next run may be due at another offset than those after it.
      const latest = offset === null ? null : await this.runs.findLatest(tx, row.id);
      const at = latest?.isPlan === true ? latest.plannedAt : nextAt;
      const runs = runsFrom({ pattern, window }, at, most, this.clock.now());
      const warnings = offset === null ? [] : [offsetWarning(offset)];
      return { text, runs: runs.map((each) => shownRun(each, pattern, zone)), warnings };
    }, scope);
  }
}

/** Both say what `at` does not: it is the instant of the pattern. */
function spreadWarning(spreadMs: number): string {
  return `Each run is up to ${durationText(spreadMs)} later, at an offset chosen when it is saved.`;
}

function offsetWarning(offsetMs: number): string {
  return offsetMs === 0
    ? 'Its offset is 0: each run is due at its instant.'
    : `Each run is ${durationText(offsetMs)} later.`;
}

/** A run to come. */
export interface ShownRun {
  readonly at: Instant;
  /** The same in the zone of the schedule, ISO text with its offset; null where it has no zone. */
  readonly local: string | null;
  /** What the change of a clock does to it; null for nothing. */
  readonly note: string | null;
}

/** What a schedule means, and what is to come of it. */
export interface ShownRuns {
  readonly text: string;
  readonly runs: readonly ShownRun[];
  readonly warnings: readonly string[];
}

function shownRun(at: Instant, pattern: SchedulePattern, zone: ZoneRule | null): ShownRun {
  if (zone === null) return { at, local: null, note: null };
  return { at, local: localTimeOf(at, zone.zone), note: noteOf(pattern, at) };
}

type Meaning =
  | {
      readonly kind: 'read';
      readonly pattern: SchedulePattern;
      readonly zone: ZoneRule | null;
      readonly maxRuns: number | undefined;
    }
  | { readonly kind: 'unreadable'; readonly warning: string };

/** An earlier version, or one with other zones, may have stored what this one refuses: that is no fault of whoever asks. */
function readMeaning(row: ScheduleRow): Meaning {
  let what = 'settings';
  try {
    const { zone = null, maxRuns } = parsePolicy(row.policy);
    what = 'pattern';
    return { kind: 'read', pattern: patternOf(row, zone), zone, maxRuns };
  } catch (error) {
    return { kind: 'unreadable', warning: `Its ${what} cannot be read: ${errorText(error)}` };
  }
}

const errorText = (error: unknown) => (error instanceof Error ? error.message : String(error));
