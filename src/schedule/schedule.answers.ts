import { z } from 'zod';
import { pageOf, wireTime, wireTimeOrNull } from '../http/answers.js';
import { runLogAnswer } from '../run-log/run-log.answers.js';
import { settingAnswers } from './setting-fields.js';

const timeValue = z.union([z.string(), z.record(z.string(), z.unknown())]);

const common = {
  scheduleId: z.uuid(),
  type: z.enum(['recurring', 'one-time']),
  active: z.boolean(),
  startTime: wireTimeOrNull(),
  endTime: wireTimeOrNull(),
  data: z.string().nullable(),
  nextRunAt: wireTimeOrNull(),
  ...settingAnswers('schedule'),
};

const allTimings = {
  cron: z.string().nullable(),
  time: timeValue.nullable(),
  repeatInterval: z.string().nullable(),
  repeatAt: z.string().nullable(),
};

const oneTiming = {
  cron: z.string().optional(),
  time: timeValue.optional(),
  repeatInterval: z.string().optional(),
  repeatAt: z.string().optional(),
};

/** A schedule within its job. */
export const scheduleInJobAnswer = z
  .strictObject({ ...common, description: z.string(), ...oneTiming })
  .meta({ id: 'ScheduleInJob' });

/** A schedule as a search shows it. */
export const searchedFields = { ...common, scheduleDescription: z.string(), ...allTimings };

const created = { jobId: z.int(), ...common, description: z.string(), ...allTimings };

/** A schedule as creating it answers. */
export const scheduleCreatedAnswer = z.strictObject(created).meta({ id: 'ScheduleCreated' });

const alone = { ...created, modifiedAt: wireTime() };

/** A schedule as changing it answers. */
export const scheduleAnswer = z.strictObject(alone).meta({ id: 'Schedule' });

/** A schedule as reading it answers: with its logs where they are asked for. */
export const scheduleWithLogsAnswer = z
  .strictObject({ ...alone, logs: z.array(runLogAnswer).optional() })
  .meta({ id: 'ScheduleWithLogs' });

const { jobId: _jobId, ...listed } = alone;

/** A part of a job's schedules. */
export const schedulePageAnswer = pageOf(z.strictObject(listed).meta({ id: 'ScheduleInList' })).meta({
  id: 'SchedulePage',
});
