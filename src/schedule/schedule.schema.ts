import { z } from 'zod';
import { InvalidInput, shown } from '../core/errors.js';
import { changeSchema } from '../http/change-schema.js';
import { exactJson } from '../http/body/exact-json.js';
import { FREE_DATA } from '../http/body/free-data.js';
import { refusing } from '../http/validation.js';
import {
  activeFlag,
  dateValue,
  flag,
  jobIdText,
  description,
  TIME_VALUES,
  uuidText,
  pageOffset,
  pageSize,
} from '../http/wire-fields.js';
import type { ScheduleChange, ScheduleDraft } from './schedule.draft.js';
import { refusingElsewhere, settingFields, settingsIn } from './setting-fields.js';
import { refuseMisplaced } from './plan/misplaced-settings.js';
import { cronTiming, dailyTiming, intervalTiming, type TimingDraft } from './plan/timing.js';

/** The wire names of the four modes, by the kind that is stored. */
export const TIMING_FIELDS = {
  cron: 'cron',
  once: 'time',
  interval: 'repeatInterval',
  dailyAt: 'repeatAt',
} as const;

const MODES = Object.values(TIMING_FIELDS);

/** An object, or the JSON text of one; stored as JSON text. */
function dataText(value: unknown): string | null {
  if (value === null) return null;
  const object = typeof value === 'string' ? objectOf(value) : value;
  if (typeof object === 'object' && object !== null && !Array.isArray(object)) return JSON.stringify(object);
  throw new InvalidInput(
    `'data' must be a JSON object (or the JSON text of one), but is ${shown(value)}`,
    'data',
  );
}

function objectOf(text: string): unknown {
  try {
    return exactJson(text, 'data', FREE_DATA);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A timing field that is a text; null is none. */
export const expression = <T>(field: string, parse: (text: string) => T) =>
  z
    .unknown()
    .transform(
      refusing((value: unknown) => {
        if (value === null || value === undefined) return undefined;
        if (typeof value === 'string') return parse(value);
        throw new InvalidInput(`${field} must be a string, but is ${shown(value)}`, field);
      }),
    )
    .optional()
    .meta({ type: ['string', 'null'] });

const relativeTime = z
  .unknown()
  .transform((input): TimingDraft | undefined =>
    input === null || input === undefined ? undefined : { kind: 'relative', input },
  )
  .optional()
  .meta({ anyOf: [...TIME_VALUES] });

/** The four timing fields. */
export const modes = {
  cron: expression('cron', cronTiming),
  time: relativeTime,
  repeatInterval: expression('repeatInterval', intervalTiming),
  repeatAt: expression('repeatAt', dailyTiming),
};

/** What an action is sent. */
export const scheduleData = z
  .unknown()
  .transform(refusing(dataText))
  .meta({ anyOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }, { type: 'null' }] });

type Modes = { readonly [Field in keyof typeof modes]?: TimingDraft | undefined };

/** The one timing that is given, undefined where there is none; more than one is refused. */
function givenTiming(body: Modes): TimingDraft | undefined {
  const given = MODES.filter((field) => body[field] !== undefined);
  if (given.length <= 1) return given[0] && body[given[0]];
  throw new InvalidInput(`Exactly one of ${MODES.join(', ')} must be given, not ${given.join(' and ')}`);
}

/** Returns the one timing that a body gives. Throws InvalidInput for none, and for more than one. */
export function timingOf(body: Modes): TimingDraft {
  const timing = givenTiming(body);
  if (timing === undefined) throw new InvalidInput(`Exactly one of ${MODES.join(', ')} must be given`);
  return timing;
}

function draftOf({ startTime, endTime, active, description, data, ...rest }: z.output<typeof draftFields>) {
  const timing = timingOf(rest);
  const policy = settingsIn(rest, 'schedule');
  refuseMisplaced(timing, policy);
  return {
    ...{ timing, active, description, data },
    ...{ startAt: startTime, endAt: endTime, policy },
  } satisfies ScheduleDraft;
}

function changeOf(body: z.output<typeof changeFields>): ScheduleChange {
  const { startTime, endTime, active, description, data, ...rest } = body;
  const timing = givenTiming(rest);
  const change = { timing, active, description, data, startAt: startTime, endAt: endTime };
  const policy = settingsIn(rest, 'schedule');
  if ([...Object.values(change), ...Object.values(policy)].some((value) => value !== undefined))
    return { ...change, policy };
  const fields = Object.keys(changeFields.shape).join(', ');
  throw new InvalidInput(`At least one field must be given: ${fields}`);
}

const draftFields = z.object({
  ...modes,
  data: scheduleData.default(null),
  description: description().default(''),
  active: activeFlag().default(false),
  startTime: dateValue('startTime').default(null),
  endTime: dateValue('endTime').default(null),
  ...settingFields('schedule'),
});

const changeFields = changeSchema(draftFields);

/** Body of a new schedule. */
export const scheduleDraft = refusingElsewhere('schedule', draftFields.transform(refusing(draftOf))).meta({
  id: 'ScheduleDraft',
});

/** Body of a changed schedule. */
export const scheduleChange = refusingElsewhere('schedule', changeFields.transform(refusing(changeOf))).meta({
  id: 'ScheduleChange',
});

/** Body that switches all schedules of a job. */
export const activationStatus = z
  .object({ activationStatus: activeFlag('activationStatus') })
  .transform((body) => body.activationStatus)
  .meta({ id: 'ActivationStatus' });

export const ofJob = z.object({ jobId: jobIdText() });
export const ofSchedule = z.object({ jobId: jobIdText(), scheduleId: uuidText('schedule') });

/** Where a list of schedules begins and ends; all of them (at most 200) when neither is given. */
export const schedulePage = z
  .object({ page_size: pageSize(100), offset: pageOffset() })
  .transform(({ page_size, offset: from }) => ({
    offset: from ?? 0,
    pageSize: page_size ?? (from === undefined ? 200 : 10),
  }));

export const scheduleQuery = z
  .object({ displayLogs: flag('displayLogs').default(false) })
  .transform(({ displayLogs }) => ({ isWithLogs: displayLogs }));
