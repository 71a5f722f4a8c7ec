import type { JobRow } from '../database/entities/job.row.js';
import type { Parts } from '../http/pieces.js';
import type { ScheduleView } from '../schedule/schedule.view.js';
import type { TaskView } from './task/task.content.js';

/** The tenant that a job belongs to, as the outside knows it. */
export interface JobTenant {
  readonly tenantId: string;
  readonly subdomain: string;
}

/** A job, whose it is, and its schedules where they are asked for. */
export interface JobView {
  readonly row: JobRow;
  readonly tenant: JobTenant;
  /** Null for a job that calls an endpoint. */
  readonly task: TaskView | null;
  readonly schedules: readonly ScheduleView[] | null;
  /** The schedules after those, where there are too many to be read at once. */
  readonly otherSchedules?: Parts<ScheduleView> | null;
}

/** A job in a list: how many of its schedules are active, and how many are not. */
export interface JobEntry {
  readonly row: JobRow;
  readonly tenant: JobTenant;
  readonly task: TaskView | null;
  readonly activeCount: number;
  readonly inactiveCount: number;
}
