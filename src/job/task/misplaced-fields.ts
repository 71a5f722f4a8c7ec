import { InvalidInput, shown } from '../../core/errors.js';
import { OPTION_NAMES } from '../../core/task/task-options.js';
import { ENDPOINT_SETTINGS, OF_ENDPOINTS, TASK_TYPE } from '../draft/job-type.js';

/** What callers know from jobs and from the Cloud Controller, and where it belongs; to ignore it would look like success. */
const MISPLACED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OPTION_NAMES.map((name) => [name, "belongs into 'options'"])),
  action: `${OF_ENDPOINTS}: a task has a 'command'`,
  httpMethod: `${OF_ENDPOINTS}: leave it out`,
  user: "belongs into 'options': there it is who runs the command",
  password: `${OF_ENDPOINTS}: leave it out`,
  ...ENDPOINT_SETTINGS,
  tenantId: 'is not for a task, which belongs to the provider: leave it out',
};

const MISPLACED_IN_CHANGE: Readonly<Record<string, string>> = {
  ...MISPLACED,
  schedules: 'do not belong here: change them under /scheduler/jobs/{jobId}/schedules',
};

/** Fields of a task that are also names of options. */
const OWN: readonly string[] = ['name', 'command'];

/** Returns the body of a new task as it is. Throws InvalidInput for fields that belong elsewhere. */
export const inNewTask = (body: unknown) => inPlace(body, MISPLACED);

/** The same of a change of a task. */
export const inTaskChange = (body: unknown) => inPlace(body, MISPLACED_IN_CHANGE);

function inPlace(body: unknown, misplaced: Readonly<Record<string, string>>): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const faults = Object.keys(body)
    .filter((field) => Object.hasOwn(misplaced, field) && !OWN.includes(field))
    .map((field) => `'${field}' ${misplaced[field]}`);
  const { jobType = TASK_TYPE } = body as { readonly jobType?: unknown };
  if (jobType !== TASK_TYPE) {
    faults.push(`'jobType' ${shown(jobType)} is not that of a task: leave it out, or use '${TASK_TYPE}'`);
  }
  if (faults.length > 0) throw new InvalidInput(faults.join('; also: '));
  return body;
}
