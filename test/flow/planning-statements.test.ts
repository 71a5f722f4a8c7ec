import { jest } from '@jest/globals';
import { JobRow } from '../../src/database/entities/job.row.js';
import { ScheduleRow } from '../../src/database/entities/schedule.row.js';
import { Planner } from '../../src/schedule/plan/planner.js';
import { databaseKinds } from '../support/databases.js';
import { countStatements } from '../support/statements.js';
import { startFlow, type Flow } from './setup.js';

const FEW = 2;
const MANY = 400;
const ONE_TIME = { time: '2098-01-01 00:00:00', active: true };
const HOURLY = { cron: '* * * * * 0 0', active: true };
const ENDED = '2097-01-01 00:00:00';

describe.each(databaseKinds)('The number of statements that plan schedules on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
    // Which of its rows a tenancy counts on is left to chance, and the first time on each takes a statement more.
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterAll(() => jest.restoreAllMocks());

  /** Plans so many schedules of a job anew, and returns how many statements that took and how many have a run. */
  async function replanned(
    schedule: object,
    count: number,
    cause: 'activated' | 'edited',
    job: Partial<JobRow> = {},
  ) {
    await flow.clear();
    const { app, clock, createJob, database } = flow;
    const schedules = Array.from({ length: count }, () => schedule);
    const { jobId } = await createJob(schedule, { schedules });
    const planner = app.get(Planner, { strict: false });
    return database.transaction(async (tx) => {
      const stored = await tx.manager.findOneByOrFail(JobRow, { id: Number(jobId) });
      const rows = await tx.manager.findBy(ScheduleRow, { jobId: stored.id });
      const changed = { job: Object.assign(stored, job), schedules: rows, cause, isRetimed: false };
      let planned = 0;
      const statements = await countStatements(tx, async () => {
        planned = (await planner.replan(tx, changed, clock.now())).size;
      });
      return { statements, planned };
    });
  }

  it.each([
    ['recurring ones that are switched on', HOURLY, 'activated', {}, 1],
    ['recurring ones that are edited', HOURLY, 'edited', {}, 1],
    ['one-time ones that are switched on', ONE_TIME, 'activated', {}, 1],
    ['one-time ones that are edited', ONE_TIME, 'edited', {}, 1],
    ['recurring ones that end', HOURLY, 'activated', { endAt: 0 }, 0],
    ['one-time ones that end', ONE_TIME, 'edited', { endAt: Date.parse(`${ENDED}Z`) }, 0],
    ['those of a job that is off', HOURLY, 'edited', { active: false }, 0],
  ] as const)('does not grow with %s', async (_name, schedule, cause, job, runsEach) => {
    const few = await replanned(schedule, FEW, cause, job);
    const many = await replanned(schedule, MANY, cause, job);
    expect([few.planned, many.planned]).toEqual([FEW * runsEach, MANY * runsEach]);
    expect(many.statements).toBeLessThanOrEqual(few.statements);
  });
});
