import type { JobSettings, ScheduleSettings } from './settings.js';
import type { Schedule } from './types.js';

/** What the editor of jobs and schedules asks the service for, and what it sends. */

export type TimingKind = Schedule['kind'];

/** The field of the API that each kind of timing is written in. */
export const TIMING_FIELDS = {
  cron: 'cron',
  interval: 'repeatInterval',
  dailyAt: 'repeatAt',
  once: 'time',
} as const satisfies Record<TimingKind, string>;

export const TIMING_KINDS = ['cron', 'interval', 'dailyAt', 'once'] as const satisfies readonly TimingKind[];

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;

/** A schedule as `/scheduler` shows it; times are `YYYY-MM-DD HH:mm:ss` in UTC. */
export interface WireSchedule extends ScheduleSettings {
  readonly scheduleId: string;
  readonly description: string;
  readonly active: boolean;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly data: string | null;
  readonly cron?: string | null;
  readonly repeatInterval?: string | null;
  readonly repeatAt?: string | null;
  /** A date object is kept as it was sent. */
  readonly time?: string | object | null;
}

/** A job as `/scheduler` shows it. */
export interface WireJob extends JobSettings {
  readonly jobId: number;
  readonly name: string;
  readonly description: string;
  readonly action: string;
  readonly active: boolean;
  readonly httpMethod: string | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly jobType: 'HTTP_ENDPOINT' | 'CF_TASK';
  readonly user: string | null;
  readonly ansConfig: object | null;
  readonly calmConfig: object | null;
}

/** A page of `/scheduler/jobs/{jobId}/schedules`. */
export interface WireSchedules {
  readonly total: number;
  readonly results: readonly WireSchedule[];
}

/** A job with its schedules, of many the first. */
export interface StoredJob extends WireJob {
  readonly schedules: WireSchedules;
}

/** A run that is to come; ISO 8601. */
export interface UpcomingRun {
  readonly at: string;
  /** The local time of a schedule that has a zone, with its distance from UTC. */
  readonly local?: string;
  /** What the clocks of the zone do to it. */
  readonly note?: string;
}

/** `POST /scheduler/preview`. */
export interface Preview {
  /** `every weekday at 09:00 UTC` */
  readonly text: string;
  readonly runs: readonly UpcomingRun[];
  /** Null for a schedule that fires once. */
  readonly runsPerDay: number | null;
  readonly warnings: readonly string[];
}

/** `POST /dashboard/api/test-calls`. */
export interface TestCallAnswer {
  readonly outcome: 'success' | 'accepted' | 'failed';
  readonly httpStatus: number | null;
  readonly durationMs: number;
  readonly text: string;
  readonly isCut: boolean;
  readonly message: string;
  /** The code of a call without an answer. */
  readonly cause: string | null;
}

export const JOBS_ROUTE = '/scheduler/jobs';
export const PREVIEW_ROUTE = '/scheduler/preview';
export const TEST_CALLS_ROUTE = '/dashboard/api/test-calls';
export const jobRoute = (jobId: number | string) => `${JOBS_ROUTE}/${jobId}`;
/** As many schedules of a job are read as are shown and copied. */
export const MOST_SCHEDULES = 100;
export const schedulesRoute = (jobId: number | string) => `${jobRoute(jobId)}/schedules`;
export const scheduleRoute = (jobId: number | string, scheduleId: string) =>
  `${schedulesRoute(jobId)}/${scheduleId}`;
