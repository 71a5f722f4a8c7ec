import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { parsed } from '../../http/validation.js';
import { jobIdText } from '../../http/wire-fields.js';
import { nameOf } from './job-name.js';
import { TASK_TYPE } from './job-type.js';
import type { JobChange, JobPut } from './job.draft.js';
import { changedSettings, jobChange, jobReplacement, settingsChangeOf } from './job.schema.js';

/** Returns what a PUT asks for. Throws InvalidInput; NotFound for a number that can be no id. */
export function jobPut(segment: string, body: unknown): JobPut {
  if (/^\d+$/.test(segment)) {
    const jobId = parsed(jobIdText(), segment);
    return { kind: 'change', jobId, change: changeOrRefusal(body), ofTask: () => changeOfTask(jobId, body) };
  }
  const { name: given, ...rest } = parsed(jobReplacement, body);
  if (given === undefined || given === segment) {
    return { kind: 'replace', replacement: { ...rest, name: nameOf(segment) } };
  }
  throw new InvalidInput(
    `'name' ${shown(given)} in the body must match the name ${shown(segment)} in the path`,
    'name',
  );
}

function changeOrRefusal(body: unknown): JobChange | InvalidInput {
  try {
    return parsed(jobChange, body);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
}

/** What is changed of a task by PUT /admin/v1/tasks alone, or not at all. */
const OTHER_FIELDS = [
  ...['action', 'httpMethod', 'user', 'password'],
  ...['command', 'runnerId', 'appId', 'appName', 'processId', 'options'],
];

const taskSettings = z.object({ name: z.string().optional(), ...changedSettings.shape });

/** Returns what a body changes where the job is a task: what all jobs have. Throws InvalidInput for anything else. */
function changeOfTask(jobId: number, body: unknown): JobChange {
  const { name, ...changed } = parsed(taskSettings, body);
  // An object, or it was refused just now.
  const { jobType = TASK_TYPE, ...fields } = body as Readonly<Record<string, unknown>>;
  if (jobType !== TASK_TYPE || OTHER_FIELDS.some((field) => Object.hasOwn(fields, field))) {
    throw new InvalidInput(
      `Job ${jobId} is a Cloud Foundry task: change its command with PUT /admin/v1/tasks/${jobId}`,
    );
  }
  const nothing = {
    action: undefined,
    httpMethod: undefined,
    actionUser: undefined,
    actionPassword: undefined,
  };
  return { name, content: { ...settingsChangeOf(changed), ...nothing } };
}
