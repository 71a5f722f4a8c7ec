import type { timingAnswer } from '../../../src/dashboard/reads/timing/timing.answers.js';
import type { Answer } from './answer.js';

/** `GET /dashboard/api/schedules/{scheduleId}/timing`: of the last 1,000 runs of a schedule that have ended. */
export type Timing = Answer<typeof timingAnswer>;
/** A histogram in steps, and two of its percentiles. */
export type Distribution = Timing['lateness'];

export const timingRoute = (scheduleId: string) =>
  `/dashboard/api/schedules/${encodeURIComponent(scheduleId)}/timing`;
