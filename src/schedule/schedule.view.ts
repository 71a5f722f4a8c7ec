import type { Instant } from '../core/instant.js';
import type { ScheduleRow } from '../database/entities/schedule.row.js';

/** A schedule and when its next run is planned, null when none is. */
export interface ScheduleView {
  readonly row: ScheduleRow;
  readonly nextAt: Instant | null;
}
