import type {
  jobDetailAnswer,
  jobsAnswer,
  logCountAnswer,
  stripsAnswer,
} from '../../../src/dashboard/reads/reads.answers.js';
import type { Answer } from './answer.js';
import type { JobSettings, ScheduleSettings } from './settings.js';

/** What the routes of the pages answer. Those under `/dashboard/api` are described once, by the service. */

export type { ShownState as RunState } from '../../../src/core/run-state.js';

export type Role = 'provider admin' | 'provider viewer' | 'tenant admin' | 'tenant viewer';

/** What a session or a link permits. */
export interface Grant {
  readonly role: Role;
  readonly instance: { readonly id: string; readonly name: string };
  readonly tenant: { readonly tenantId: string; readonly subdomain: string } | null;
}

/** `GET /dashboard/api/session`; instants are ISO 8601. */
export interface Session {
  readonly person: { readonly name: string; readonly way: 'link' | 'credentials' };
  readonly grants: readonly Grant[];
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly idleExpiresAt: string;
  readonly version: string;
}

/** `POST /dashboard/api/sign-in/link/look`. */
export interface LookedAtLink {
  readonly grant: Grant;
  readonly expiresAt: string;
}

/** `GET /dashboard/api/jobs`; instants are milliseconds. */
export type JobList = Answer<typeof jobsAnswer>;
export type ListedJob = JobList['results'][number];
/** A schedule of the list. */
export type Schedule = NonNullable<ListedJob['schedule']>;

/** `GET /dashboard/api/jobs/{jobId}`. */
type ToldJob = Answer<typeof jobDetailAnswer>;
export type JobSchedule = Omit<ToldJob['results'][number], 'settings'> & {
  readonly settings: ScheduleSettings;
};
export type JobDetail = Omit<ToldJob, 'settings' | 'results'> & {
  readonly settings: JobSettings;
  readonly results: readonly JobSchedule[];
};
/** Since when a schedule fails, and its last run. */
export type Failing = NonNullable<JobSchedule['failing']>;

/** `GET /dashboard/api/jobs/{jobId}/log-count`. */
export type LogCount = Answer<typeof logCountAnswer>;

/** `GET /dashboard/api/strips`. */
export type Strips = Answer<typeof stripsAnswer>;
/** The last runs of a schedule, oldest first, a list for each field. */
export type StripLists = Strips['results'][number];

/** `GET /api/jobs/{id}`: how something that takes longer is getting on. */
export interface Operation {
  readonly status: 'running' | 'cancel-pending' | 'canceled' | 'complete';
  readonly 'job-status-code'?: number;
  readonly 'job-results'?: { readonly 'run-id'?: string; readonly message?: string };
}

export const hasOperationEnded = (operation: Operation | undefined) =>
  operation?.status === 'complete' || operation?.status === 'canceled';

/** `GET /scheduler/actionLogs`. */
export interface ActionLogs {
  readonly total: number;
  readonly results: readonly ActionLog[];
}

export interface ActionLog {
  readonly action: string;
  readonly actor: string;
  readonly timestamp: string;
  readonly scheduleId: string | null;
  readonly details: string;
}
