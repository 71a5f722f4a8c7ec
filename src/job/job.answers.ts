import { z } from 'zod';
import { HTTP_METHODS } from '../database/entities/job.row.js';
import { pageOf, wireTime, wireTimeOrNull } from '../http/answers.js';
import { HTTP_TYPE, TASK_TYPE } from './draft/job-type.js';
import { settingAnswers } from '../schedule/setting-fields.js';
import { scheduleInJobAnswer, searchedFields } from '../schedule/schedule.answers.js';

const fields = {
  name: z.string(),
  description: z.string(),
  action: z.string(),
  active: z.boolean(),
  httpMethod: z.enum(HTTP_METHODS),
  startTime: wireTimeOrNull(),
  endTime: wireTimeOrNull(),
  signatureVersion: z.literal(0),
  jobType: z.literal(HTTP_TYPE),
  user: z.string().nullable(),
  ansConfig: z
    .strictObject({ onSuccess: z.boolean().optional(), onError: z.boolean().optional() })
    .nullable(),
  calmConfig: z.strictObject({ enabled: z.boolean() }).nullable(),
  tenantId: z.uuid(),
  subDomain: z.string(),
  createdAt: wireTime(),
  _id: z.int(),
  jobId: z.int(),
  ...settingAnswers('job'),
};

const ofTask = {
  ...fields,
  httpMethod: z.null(),
  jobType: z.literal(TASK_TYPE),
  user: z.null(),
  runnerId: z.uuid(),
  appId: z.string(),
  appName: z.string(),
  processId: z.string().nullable(),
  options: z.record(z.string(), z.unknown()),
};

const schedules = z.array(scheduleInJobAnswer).optional();
const counts = { ACTIVECOUNT: z.int(), INACTIVECOUNT: z.int() };

/** A job that calls an endpoint, with its schedules where they are asked for. */
export const jobAnswer = z.strictObject({ ...fields, schedules }).meta({ id: 'Job' });

/** A job that is a task of a Cloud Foundry application. */
export const taskAnswer = z.strictObject({ ...ofTask, schedules }).meta({ id: 'Task' });

const jobPage = pageOf(
  z.union([
    z.strictObject({ ...fields, ...counts }).meta({ id: 'JobInList' }),
    z.strictObject({ ...ofTask, ...counts }).meta({ id: 'TaskInList' }),
  ]),
).meta({ id: 'JobPage' });

/** A job of any kind. */
export const anyJobAnswer = z.union([jobAnswer, taskAnswer]);

/** What a GET of jobs answers: one job, or a page of them. */
export const foundJobsAnswer = z.union([jobAnswer, taskAnswer, jobPage]);

/** How many jobs are active, and how many are not. */
export const jobCountAnswer = z.strictObject({ active: z.int(), inactive: z.int() }).meta({ id: 'JobCount' });

const searchEnvelope = (entry: z.ZodType) =>
  z.strictObject({
    total: z.int(),
    results: z.array(entry),
    pagination_enabled: z.boolean(),
    prev_url: z.string().nullable(),
    next_url: z.string().nullable(),
  });

const searched = z.strictObject(searchedFields).meta({ id: 'SearchedScheduleOfJob' });

/** The jobs that a search found. */
export const jobSearchAnswer = searchEnvelope(
  z
    .strictObject({
      ...{ _id: z.int(), name: z.string(), description: z.string(), action: z.string() },
      ...{ user: z.string().nullable(), jobActive: z.boolean() },
      httpMethod: z.enum(HTTP_METHODS).nullable().describe('null for a task'),
      ...{ jobStartTime: wireTimeOrNull(), jobEndTime: wireTimeOrNull(), signatureVersion: z.literal(0) },
      schedules: z.array(searched).optional(),
    })
    .meta({ id: 'SearchedJob' }),
).meta({ id: 'JobSearch' });

/** The schedules that a search found. */
export const scheduleSearchAnswer = searchEnvelope(
  z
    .strictObject({
      ...searchedFields,
      parent: z.strictObject({ _id: z.int(), name: z.string(), jobUrl: z.string() }),
    })
    .meta({ id: 'SearchedSchedule' }),
).meta({ id: 'ScheduleSearch' });
