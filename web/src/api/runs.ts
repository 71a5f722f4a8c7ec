import type { outcomesAnswer } from '../../../src/dashboard/reads/outcomes/outcomes.answers.js';
import type { runAnswer, runsAnswer } from '../../../src/dashboard/reads/reads.answers.js';
import type { Answer } from './answer.js';
import type { UpcomingRun } from './editor.js';
import type { JobSettings, ScheduleSettings } from './settings.js';
import type { RunState } from './types.js';

/** What the routes of runs and schedules answer. */

export type { RunState };

/** `GET /dashboard/api/runs`; the total is on the first page only. */
export type RunsPage = Answer<typeof runsAnswer>;
export type RunTotal = NonNullable<RunsPage['total']>;
/** A run of the list; instants are milliseconds. */
export type Run = RunsPage['results'][number];

/** `GET /dashboard/api/runs/{id}` */
export type RunDetail = Answer<typeof runAnswer>;
/** What keeps a run from its endpoint since when, and when that is looked at again. */
export type Held = NonNullable<RunDetail['held']>;
export type Neighbour = NonNullable<RunDetail['next']>;
/** A state that a run has passed, and what was said then. */
export type Transition = RunDetail['transitions'][number];

/** `GET /dashboard/api/outcomes` */
export type RunOutcomesAnswer = Answer<typeof outcomesAnswer>;

/** What is needed of `GET /scheduler/jobs/{id}`. */
export interface Job extends JobSettings {
  readonly name: string;
  readonly action: string;
  readonly active: boolean;
  /** null for a task. */
  readonly httpMethod: 'GET' | 'POST' | 'PUT' | 'DELETE' | null;
  readonly user: string | null;
}

/** What is needed of `GET /scheduler/jobs/{id}/schedules/{id}`. */
export interface Schedule extends ScheduleSettings {
  readonly description: string;
  readonly active: boolean;
  readonly data: string | null;
  readonly cron: string | null;
  readonly time: string | Readonly<Record<string, unknown>> | null;
  readonly repeatInterval: string | null;
  readonly repeatAt: string | null;
  readonly nextRunAt: string | null;
}

/** `GET .../next`: what a schedule means, and when it runs next; ISO 8601. */
export interface NextRuns {
  readonly text: string;
  readonly runs: readonly UpcomingRun[];
  readonly warnings: readonly string[];
}

const ENDED: readonly RunState[] = ['SUCCESS', 'ERROR', 'REQUEST_ERROR', 'UNKNOWN', 'TIMEOUT', 'SKIPPED'];

export const hasRunEnded = (state: RunState) => ENDED.includes(state);
export const hasRunFailed = (state: RunState) =>
  hasRunEnded(state) && state !== 'SUCCESS' && state !== 'SKIPPED';

export const runsRoute = (query: string) => `/dashboard/api/runs${query === '' ? '' : `?${query}`}`;
export const outcomesRoute = (query: string) => `/dashboard/api/outcomes${query === '' ? '' : `?${query}`}`;
export const runRoute = (runId: string) => `/dashboard/api/runs/${encodeURIComponent(runId)}`;
export const jobRoute = (jobId: number) => `/scheduler/jobs/${jobId}`;
export const scheduleRoute = (jobId: number, scheduleId: string) =>
  `${jobRoute(jobId)}/schedules/${encodeURIComponent(scheduleId)}`;
export const nextRoute = (jobId: number, scheduleId: string) =>
  `${scheduleRoute(jobId, scheduleId)}/next?count=10`;
