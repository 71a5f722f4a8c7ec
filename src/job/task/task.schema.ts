import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { hasControlCharacters } from '../../core/task/control-characters.js';
import {
  MOST_OF_COMMAND,
  OPTION_NAMES,
  parseTaskOptions,
  type TaskOptions,
} from '../../core/task/task-options.js';
import { changeSchema } from '../../http/change-schema.js';
import { refusing } from '../../http/validation.js';
import {
  changedSettings,
  jobName,
  jobSchedules,
  jobSettings,
  settingsChangeOf,
  settingsOf,
} from '../draft/job.schema.js';
import { inNewTask, inTaskChange } from './misplaced-fields.js';
import {
  appKeyOf,
  refuseSchedules,
  runChosen,
  type NewTask,
  type TaskChange,
  type TaskDraft,
} from './task.draft.js';

const MOST_OF_NAME = 255;
/** A page of tasks has the options of each: together they must not be more than memory is meant for. */
const MOST_OF_OPTIONS = 20_000;

function optionsOf(value: unknown): TaskOptions {
  if (value === null) return {};
  const options = parseTaskOptions(typeof value === 'string' ? objectIn(value) : value, 'options');
  const { length } = JSON.stringify(options);
  if (length <= MOST_OF_OPTIONS) return options;
  throw new InvalidInput(
    `'options' must have at most ${MOST_OF_OPTIONS} characters as JSON, but has ${length}: leave something out`,
    'options',
  );
}

/** Returns what a JSON text says; the text itself, which is no object, where it is none. */
function objectIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function commandOf(command: string | null): string | null {
  if (command !== null && hasControlCharacters(command)) {
    throw new InvalidInput(
      `'command' must not contain control characters but tabs and line feeds, but is ${shown(command)}`,
      'command',
    );
  }
  const length = command === null ? 1 : Array.from(command).length;
  if (length >= 1 && length <= MOST_OF_COMMAND) return command;
  throw new InvalidInput(
    `'command' must have 1 to ${MOST_OF_COMMAND} characters, but is ${shown(command)}`,
    'command',
  );
}

const given = z.object({
  command: z
    .string()
    .nullable()
    .transform(refusing(commandOf))
    .default(null)
    .meta({ maxLength: MOST_OF_COMMAND }),
  processId: z.guid().nullable().default(null),
  options: z
    .unknown()
    .transform(refusing(optionsOf))
    .default({})
    .meta({
      type: ['object', 'null'],
      properties: Object.fromEntries(OPTION_NAMES.map((name) => [name, {}])),
      additionalProperties: false,
    }),
});

const app = { appId: z.guid().optional(), appName: z.string().min(1).max(MOST_OF_NAME).optional() };

const draftFields = z.object({ name: jobName, ...jobSettings.shape, ...given.shape });

/** A task calls no endpoint. */
const NO_ENDPOINT = { httpMethod: 'POST', actionUser: null, actionPassword: null } as const;

function draftOf(
  body: z.output<typeof draftFields> & { readonly schedules: TaskDraft['schedules'] },
): Omit<TaskDraft, 'app'> {
  const { command = '', processId = null, options = {} } = runChosen(body);
  const content = { ...settingsOf(body), ...NO_ENDPOINT, action: command };
  const draft = { name: body.name, content, schedules: body.schedules, processId, options };
  refuseSchedules(draft);
  return draft;
}

const taskDraft = draftFields.extend({ runnerId: z.guid(), ...app, schedules: jobSchedules }).transform(
  refusing((body): NewTask => {
    const { runnerId, appId, appName } = body;
    return { ...draftOf(body), runnerId, app: appKeyOf(appId, appName) ?? null };
  }),
);

/** Body of a new task. */
export const newTask = z.preprocess(refusing(inNewTask), taskDraft).meta({ id: 'TaskDraft' });

/** A task of an import: it names its runner and its application as people do, and may have no schedules. */
export const importedTask = draftFields
  .extend({
    runner: z.string(),
    appName: z.string().min(1).max(MOST_OF_NAME),
    schedules: jobSchedules.optional(),
  })
  .transform(
    refusing(({ runner, appName, ...body }) => ({
      ...{ runner, appName, ...draftOf({ ...body, schedules: body.schedules ?? [] }) },
    })),
  );

const changeFields = z
  .object({
    ...{ name: z.string().optional(), runnerId: z.guid().optional(), ...app },
    ...changedSettings.shape,
    ...changeSchema(given).shape,
  })
  .transform(
    refusing((body): TaskChange => {
      const { command, processId, options } = runChosen(body);
      const unchanged = { httpMethod: undefined, actionUser: undefined, actionPassword: undefined };
      return {
        name: body.name,
        content: { ...settingsChangeOf(body), ...unchanged, action: command },
        ...{ runnerId: body.runnerId, app: appKeyOf(body.appId, body.appName) },
        ...{ processId, options },
      };
    }),
  );

/** Body of a changed task: what is not given stays. */
export const taskChange = z.preprocess(refusing(inTaskChange), changeFields).meta({ id: 'TaskChange' });
