import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { readLargeBody } from '../../http/body/request-body.js';
import { parsed } from '../../http/validation.js';
import { flag } from '../../http/wire-fields.js';
import type { ScheduleDraft } from '../../schedule/schedule.draft.js';
import type { JobDraft } from '../draft/job.draft.js';
import { settingNames } from '../../core/policy/settings.js';
import { jobPut } from '../draft/job-put.js';
import type { FoundTarget } from '../task/task.content.js';
import { importedTask } from '../task/task.schema.js';

/** The most that an import may hold: some thousand jobs. A page of an export of 1,000 jobs is smaller. */
const MOST_BYTES = 4 * 1_048_576;
const MOST_ENTRIES = 10_000;

/** A job of an import, not looked into yet. */
export type ImportEntry = Readonly<Record<string, unknown>>;

/** What an import is to do with jobs whose name is there already. */
export const importQuery = z.object({
  existing: z.enum(['skip', 'replace']).default('skip'),
  dryRun: flag('dryRun').default(false),
});

/** The usual form of an import: what an export answers. */
export const importBody = z
  .looseObject({ results: z.array(z.record(z.string(), z.unknown())) })
  .meta({ id: 'Import' });

const entries = z.array(z.record(z.string(), z.unknown())).min(1).max(MOST_ENTRIES);

const inResults = z.object({ results: entries });
const inJobs = z.object({ jobs: entries });

/** Returns the jobs of an import: our export, the list of jobs that the SAP service answers, an array, or a single job. */
function entriesOf(body: unknown): ImportEntry[] {
  if (Array.isArray(body)) return parsed(entries, body);
  const { results, jobs, name } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (results !== undefined) return parsed(inResults, body).results;
  if (jobs !== undefined) return parsed(inJobs, body).jobs;
  if (name !== undefined) return parsed(entries, [body]);
  throw new InvalidInput(
    "The body must be what GET /scheduler/export or GET /scheduler/jobs?displaySchedules=true answers: an object with the jobs in 'results'",
    'results',
  );
}

/** Hands the jobs of an import to a controller method. */
export const ImportedJobs = createParamDecorator(async (_data: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  return entriesOf(await readLargeBody(http.getRequest<Request>(), http.getResponse<Response>(), MOST_BYTES));
});

/** The fields that an import reads, and for those that are objects, the fields within. */
const DATE = ['date', 'format'];
const JOB_FIELDS: Fields = {
  ...{
    name: [],
    description: [],
    action: [],
    active: [],
    httpMethod: [],
    jobType: [],
    runner: [],
    appName: [],
    command: [],
    processId: [],
    user: [],
    password: [],
  },
  ...{ tenantId: [], startTime: DATE, endTime: DATE, ansConfig: ['onSuccess', 'onError'] },
  calmConfig: ['enabled'],
  options: 'all',
  ...settingsOfOwner('job'),
};
const SCHEDULE_FIELDS: Fields = {
  ...{ description: [], active: [], cron: [], time: DATE, repeatInterval: [], repeatAt: [], nextRunAt: [] },
  ...{ startTime: DATE, endTime: DATE, data: 'all' },
  ...settingsOfOwner('schedule'),
};
/** A setting is stored as it came and read as in any other body; it is small, or refused. */
function settingsOfOwner(owner: 'job' | 'schedule'): Fields {
  return Object.fromEntries(settingNames(owner).map((name) => [name, 'all']));
}

type Fields = Readonly<Record<string, readonly string[] | 'all'>>;

/** What is stored of an entry until it is imported: what it reads, and of a value of the wrong kind only that it is one. */
export function knownEntry(entry: ImportEntry): ImportEntry {
  const { schedules } = entry;
  const known = knownFields(entry, JOB_FIELDS);
  if (schedules === undefined) return known;
  if (!Array.isArray(schedules)) return { ...known, schedules: isObject(schedules) ? {} : schedules };
  const kept = schedules.map((schedule: unknown) =>
    isObject(schedule) ? knownFields(schedule, SCHEDULE_FIELDS) : null,
  );
  return { ...known, schedules: kept };
}

/** Stands for a value that may be anything and is refused as it would be. */
export const WRONG = [null];

function knownFields(fields: ImportEntry, known: Fields): ImportEntry {
  const kept = Object.entries(known).flatMap(([name, within]) => {
    const value = fields[name];
    if (value === undefined) return [];
    if (within === 'all' || typeof value !== 'object' || value === null) return [[name, value]];
    if (Object.keys(value).length === 0) return [[name, value]];
    return [[name, isObject(value) && within.length > 0 ? flatFields(value, within) : WRONG]];
  });
  return Object.fromEntries(kept) as ImportEntry;
}

/** Unknown fields of these objects are refused, so one of them stays by its name. */
function flatFields(value: ImportEntry, within: readonly string[]): ImportEntry {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const isKept = within.includes(name) && (typeof field !== 'object' || field === null);
      return [name, isKept ? field : WRONG];
    }),
  );
}

function isObject(value: unknown): value is ImportEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where an order keeps what was found of a task; no entry of a caller gets through with it. */
export const FOUND_TARGET = 'foundTarget';

/** Returns the task that an entry describes. Throws InvalidInput. */
export function taskOf(entry: ImportEntry): z.output<typeof importedTask> {
  return parsed(importedTask, { ...withoutEmptyConfigs(entry), schedules: schedulesOf(entry) });
}

/** Returns the task that an entry describes, with what was found of it. Throws InvalidInput where nothing was. */
function foundTask(entry: ImportEntry, found: FoundTarget): JobDraft {
  if ('refusal' in found) throw new InvalidInput(found.refusal);
  const { options, runner: _runner, appName: _appName, processId: _processId, ...draft } = taskOf(entry);
  return { ...draft, task: { ...found.target, options } };
}

/** Returns the job that an entry describes. Throws InvalidInput. */
export function draftOf(entry: ImportEntry): JobDraft {
  const { name, [FOUND_TARGET]: found } = entry;
  // Written by TaskEntries alone.
  if (found !== undefined) return foundTask(entry, found as FoundTarget);
  if (typeof name !== 'string' || /^\d*$/.test(name)) {
    throw new InvalidInput(
      `'name' must be a text that is not digits only, but is ${shown(name ?? null)}`,
      'name',
    );
  }
  const body = { ...withoutEmptyConfigs(entry), schedules: schedulesOf(entry) };
  const put = jobPut(name, body);
  if (put.kind !== 'replace') throw new InvalidInput(`'name' ${shown(name)} is the form of an id`, 'name');
  const schedules: readonly ScheduleDraft[] = put.replacement.schedules ?? [];
  return { ...put.replacement, schedules };
}

/** The SAP service answers `{}` where a job has no such object. */
function withoutEmptyConfigs({ ansConfig, calmConfig, ...fields }: ImportEntry): ImportEntry {
  const given = Object.entries({ ansConfig, calmConfig }).filter(
    ([, value]) => !isObject(value) || Object.keys(value).length > 0,
  );
  return { ...fields, ...Object.fromEntries(given) };
}

/** A job may come without schedules: whoever deletes the last one has such a job, and exports it. */
function schedulesOf({ schedules, active }: ImportEntry): unknown {
  if (!Array.isArray(schedules)) return schedules;
  if (schedules.length === 0) return undefined;
  return schedules.map((schedule: unknown) => asNow(schedule, active === true));
}

/** Returns a schedule as it is to be made now, from what was answered at another time. */
function asNow(schedule: unknown, isJobActive: boolean): unknown {
  if (!isObject(schedule)) return schedule;
  const { nextRunAt, data, ...fields } = schedule;
  const isOneTime = fields['time'] !== undefined && fields['time'] !== null;
  // One that is active without a next run has been called just now, and is not called again here.
  const isUnderWay = isJobActive && isOneTime && nextRunAt === null;
  const given = data === '' ? {} : { data };
  // The text of a one-time schedule may be "in 2 hours", said long ago: its next run tells what it meant.
  const time = isOneTime && nextRunAt !== undefined && nextRunAt !== null ? { time: nextRunAt } : {};
  return { ...fields, ...given, ...time, ...(isUnderWay ? { active: false } : {}) };
}
