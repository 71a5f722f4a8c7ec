import { z } from 'zod';
import { InvalidInput, shown } from '../core/errors.js';
import { HTTP_METHODS } from '../database/entities/job.row.js';
import { changeSchema } from '../http/change-schema.js';
import { parsed, refusing } from '../http/validation.js';
import { activeFlag, dateValue, flag, jobIdText, textOrEmpty } from '../http/wire-fields.js';
import { scheduleDraft } from '../schedule/schedule.schema.js';
import { configObject } from './config-object.js';
import type { JobChange, JobContent, JobDraft, JobPut } from './job.draft.js';

const NAME = /^[\p{L}\p{M}\p{Nd} _\-.()']+$/u;
const LONGEST_NAME = 255;

/** A name as rest-api.md allows it, compared exactly. */
function nameOf(name: string): string {
  const refuse = (why: string) => {
    throw new InvalidInput(`'name' ${shown(name)} ${why}`, 'name');
  };
  const length = Array.from(name).length;
  if (length === 0 || length > LONGEST_NAME) refuse(`must have 1 to ${LONGEST_NAME} characters`);
  if (name.trim() !== name) refuse('must not begin or end with a blank: remove it');
  if (/^\p{Nd}+$/u.test(name)) refuse('must not consist of digits only: add a letter');
  if (!NAME.test(name)) {
    refuse("must not contain special characters: letters, digits, blanks and _ - . ( ) ' are allowed");
  }
  return name;
}

function actionOf(action: string): string {
  const isUrl = /^https?:\/\/[^\s/]/i.test(action) && !/[\s\p{Cc}]/u.test(action) && URL.canParse(action);
  if (isUrl) return action;
  throw new InvalidInput(
    `'action' ${shown(action)} must be an absolute URL with http or https, such as 'https://app.example.com/run'`,
    'action',
  );
}

const name = z.string().transform(refusing(nameOf));
const action = z.string().transform(refusing(actionOf));
const credential = () => z.string().nullable();

/** What POST and the replacing PUT take: what is not given is its default. */
const draftFields = z.object({
  description: textOrEmpty().default(''),
  action,
  active: activeFlag().default(false),
  httpMethod: z.enum(HTTP_METHODS).default('POST'),
  startTime: dateValue('startTime').default(null),
  endTime: dateValue('endTime').default(null),
  ansConfig: configObject('ansConfig', { optional: ['onSuccess', 'onError'] }).default(null),
  calmConfig: configObject('calmConfig', { required: ['enabled'] }).default(null),
  user: credential().default(null),
  password: credential().default(null),
});

/** What the changing PUT takes: what is not given stays. */
const changeFields = z.object({ name: z.string().optional(), ...changeSchema(draftFields).shape });

const schedules = z.array(scheduleDraft).min(1);

function contentOf(body: z.output<typeof draftFields>): JobContent {
  return {
    ...{ description: body.description, action: body.action, active: body.active },
    ...{ httpMethod: body.httpMethod, startAt: body.startTime, endAt: body.endTime },
    ansOnSuccess: body.ansConfig?.['onSuccess'] ?? null,
    ansOnError: body.ansConfig?.['onError'] ?? null,
    calmEnabled: body.calmConfig?.['enabled'] ?? null,
    ...{ actionUser: body.user, actionPassword: body.password },
  };
}

function changeOf(body: z.output<typeof changeFields>): JobChange {
  const { ansConfig, calmConfig, user } = body;
  const content = {
    ...{ description: body.description, action: body.action, active: body.active },
    ...{ httpMethod: body.httpMethod, startAt: body.startTime, endAt: body.endTime },
    ansOnSuccess: ansConfig === undefined ? undefined : (ansConfig?.['onSuccess'] ?? null),
    ansOnError: ansConfig === undefined ? undefined : (ansConfig?.['onError'] ?? null),
    calmEnabled: calmConfig === undefined ? undefined : (calmConfig?.['enabled'] ?? null),
    actionUser: user,
    // Without its user a password means nothing.
    actionPassword: user === null ? null : body.password,
  };
  return { name: body.name, content };
}

/** Body of POST. */
export const jobDraft = draftFields
  .extend({ name, schedules })
  .transform((body): JobDraft => ({ name: body.name, content: contentOf(body), schedules: body.schedules }))
  .meta({ id: 'JobDraft' });

/** Body of PUT by name. */
export const jobReplacement = draftFields
  .extend({ name: z.string().optional(), schedules: schedules.optional() })
  .transform((body) => ({ name: body.name, content: contentOf(body), schedules: body.schedules }))
  .meta({ id: 'JobReplacement' });

/** Body of PUT by id. */
export const jobChange = changeFields.transform(changeOf).meta({ id: 'JobChange' });

/** Returns what a PUT asks for. Throws InvalidInput; NotFound for a number that can be no id. */
export function jobPut(segment: string, body: unknown): JobPut {
  if (/^\d+$/.test(segment)) {
    return { kind: 'change', jobId: parsed(jobIdText(), segment), change: parsed(jobChange, body) };
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

export const ofJob = z.object({ jobId: jobIdText() });

export const jobQuery = z
  .object({ displaySchedules: flag('displaySchedules').default(false) })
  .transform(({ displaySchedules }) => ({ isWithSchedules: displaySchedules }));
