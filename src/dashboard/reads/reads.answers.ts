import { z } from 'zod';
import { HOLDS } from '../../core/protection/hold.js';
import { SHOWN_STATES } from '../../core/run-state.js';
import { ACTION_KINDS, HTTP_METHODS, RUN_ORIGINS, SCHEDULE_KINDS } from '../../database/entities/kinds.js';

const instant = () => z.int().describe('Milliseconds since 1970-01-01T00:00:00Z');
const instantOrNull = () => instant().nullable();
const after = z.string().nullable().describe('Asks for the next page as `after`; null on the last one');
const tenant = z.strictObject({ id: z.uuid(), subdomain: z.string() }).nullable();
const job = z.strictObject({ id: z.int(), name: z.string() });
const state = z.enum(SHOWN_STATES);
const httpStatus = z.int().nullable();
const schedule = {
  ...{ id: z.uuid(), description: z.string(), kind: z.enum(SCHEDULE_KINDS), expression: z.string() },
  text: z.string().describe('When it runs, in plain English'),
};
const failure = {
  ...{ since: instant(), times: z.int(), lastSuccessAt: instantOrNull() },
  lastRun: z
    .strictObject({
      ...{ id: z.uuid(), state, httpStatus, plannedAt: instant(), endedAt: instantOrNull() },
      ...{ action: z.enum(ACTION_KINDS), isReported: z.boolean() },
      text: z.string().nullable(),
    })
    .nullable(),
};

/** The failing schedules, those that failed last first. */
export const failingAnswer = z
  .strictObject({
    total: z
      .strictObject({
        schedules: z.int(),
        jobs: z.int(),
        isMore: z.boolean().describe('There are more than were counted'),
      })
      .nullable()
      .describe('On the first page only'),
    lastHealedAt: instantOrNull(),
    results: z.array(
      z.strictObject({
        ...{ schedule: z.strictObject(schedule), job, tenant },
        ...failure,
      }),
    ),
    after,
  })
  .meta({ id: 'FailingSchedules' });

const timedSchedule = {
  ...schedule,
  active: z.boolean(),
  ...{ startAt: instantOrNull(), endAt: instantOrNull(), nextAt: instantOrNull() },
};
const shownJob = {
  ...{ id: z.int(), name: z.string(), action: z.string().describe('A URL, or the command of a task') },
  ...{ kind: z.enum(ACTION_KINDS), httpMethod: z.enum(HTTP_METHODS), active: z.boolean() },
  schedules: z.strictObject({ total: z.int(), active: z.int() }),
  tenant,
};

/** A page of jobs, and how many there are of each kind. */
export const jobsAnswer = z
  .strictObject({
    ...{ jobs: z.int(), inactive: z.int() },
    failing: z.strictObject({ jobs: z.int(), isMore: z.boolean() }),
    total: z.strictObject({ jobs: z.int(), isMore: z.boolean() }).describe('How many the question finds'),
    results: z.array(
      z.strictObject({
        ...{ ...shownJob, isFailing: z.boolean() },
        schedule: z
          .strictObject(timedSchedule)
          .nullable()
          .describe('The one that fails, else the one that runs next'),
      }),
    ),
  })
  .meta({ id: 'DashboardJobs' });

const settings = z
  .record(z.string(), z.json())
  .describe('The optional settings that are set, as /scheduler answers them');

/** A job, and its first schedules with what fails of them. */
export const jobDetailAnswer = z
  .strictObject({
    ...shownJob,
    ...{ description: z.string(), user: z.string().nullable(), startAt: instantOrNull() },
    ...{ endAt: instantOrNull(), settings, createdAt: instant(), modifiedAt: instant() },
    results: z.array(
      z.strictObject({ ...timedSchedule, settings, failing: z.strictObject(failure).nullable() }),
    ),
  })
  .meta({ id: 'DashboardJob' });

/** How many run logs a job has. */
export const logCountAnswer = z
  .strictObject({ logs: z.int(), isMore: z.boolean().describe('There are more than were counted') })
  .meta({ id: 'JobLogCount' });

/** The last runs of schedules, oldest first: the lists of a schedule have an entry for each of its runs. */
export const stripsAnswer = z
  .strictObject({
    results: z.array(
      z.strictObject({
        scheduleId: z.uuid(),
        runIds: z.array(z.uuid()),
        states: z.array(state),
        plannedAt: z.array(instant()),
        calledAt: z.array(instantOrNull()),
        endedAt: z.array(instantOrNull()),
      }),
    ),
  })
  .meta({ id: 'RunStrips' });

const run = {
  ...{ runId: z.uuid(), state, origin: z.enum(RUN_ORIGINS), tenant, job, scheduleId: z.uuid() },
  ...{ plannedAt: instant(), dueAt: instant(), calledAt: instantOrNull(), endedAt: instantOrNull() },
  lateMs: z.int().nullable().describe('From the moment it was due to its call'),
  httpStatus,
  originalAt: instant()
    .optional()
    .describe('The instant that it stands for, of one that runs another again or makes up a past instant'),
  replayOf: z.uuid().optional().describe('The run that it runs again'),
};

/** Runs, those that were due last first. */
export const runsAnswer = z
  .strictObject({
    total: z
      .strictObject({
        ...{ runs: z.int(), failed: z.int(), isMore: z.boolean() },
        states: z.partialRecord(state, z.int()).describe('How many of them are in each state'),
      })
      .nullable()
      .describe('On the first page only'),
    results: z.array(z.strictObject(run)),
    after,
  })
  .meta({ id: 'DashboardRuns' });

const neighbour = z.strictObject({ runId: z.uuid(), state, plannedAt: instant() }).nullable();

/** Everything about a run. */
export const runAnswer = z
  .strictObject({
    ...run,
    action: z.enum(ACTION_KINDS).describe('What was done: an endpoint was called, or a task was started'),
    ...{ createdAt: instant(), ackedAt: instantOrNull(), isReported: z.boolean() },
    attempt: z.int().min(1).describe('The number of its next or latest call'),
    held: z
      .strictObject({ by: z.enum(HOLDS), since: instant(), until: instant() })
      .optional()
      .describe('What keeps it from its endpoint; at `until` it is called, or looked at again'),
    durationMs: z.int().nullable().describe('From its call to its end'),
    limits: z
      .strictObject({ answerMs: z.int(), reportMs: z.int() })
      .describe('How long an answer may take and, of an asynchronous run, its report: both from the call'),
    replica: z.strictObject({ id: z.int(), name: z.string().nullable() }).nullable(),
    transitions: z.array(z.strictObject({ at: instant(), state, text: z.string(), httpStatus })),
    ...{ previous: neighbour, next: neighbour },
  })
  .meta({ id: 'DashboardRun' });
