import { InvalidInput, shown } from '../../core/errors.js';
import { refuseElsewhere } from '../../core/policy/cancel-action.js';
import { storedSettings, type SettingName } from '../../core/policy/settings.js';
import type { JobRow } from '../../database/entities/job.row.js';

/** What `jobType` says of a job that calls an endpoint, and of one that is a task. */
export const HTTP_TYPE = 'HTTP_ENDPOINT';
export const TASK_TYPE = 'CF_TASK';

/** What is said of whatever only a job that calls an endpoint has. */
export const OF_ENDPOINTS = 'is for jobs that call an endpoint';

/** The settings of jobs that mean nothing to a task, and why or what to do (schedule-extensions.md, "Settled questions"). */
export const ENDPOINT_SETTINGS = {
  headers: `${OF_ENDPOINTS}: leave it out`,
  signing: `${OF_ENDPOINTS}: leave it out`,
  breaker: `${OF_ENDPOINTS}: leave it out`,
  timeout: `${OF_ENDPOINTS}: how long a task may take is the instance's time limit for reports`,
  throttle: `${OF_ENDPOINTS}: leave it out`,
} as const satisfies { readonly [Name in SettingName]?: string };

/** Returns the refusal of a task where only jobs that call an endpoint are made (cf-tasks.md, "Tasks"). */
export function taskElsewhere(): InvalidInput {
  return new InvalidInput(
    `'jobType' ${TASK_TYPE} cannot be created here, because a task belongs to an application: create it with POST /admin/v1/tasks and the provider's token`,
    'jobType',
  );
}

/** Only jobs that call an endpoint are made here; a task is no such job, whatever else is sent with it (cf-tasks.md). */
export function refuseOtherType(type: unknown): void {
  if (type === undefined || type === HTTP_TYPE) return;
  if (type === TASK_TYPE) throw taskElsewhere();
  throw new InvalidInput(
    `'jobType' ${shown(type)} is not known: leave it out, or use '${HTTP_TYPE}'`,
    'jobType',
  );
}

const REFUSED_IN_TASK = {
  ...ENDPOINT_SETTINGS,
  cancelAction: `${OF_ENDPOINTS}: a canceled task is stopped, leave it out`,
};

/**
 * Throws InvalidInput for a setting that means nothing beside what a job calls, of those that are given: one that is stored
 * keeps nobody from another change.
 */
export function refuseMisplaced(
  { kind, action, policy }: Pick<JobRow, 'kind' | 'action' | 'policy'>,
  given: readonly string[],
): void {
  const settings = storedSettings(policy);
  if (kind === 'http') {
    if (typeof settings.cancelAction === 'string') refuseElsewhere(action, settings.cancelAction);
    return;
  }
  for (const [name, words] of Object.entries(REFUSED_IN_TASK)) {
    if (!given.includes(name)) continue;
    // The names are those of settings.
    if ((settings[name as SettingName] ?? null) !== null) throw new InvalidInput(`'${name}' ${words}`, name);
  }
}
