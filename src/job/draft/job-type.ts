import { InvalidInput, shown } from '../../core/errors.js';

/** What `jobType` says of a job that calls an endpoint, and of one that is a task. */
export const HTTP_TYPE = 'HTTP_ENDPOINT';
export const TASK_TYPE = 'CF_TASK';

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
