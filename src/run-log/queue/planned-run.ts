import type { Instant } from '../../core/instant.js';
import { uuidToBytes } from '../../database/columns.js';
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
