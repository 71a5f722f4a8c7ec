import type { AccessScope } from '../../core/access-scope.js';
import type { Instant } from '../../core/instant.js';
import { InvalidInput } from '../../core/errors.js';
import type { ActiveWindow } from '../../core/plan/planning.js';
import { refuseElsewhere } from '../../core/policy/cancel-action.js';
import type { GivenHeaders } from '../../core/policy/headers.js';
import { changedSettings, storedSettings, type Settings } from '../../core/policy/settings.js';
import { JobRow, type HttpMethod } from '../../database/entities/job.row.js';
import { refuseReversed, withStoredInstants, type ScheduleDraft } from '../../schedule/schedule.draft.js';
import type { TaskContent } from '../task/task.content.js';

/** What a job says besides its name and its schedules. */
export interface JobContent extends ActiveWindow {
  readonly description: string;
  readonly action: string;
  readonly httpMethod: HttpMethod;
  readonly active: boolean;
  readonly ansOnSuccess: boolean | null;
  readonly ansOnError: boolean | null;
  readonly calmEnabled: boolean | null;
  readonly actionUser: string | null;
  /** In the clear in a draft, sealed in a row. */
  readonly actionPassword: string | null;
  /** The additional headers of its calls; null for none. */
  readonly headers: GivenHeaders | null;
  /** The other optional settings. In what replaces a job, those that are not there are taken off. */
  readonly policy: Settings;
}

/** A job, or a change of one, as a row has it: the names of its headers are a setting, and their values one sealed text. */
export type Sealed<C extends { readonly headers: unknown }> = Omit<C, 'headers'> & {
  readonly headers: string | null | Extract<C['headers'], undefined>;
};

/** A job as it is asked for. */
export interface JobDraft {
  readonly name: string;
  readonly content: JobContent;
  readonly schedules: readonly ScheduleDraft[];
  /** Where it is a task: what it has beyond its command, which is the action. */
  readonly task?: TaskContent;
}

/** A job that takes the place of one of its name; undefined schedules leave those that are there. */
export interface JobReplacement {
  readonly name: string;
  readonly content: JobContent;
  readonly schedules: readonly ScheduleDraft[] | undefined;
  readonly task?: TaskContent;
}

/** What is to change of a job: a field that is undefined stays. `name` must be the stored one. */
export interface JobChange {
  readonly name: string | undefined;
  readonly content: JobContentChange;
}

/** Of the settings, one that is not there stays. */
type JobContentChange = {
  readonly [Field in Exclude<keyof JobContent, 'policy'>]: JobContent[Field] | undefined;
} & Pick<JobContent, 'policy'>;

/** A change by id, read for a job that calls an endpoint or, since its body may not do for one, refused; and for a task. */
export interface JobChangePut {
  readonly kind: 'change';
  readonly jobId: number;
  readonly change: JobChange | InvalidInput;
  /** Throws InvalidInput. */
  readonly ofTask: () => JobChange;
}

/** What a PUT asks for: a segment that is all digits is an id, any other a name. */
export type JobPut = JobChangePut | { readonly kind: 'replace'; readonly replacement: JobReplacement };

/** A job as it is asked for, ready to be stored. */
type NewJobContent = Pick<JobReplacement, 'name' | 'task'> & { readonly content: Sealed<JobContent> };

/** Returns the row of a new job in the caller's own tenancy, without its id. Throws InvalidInput for a reversed window. */
export function newJob(scope: AccessScope, { name, content, task }: NewJobContent, now: Instant): JobRow {
  refuseReversed(content);
  const { policy, ...fields } = content;
  const row = Object.assign(new JobRow(), {
    instanceId: scope.instanceId,
    tenancyId: scope.tenancyId,
    kind: task ? 'cf_task' : 'http',
    name,
    ...fields,
    policy: changedSettings(null, policy).text,
    createdAt: now,
    modifiedAt: now,
  });
  refuseMisplacedInJob(row);
  return row;
}

/** Settings that mean nothing to a task. */
const OF_ENDPOINTS = ['headers', 'signing'] as const;

/** Throws InvalidInput for a setting that means nothing beside what a job calls. */
function refuseMisplacedInJob({ kind, action, policy }: Pick<JobRow, 'kind' | 'action' | 'policy'>): void {
  const { cancelAction = null, ...others } = storedSettings(policy);
  const ofEndpoint =
    kind === 'http' ? undefined : OF_ENDPOINTS.find((name) => (others[name] ?? null) !== null);
  if (ofEndpoint !== undefined) {
    throw new InvalidInput(`'${ofEndpoint}' is for jobs that call an endpoint: leave it out`, ofEndpoint);
  }
  if (typeof cancelAction !== 'string') return;
  if (kind === 'http') return refuseElsewhere(action, cancelAction);
  throw new InvalidInput(
    "'cancelAction' is for jobs that call an endpoint: a canceled task is stopped, leave it out",
    'cancelAction',
  );
}

/** What a change of a job changed: names of fields, and what follows for the plans of its schedules. */
export interface JobDifference {
  readonly changed: readonly string[];
  readonly isReplanned: boolean;
  readonly wasActive: boolean;
  /** What went because the action has another origin: `'user' and 'password'`, `'headers'`. */
  readonly lost: readonly string[];
}

const PLANNED_BY: readonly string[] = ['active', 'startAt', 'endAt'];

/**
 * Writes new content into a row and returns what differs. Stored credentials do not go along to an action of
 * another origin. Throws InvalidInput for a reversed window.
 */
export function applyContent(
  row: JobRow,
  { policy, ...content }: Sealed<JobChange['content']>,
  now: Instant,
): JobDifference {
  const lost = lostCredentials(row, content);
  const areHeadersLost =
    movesElsewhere(row, content.action) && row.headers !== null && content.headers === null;
  const settings = changedSettings(row.policy, policy);
  const given = Object.fromEntries(
    Object.entries({ ...withStoredInstants(row, content), ...lost }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const before = { ...row };
  Object.assign(row, given, { policy: settings.text, modifiedAt: now });
  refuseReversed(row);
  refuseMisplacedInJob(row);
  const changed = Object.keys(given).filter(
    // Content's fields are fields of the row by the same name.
    (name) => before[name as keyof JobRow] !== row[name as keyof JobRow],
  );
  return {
    // The headers are named by both: by their names, and by their values.
    changed: [...new Set([...changed, ...settings.changed])],
    isReplanned: changed.some((name) => PLANNED_BY.includes(name)),
    wasActive: before.active,
    lost: [...(lost === null ? [] : ["'user' and 'password'"]), ...(areHeadersLost ? ["'headers'"] : [])],
  };
}

const NO_CREDENTIALS = { actionUser: null, actionPassword: null };

/**
 * Returns the credentials that a job has left when its action moves to another origin (scheme, host, port): none.
 * They were given for one origin, and whoever changes the action need not know them. Null where they stay: where
 * the origin stays, there are none, or user and password are both given anew (rest-api.md, "PUT
 * /scheduler/jobs/{jobId}").
 */
function lostCredentials(
  row: JobRow,
  { action, actionUser, actionPassword }: Omit<JobChange['content'], 'policy' | 'headers'>,
) {
  if (!movesElsewhere(row, action)) return null;
  if (row.actionUser === null && row.actionPassword === null) return null;
  const areGivenAnew = typeof actionUser === 'string' && typeof actionPassword === 'string';
  return areGivenAnew ? null : NO_CREDENTIALS;
}

/** Returns whether a change takes the calls of a job to another origin (scheme, host, port). */
export function movesElsewhere({ kind, action: present }: JobRow, action: string | undefined): boolean {
  if (kind !== 'http' || action === undefined) return false;
  // URLs of one origin differ in case, notation of the host, or a default port that is written out.
  return new URL(action).origin !== new URL(present).origin;
}
