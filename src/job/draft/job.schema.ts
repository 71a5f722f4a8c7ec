import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import type { GivenHeaders } from '../../core/policy/headers.js';
import { allSettings } from '../../core/policy/settings.js';
import { HTTP_METHODS } from '../../database/entities/job.row.js';
import { changeSchema } from '../../http/change-schema.js';
import { refusing } from '../../http/validation.js';
import { activeFlag, dateValue, flag, jobIdText, description } from '../../http/wire-fields.js';
import { scheduleDraft } from '../../schedule/schedule.schema.js';
import { refusingElsewhere, settingFields, settingsIn } from '../../schedule/setting-fields.js';
import { configObject } from './config-object.js';
import { nameOf } from './job-name.js';
import { HTTP_TYPE, refuseOtherType } from './job-type.js';
import type { JobChange, JobContent, JobDraft } from './job.draft.js';

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

/** The name of a job. */
export const jobName = z.string().transform(refusing(nameOf));
const action = z.string().transform(refusing(actionOf));
const credential = () => z.string().nullable();
const jobType = z
  .unknown()
  .transform(refusing(refuseOtherType))
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
  ...settingFields('job'),
});

/** What a job says of the endpoint that it calls; what is not given of its headers and its signature is undefined. */
export const endpointFields = draftFields
  .pick({ action: true, httpMethod: true, user: true, password: true })
  .extend({ headers: settingFields('job').headers, signing: settingFields('job').signing });

/** What jobs of every kind say besides what they run. */
export const jobSettings = draftFields
  .pick({
    ...{ description: true, active: true, startTime: true, endTime: true },
    ...{ ansConfig: true, calmConfig: true },
  })
  .extend(settingFields('job'));

/** The same where it is changed: what is not given stays. */
export const changedSettings = changeSchema(jobSettings);

/** What the changing PUT takes: what is not given stays. */
const changeFields = z.object({ name: z.string().optional(), ...changeSchema(draftFields).shape });

/** The schedules of a new job. */
export const jobSchedules = z.array(scheduleDraft).min(1);

/** Returns what a body says of the settings of a job. */
export function settingsOf(body: z.output<typeof jobSettings>) {
  const { headers, ...policy } = allSettings(settingsIn(body, 'job'));
  return {
    ...{ description: body.description, active: body.active },
    ...{ startAt: body.startTime, endAt: body.endTime },
    ansOnSuccess: body.ansConfig?.['onSuccess'] ?? null,
    ansOnError: body.ansConfig?.['onError'] ?? null,
    calmEnabled: body.calmConfig?.['enabled'] ?? null,
    policy,
    headers: headers as GivenHeaders | null, // as the schema of this setting has read it
  };
}

/** Returns what a body changes of them. */
export function settingsChangeOf({ ansConfig, calmConfig, ...body }: z.output<typeof changedSettings>) {
  const { headers, ...policy } = settingsIn(body, 'job');
  return {
    ...{ description: body.description, active: body.active },
    ...{ startAt: body.startTime, endAt: body.endTime },
    ansOnSuccess: ansConfig === undefined ? undefined : (ansConfig?.['onSuccess'] ?? null),
    ansOnError: ansConfig === undefined ? undefined : (ansConfig?.['onError'] ?? null),
    calmEnabled: calmConfig === undefined ? undefined : (calmConfig?.['enabled'] ?? null),
    policy,
    headers: headers as GivenHeaders | null | undefined, // as the schema of this setting has read it
  };
}

function contentOf(body: z.output<typeof draftFields>): JobContent {
  return {
    ...settingsOf(body),
    ...{ action: body.action, httpMethod: body.httpMethod },
    // Without its user a password means nothing.
    ...{ actionUser: body.user, actionPassword: body.user === null ? null : body.password },
  };
}

function changeOf(body: z.output<typeof changeFields>): JobChange {
  const { user } = body;
  const content = {
    ...settingsChangeOf(body),
    ...{ action: body.action, httpMethod: body.httpMethod },
    actionUser: user,
    // Without its user a password means nothing.
    actionPassword: user === null ? null : body.password,
  };
  return { name: body.name, content };
}

/** Body of POST. */
export const jobDraft = refusingElsewhere(
  'job',
  draftFields.extend({ name: jobName, schedules: jobSchedules }).transform((body): JobDraft => ({
    name: body.name,
    content: contentOf(body),
    schedules: body.schedules,
  })),
).meta({ id: 'JobDraft' });

/** Body of PUT by name. */
export const jobReplacement = refusingElsewhere(
  'job',
  draftFields
    .extend({ name: z.string().optional(), schedules: jobSchedules.optional() })
    .transform((body) => ({ name: body.name, content: contentOf(body), schedules: body.schedules })),
).meta({ id: 'JobReplacement' });

/** Body of PUT by id. */
export const jobChange = refusingElsewhere('job', changeFields.transform(changeOf)).meta({ id: 'JobChange' });

export const ofJob = z.object({ jobId: jobIdText() });

export const jobQuery = z
  .object({ displaySchedules: flag('displaySchedules').default(false) })
  .transform(({ displaySchedules }) => ({ isWithSchedules: displaySchedules }));
