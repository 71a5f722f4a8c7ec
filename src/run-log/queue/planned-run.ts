import type { Instant } from '../../core/instant.js';
import { dueOf } from '../../core/plan/spread.js';
import { uuidToBytes } from '../../database/columns.js';
import type { RunOrigin } from '../../database/entities/kinds.js';
import { newUuidBytes } from '../../database/uuid-v7.js';

/** A run to be planned. */
export interface PlannedRun {
  readonly id: Buffer;
  readonly scheduleId: Buffer;
  readonly tenancyId: number;
  /** The instant from the pattern, unique among the runs of a schedule. */
  readonly plannedAt: Instant;
  /** When the queue releases the run: never before `plannedAt`. */
  readonly dueAt: Instant;
  readonly createdAt: Instant;
}

/** A run to be planned that is not of its schedule's plan. */
export interface AskedRun extends PlannedRun {
  readonly origin: Exclude<RunOrigin, 'plan'>;
  /** The instant that it stands for where that is not `plannedAt`. */
  readonly originalAt: Instant | null;
  /** The run that it runs again. */
  readonly replayOf: string | null;
  /** With which data of its schedule it is to be called where it runs another one again; any other gets the data of when it is called. */
  readonly dataVersion: number;
  /** The operation that makes it as one of many, little by little. */
  readonly pacedBy?: string | null;
}

/** Returns a run of a schedule that is planned at `now` for an instant, and due at that instant. */
export function plannedRunOf(
  schedule: { readonly id: string; readonly tenancyId: number },
  plannedAt: Instant,
  now: Instant,
): PlannedRun {
  const { id, tenancyId } = schedule;
  const place = { id: newUuidBytes(now), scheduleId: uuidToBytes(id), tenancyId };
  return { ...place, plannedAt, dueAt: plannedAt, createdAt: now };
}

/** Returns a run of a schedule's own plan: due as much later than its instant as the schedule is spread. */
export function spreadRunOf(
  schedule: { readonly id: string; readonly tenancyId: number; readonly spreadOffset: number | null },
  plannedAt: Instant,
  now: Instant,
): PlannedRun {
  return { ...plannedRunOf(schedule, plannedAt, now), dueAt: dueOf(plannedAt, schedule.spreadOffset) };
}
