import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { SchedulePattern } from '../../core/plan/pattern.js';
import { firstRun, intersect, type PlanInput } from '../../core/plan/planning.js';
import { plannedAfter } from '../../core/plan/spread.js';
import { storedPolicy } from '../../core/policy/run-policy.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import type { Tx } from '../../database/tx.js';
import { spreadRunOf, type PlannedRun } from '../../run-log/queue/planned-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { DeactivationStore, type Deactivation, type DeactivationReason } from './deactivation.store.js';
import { patternOfRow } from './pattern-of.js';

/** How often planning looks further when the instant that it found is taken by another run of the schedule. */
const MOST_TRIES = 100;

/** Active schedules of a job that exist, and what happened to them or to the job. */
export interface Replanned {
  readonly job: JobRow;
  readonly schedules: readonly ScheduleRow[];
  readonly cause: Exclude<PlanInput['cause'], 'created'>;
}

/** A schedule for which an instant is looked for; without a pattern that can be read there is none. */
interface Wanted {
  readonly schedule: ScheduleRow;
  readonly input: PlanInput | null;
}

/** Plans the next runs of schedules that have no plan: few statements for up to 500 of them. */
@Injectable()
export class NewPlans {
  constructor(
    private readonly runs: RunStore,
    private readonly deactivations: DeactivationStore,
  ) {}

  /**
   * Plans schedules from `now` on and returns when each is due that has a run, by its id. One that has no run left is
   * deactivated, which is logged; its `active` then says so.
   */
  async plan(tx: Tx, replanned: Replanned, now: Instant): Promise<Map<string, Instant>> {
    const planned = new Map<string, Instant>();
    const ended: Deactivation[] = [];
    let wanted = await this.wanted(tx, replanned, now);
    for (let tries = 0; wanted.length > 0; tries++) {
      if (tries === MOST_TRIES)
        throw new Error(`No free instant to plan for ${wanted.length} schedules within ${MOST_TRIES} tries.`);
      const found: { run: PlannedRun; next: Wanted }[] = [];
      for (const { schedule, input } of wanted) {
        const first = input && firstRun(input);
        if (first?.kind === 'at') {
          const run = spreadRunOf(schedule, first.at, now);
          planned.set(schedule.id, run.dueAt);
          found.push({ run, next: { schedule, input: input && { ...input, now: first.at + 1 } } });
        } else {
          schedule.active = false;
          planned.delete(schedule.id);
          const reason = first?.kind ?? unreadable(schedule);
          ended.push({ scheduleId: schedule.id, jobId: schedule.jobId, reason });
        }
      }
      // A run that has its instant already was claimed ahead of its time, or asked for: the one after it is taken.
      const stored = await this.store(
        tx,
        found.map(({ run }) => run),
      );
      wanted = found.filter(({ run }) => !stored.has(run)).map(({ next }) => next);
    }
    if (ended.length > 0) await this.deactivations.deactivate(tx, ended, now);
    return planned;
  }

  private async wanted(tx: Tx, { job, schedules, cause }: Replanned, now: Instant): Promise<Wanted[]> {
    const previous = await this.runs.listPrevious(
      tx,
      schedules.map(({ id }) => id),
    );
    // Whoever stays on has had all runs before the one that was planned.
    const from = (schedule: ScheduleRow) => (cause === 'activated' ? plannedAfter(schedule, now) : now);
    return schedules.map((schedule) => {
      const pattern = readablePattern(schedule);
      const before = previous.get(schedule.id) ?? null;
      const isFromEnd = repeatsAfterEnd(schedule);
      const input = pattern && {
        pattern,
        window: intersect(job, schedule),
        createdAt: schedule.createdAt,
        // Which run of a schedule is the newest says which of them plans the next.
        now: isFromEnd ? Math.max(now, (before?.plannedAt ?? now - 1) + 1) : from(schedule),
        cause,
        previous: before && isFromEnd ? { ...before, startedAt: before.endedAt ?? before.startedAt } : before,
      };
      return { schedule, input };
    });
  }

  /** Stores runs and returns those for which there was no other of their schedule at their instant. */
  private async store(tx: Tx, runs: readonly PlannedRun[]): Promise<Set<PlannedRun>> {
    if ((await this.runs.plan(tx, runs)) === runs.length) return new Set(runs);
    const stored = await this.runs.listStored(tx, runs);
    return new Set(runs.filter(({ id }) => stored.has(id.toString('hex'))));
  }
}

/** Returns what cannot be read of a schedule. */
function unreadable({ policy }: ScheduleRow): DeactivationReason {
  return storedPolicy(null, policy) === null ? 'unreadableSettings' : 'unreadablePattern';
}

/** A stored pattern that cannot be read stops its own schedule and no other. */
function readablePattern(schedule: ScheduleRow): SchedulePattern | null {
  try {
    return patternOfRow(schedule);
  } catch {
    return null;
  }
}

/** Returns whether the interval of a schedule counts from the end of a run; settings that cannot be read say nothing. */
export function repeatsAfterEnd({ kind, policy }: Pick<ScheduleRow, 'kind' | 'policy'>): boolean {
  return kind === 'interval' && storedPolicy(null, policy)?.repeatsAfterEnd === true;
}
