import { Injectable } from '@nestjs/common';
import { firstRun, intersect, type PlanInput, type PreviousRun } from '../../core/plan/planning.js';
import type { SchedulePattern } from '../../core/plan/pattern.js';
import type { Instant } from '../../core/instant.js';
import type { Tx } from '../../database/tx.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { plannedRunOf, type PlannedRun } from '../../run-log/queue/planned-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { DeactivationStore, type Deactivation, type DeactivationReason } from './deactivation.store.js';
import { patternOf } from './pattern-of.js';
import { Planner } from './planner.js';
import { Reachability } from './reachability.store.js';

/** Schedules of one job that follow a change of it, and what happened to it. */
interface Part {
  readonly job: JobRow;
  readonly rows: readonly ScheduleRow[];
  readonly cause: 'activated' | 'edited';
}

/** What the plans of schedules go by, and what they come to. */
type Planning = { readonly row: ScheduleRow } & (
  { readonly run: PlannedRun; readonly at: Instant } | { readonly reason: DeactivationReason }
);

/**
 * Plans the schedules of a batch anew by the rules of the Planner, in a few statements for all that recur. One-time
 * schedules take theirs one by one.
 */
@Injectable()
export class BatchPlanner {
  constructor(
    private readonly planner: Planner,
    private readonly runs: RunStore,
    private readonly deactivations: DeactivationStore,
    private readonly reachability: Reachability,
  ) {}

  /** Plans schedules anew as of `now` and returns when the earliest of their runs comes, null where none does. What has no run left is switched off, and `active` says so. */
  async replan(tx: Tx, { job, rows, cause }: Part, now: Instant): Promise<Instant | null> {
    const planned: (Instant | null)[] = [];
    const isRecurring = (row: ScheduleRow) => job.active && row.active && row.kind !== 'once';
    for (const schedule of rows.filter((row) => !isRecurring(row))) {
      planned.push(await this.planner.replan(tx, { job, schedule, cause, isRetimed: false }, now));
    }
    const recurring = rows.filter(isRecurring);
    if (recurring.length > 0)
      planned.push(...(await this.replanRecurring(tx, { job, rows: recurring, cause }, now)));
    const instants = planned.filter((at) => at !== null);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  private async replanRecurring(tx: Tx, { job, rows, cause }: Part, now: Instant): Promise<Instant[]> {
    const ids = rows.map((row) => row.id);
    const due = await this.dropPlans(tx, ids, cause, now);
    if (cause === 'activated') await this.reachability.forgetAll(tx, rows);
    const left = rows.filter((row) => !due.has(row.id));
    const previous = await this.runs.listPrevious(
      tx,
      left.map((row) => row.id),
    );
    const plannings = left.map((row) =>
      planningOf(row, { ...inputOf(job, row), cause, now, previous: previous.get(row.id) ?? null }),
    );
    const ended = plannings.flatMap((each) =>
      'reason' in each ? [deactivationOf(each.row, each.reason)] : [],
    );
    await this.deactivations.deactivate(tx, ended, now);
    const next = plannings.flatMap((each) => ('run' in each ? [each] : []));
    const made = await this.runs.plan(
      tx,
      next.map(({ run }) => run),
    );
    if (made < next.length) await this.planAround(tx, { job, cause }, next, now);
    return [...due.values(), ...next.map(({ at }) => at)];
  }

  /** Returns what is due already and stays. */
  private async dropPlans(
    tx: Tx,
    ids: readonly string[],
    cause: Part['cause'],
    now: Instant,
  ): Promise<Map<string, Instant>> {
    if (cause === 'edited') return this.runs.dropPlansAfter(tx, ids, now);
    await this.planner.dropPlans(tx, ids);
    return new Map();
  }

  /** Other runs have these instants already: such schedules are planned one by one. */
  private async planAround(
    tx: Tx,
    { job, cause }: Pick<Part, 'job' | 'cause'>,
    next: readonly { readonly row: ScheduleRow; readonly run: PlannedRun }[],
    now: Instant,
  ): Promise<void> {
    const made = await this.runs.listExisting(
      tx,
      next.map(({ run }) => run.id),
    );
    for (const { row, run } of next) {
      if (made.has(run.id.toString('hex'))) continue;
      await this.planner.replan(tx, { job, schedule: row, cause, isRetimed: false }, now);
    }
  }
}

function inputOf(job: JobRow, row: ScheduleRow) {
  return { row, window: intersect(job, row), createdAt: row.createdAt };
}

function planningOf(
  row: ScheduleRow,
  input: Omit<PlanInput, 'pattern'> & { readonly previous: PreviousRun | null },
): Planning {
  const pattern = readable(row);
  const planned = pattern === null ? null : firstRun({ ...input, pattern });
  if (planned?.kind === 'at') return { row, at: planned.at, run: plannedRunOf(row, planned.at, input.now) };
  row.active = false;
  return { row, reason: planned?.kind ?? 'unreadablePattern' };
}

/** A stored pattern that cannot be read stops its own schedule and no other. */
function readable(row: ScheduleRow): SchedulePattern | null {
  try {
    return patternOf(row);
  } catch {
    return null;
  }
}

function deactivationOf({ id, jobId }: ScheduleRow, reason: DeactivationReason): Deactivation {
  return { scheduleId: id, jobId, reason };
}
