import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { HTTP_METHODS } from '../../database/entities/job.row.js';
import { changeSchema } from '../../http/change-schema.js';
import { parsed, refusing } from '../../http/validation.js';
import { activeFlag, dateValue, flag, jobIdText, description } from '../../http/wire-fields.js';
import { scheduleDraft } from '../../schedule/schedule.schema.js';
import { configObject } from './config-object.js';
import { nameOf } from './job-name.js';
import type { JobChange, JobContent, JobDraft, JobPut } from './job.draft.js';

const HTTP_TYPE = 'HTTP_ENDPOINT';

/** Only jobs that call an endpoint are made here; a task is no such job, whatever else is sent with it (cf-tasks.md). */
function jobTypeOf(type: unknown): void {
  if (type === undefined || type === HTTP_TYPE) return;
  throw new InvalidInput(
    type === 'CF_TASK'
      ? "'jobType' CF_TASK cannot be created here, because a task belongs to an application: create it in the dashboard or with POST /admin/v1/tasks"
      : `'jobType' ${shown(type)} is not known: leave it out, or use '${HTTP_TYPE}'`,
    'jobType',
  );
}

/** The name part of Basic credentials (RFC 7617): a colon would end it, and the rest would go before the password. */
function userOf(user: string | null): string | null {
  if (user === null || user === '') return null;
  if (!/[:\p{Cc}]/u.test(user)) return user;
  throw new InvalidInput(
    `'user' ${shown(user)} must not contain colons or control characters: Basic credentials cannot carry them`,
    'user',
  );
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
const jobType = z
  .unknown()
  .transform(refusing(jobTypeOf))
  .optional()
  .meta({ type: 'string', enum: [HTTP_TYPE] });

/** What POST and the replacing PUT take: what is not given is its default. */
const draftFields = z.object({
  jobType,
  description: description().default(''),
  action,
  active: activeFlag().default(false),
  httpMethod: z.enum(HTTP_METHODS).default('POST'),
  startTime: dateValue('startTime').default(null),
  endTime: dateValue('endTime').default(null),
  ansConfig: configObject('ansConfig', { optional: ['onSuccess', 'onError'] }).default(null),
  calmConfig: configObject('calmConfig', { required: ['enabled'] }).default(null),
  user: credential().transform(refusing(userOf)).default(null),
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
    // Without its user a password means nothing.
    ...{ actionUser: body.user, actionPassword: body.user === null ? null : body.password },
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
