import { grouped } from './grouped.js';
import type { Call, Terms } from './terms.js';
import { instantsOf } from './timeline.js';
import type { Schedule, StoredRun } from './oracle.js';

/** From when to when a replica stood still: for longer than its lease, and than any call takes. */
export interface Freeze {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Returns what is wrong with the run table once a deployment has come to rest: each planned instant of a schedule has
 * exactly one row, every row has ended, every call belongs to a row, and none holds what a replica brought after
 * it had lost its lease. Schedules that were deleted have no rows that must be there.
 */
export function complaintsAbout(
  schedules: readonly Schedule[],
  calls: readonly Call[],
  record: readonly StoredRun[],
  { terms, freezes }: { terms: Terms; freezes: readonly Freeze[] },
): string[] {
  const kept = schedules.filter((schedule) => !schedule.isDeleted);
  const rowsOf = grouped(record, (run) => run.scheduleId);
  const runIds = new Set(record.map((run) => run.runId));
  const keptIds = new Set(kept.map((schedule) => schedule.scheduleId));
  return [
    ...record
      .filter((run) => !run.isFinal)
      .map((run) => `run ${run.runId} of ${iso(run.plannedAtMs)} has not ended`),
    ...kept.flatMap((schedule) => complaintsOf(schedule, rowsOf.get(schedule.scheduleId) ?? [], terms)),
    ...calls
      .filter((call) => keptIds.has(call.scheduleId) && !runIds.has(call.runId))
      .map((call) => `the call of run ${call.runId} at ${iso(call.atMs)} is of no run on record`),
    ...record.flatMap((run) =>
      freezes.filter((freeze) => isByZombie(run, freeze, terms)).map(() => zombie(run)),
    ),
  ];
}

function complaintsOf(schedule: Schedule, rows: readonly StoredRun[], terms: Terms): string[] {
  const { scheduleId, changes } = schedule;
  const counts = new Map<number, number>();
  for (const { plannedAtMs } of rows) counts.set(plannedAtMs, (counts.get(plannedAtMs) ?? 0) + 1);
  const complaints = [...counts]
    .filter(([, count]) => count > 1)
    .map(([atMs, count]) => `schedule ${scheduleId} has ${count} rows for ${iso(atMs)}`);
  if (changes[0]?.pattern?.kind === 'interval') return complaints;
  const instants = instantsOf(changes, terms);
  const known = new Set(instants.map((instant) => instant.atMs));
  for (const { atMs, isDue } of instants) {
    if (isDue && !counts.has(atMs)) complaints.push(`schedule ${scheduleId} has no row for ${iso(atMs)}`);
  }
  for (const atMs of counts.keys()) {
    if (!known.has(atMs))
      complaints.push(`schedule ${scheduleId} has a row for ${iso(atMs)}, which its pattern leaves out`);
  }
  return complaints;
}

/** What a replica called before it stood still, and was told of only after that, is another's by then. */
function isByZombie({ executedAtMs, completedAtMs }: StoredRun, freeze: Freeze, { earlyMs }: Terms): boolean {
  if (executedAtMs === null || completedAtMs === null) return false;
  return executedAtMs <= freeze.fromMs + earlyMs && completedAtMs >= freeze.untilMs - earlyMs;
}

function zombie(run: StoredRun): string {
  return `run ${run.runId} was recorded by a replica whose lease was over`;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
