import type { AccessScope } from '../../core/access-scope.js';
import type { Instant } from '../../core/instant.js';
import type { InvalidInput } from '../../core/errors.js';
import type { ActiveWindow } from '../../core/plan/planning.js';
import type { GivenHeaders } from '../../core/policy/headers.js';
import { changedSettings, type Settings } from '../../core/policy/settings.js';
import { JobRow, type HttpMethod } from '../../database/entities/job.row.js';
import { refuseReversed, type ScheduleDraft } from '../../schedule/schedule.draft.js';
import type { TaskContent } from '../task/task.content.js';
import { refuseMisplaced } from './job-type.js';

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
  const settings = changedSettings(null, policy);
  const row = Object.assign(new JobRow(), {
    instanceId: scope.instanceId,
    tenancyId: scope.tenancyId,
    kind: task ? 'cf_task' : 'http',
    name,
    ...fields,
    policy: settings.text,
    createdAt: now,
    modifiedAt: now,
  });
  refuseMisplaced(row, settings.changed);
  return row;
}
