import { jest } from '@jest/globals';
import type { EndedRun } from '../../src/run-log/run-endings.js';
import { FailingScheduleStore } from '../../src/statistics/failing-schedule.store.js';
import { FailingSchedules } from '../../src/statistics/failing-schedules.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { countStatements } from '../support/statements.js';
import { runsOf, startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const EVERY_MINUTE = { cron: '* * * * * * 0' };

interface Noted {
  readonly standing: number;
  readonly since_at: number;
  readonly last_at: number;
  readonly times: number;
}

const stored = (flow: Pick<Flow, 'database'>, { scheduleId }: FlowJob) =>
  flow.database.read((tx) =>
    tx.query<Noted>('SELECT standing, since_at, last_at, times FROM failing_schedule WHERE id = ?', [
      uuidToBytes(scheduleId),
    ]),
  );
/** How a schedule is noted: `failing`, `healed` or `off`; `nothing` where it is not. */
const standingOf = async (flow: Pick<Flow, 'database'>, job: FlowJob) => {
  const [row] = await stored(flow, job);
  return row ? ['failing', 'healed', 'off'][row.standing] : 'nothing';
};

describe.each(databaseKinds)('A schedule that fails on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** A job of every minute, whose runs are answered with a status from now on. */
  async function setup(schedule: object = EVERY_MINUTE) {
    await flow.clear();
    const { clock, drain, target, chores } = flow;
    clock.set((Math.floor(clock.now() / MINUTE_MS) + 1) * MINUTE_MS + 1_000);
    await drain();
    const job = await flow.createJob(schedule);
    const run = async (...statuses: number[]) => {
      for (const status of statuses) {
        target.reacts({ kind: 'answer', status });
        clock.advance(MINUTE_MS);
        await drain();
      }
    };
    const mend = () => chores.start('failing-schedules');
    return { ...flow, job, run, mend, noted: () => standingOf(flow, job) };
  }

  it('is noted with the first of its failures in a row and their number, until a run succeeds', async () => {
    const { job, run, noted, clock } = await setup();
    await run(200);
    expect(await noted()).toBe('nothing');
    await run(500);
    const since = clock.now();
    await run(404, 500);
    expect(await stored(flow, job)).toEqual([
      { standing: 0, since_at: since, last_at: clock.now(), times: 3 },
    ]);
    await run(200);
    expect(await noted()).toBe('healed');
    const healedAt = clock.now();
    await run(200);
    expect(await stored(flow, job)).toMatchObject([{ standing: 1, last_at: healedAt }]);
    await run(500);
    expect(await stored(flow, job)).toMatchObject([{ standing: 0, since_at: clock.now(), times: 1 }]);
  });

  it('heals by a run that somebody asked for', async () => {
    const { job, run, noted, acme, target, clock, drain } = await setup();
    await run(500);
    target.reacts({ kind: 'answer', status: 200 });
    clock.advance(5_000);
    await acme.post(job.runs).expect(202);
    clock.advance(1_000);
    await drain();
    expect(await noted()).toBe('healed');
  });

  it.each([
    [
      'the schedule',
      ({ job, acme }: Awaited<ReturnType<typeof setup>>, active: boolean) =>
        acme.put(job.schedule, { active }).expect(200),
    ],
    [
      'the job',
      ({ job, acme }: Awaited<ReturnType<typeof setup>>, active: boolean) =>
        acme.put(job.job, { active }).expect(200),
    ],
  ])('leaves when %s is switched off, and is back when it is switched on', async (_what, turn) => {
    const stage = await setup();
    const { run, noted, mend } = stage;
    await run(500);
    await mend();
    expect(await noted()).toBe('failing');
    await turn(stage, false);
    await mend();
    expect(await noted()).toBe('off');
    await turn(stage, true);
    await mend();
    expect(await noted()).toBe('failing');
  });

  it('leaves when its schedule or its job is deleted', async () => {
    const { job, run, noted, mend, acme } = await setup();
    await run(500);
    expect(await noted()).toBe('failing');
    await acme.delete(job.schedule).expect(200);
    await mend();
    expect(await noted()).toBe('nothing');
    const other = await flow.createJob(EVERY_MINUTE);
    await run(500);
    expect(await standingOf(flow, other)).toBe('failing');
    await acme.delete(other.job).expect(200);
    await mend();
    expect(await standingOf(flow, other)).toBe('nothing');
  });

  it('leaves after a day where it ran once, and not before', async () => {
    const { run, noted, mend, clock, renew } = await setup({ time: '1 minute from now' });
    await run(500);
    expect(await noted()).toBe('failing');
    clock.advance(DAY_MS - 1);
    await renew();
    await mend();
    expect(await noted()).toBe('failing');
    clock.advance(1);
    await mend();
    expect(await noted()).toBe('nothing');
  });

  it('is forgotten 15 days after it healed, and never while it fails', async () => {
    const { job, run, noted, mend, clock, sweeper } = await setup();
    await run(500);
    clock.advance(15 * DAY_MS + MINUTE_MS);
    await flow.renew();
    await sweeper.retire();
    await mend();
    expect(await runsOf(job)).toHaveLength(1);
    expect(await noted()).toBe('failing');
    await run(200);
    expect(await noted()).toBe('healed');
    clock.advance(15 * DAY_MS + MINUTE_MS);
    await mend();
    expect(await noted()).toBe('nothing');
  });

  it('is not said to fail by a run that ends after a later one has succeeded', async () => {
    const { job, run, noted, acme, sweeper, clock } = await setup();
    await run(202, 200);
    const [slow] = await runsOf(job);
    await acme.put(`${job.runs}/${slow?.runId}`, { success: false, message: 'no' }).expect(200);
    expect(await noted()).toBe('nothing');
    await run(202);
    clock.advance(3_600_000);
    await sweeper.expireReports();
    expect(await noted()).toBe('failing');
  });
});

describe.each(databaseKinds)('What it costs to note failing schedules on $name', (kind) => {
  async function setup() {
    const flow = await startFlow(kind);
    const { clock, database, app, drain, target } = flow;
    const [bad, good] = [await flow.createJob(EVERY_MINUTE), await flow.createJob(EVERY_MINUTE)];
    target.reacts({ kind: 'answer', status: 500 });
    const failing = app.get(FailingSchedules, { strict: false });
    const [row] = await database.read((tx) =>
      tx.query<{ id: number }>('SELECT tenancy_id AS id FROM job WHERE id = ?', [bad.jobId]),
    );
    const ended = (job: FlowJob, change: Partial<EndedRun>): EndedRun => ({
      ...{ runId: job.scheduleId, scheduleId: job.scheduleId, scheduleKind: 'cron', tenancyId: row?.id ?? 0 },
      job: { id: job.jobId, kind: 'http', name: 'any', ansOnSuccess: null, ansOnError: null },
      ...{
        origin: 'plan',
        policy: null,
        plannedAt: clock.now(),
        dueAt: clock.now(),
        executedAt: clock.now(),
      },
      ...{ state: 'SUCCESS', httpStatus: 200, endedAt: clock.now(), awaitedFrom: null, endText: '' },
      ...{ isCanceled: false, wasBegun: false, isRepeated: false, ...change },
    });
    const statements = (...runs: EndedRun[]) =>
      database.transaction((tx) => countStatements(tx, () => failing.settle(tx, runs)));
    return { ...flow, bad, good, ended, statements, drain };
  }

  it('is nothing for runs that succeed, and two statements for all failures of a batch', async () => {
    const { bad, good, ended, statements, clock, database } = await setup();
    expect(await statements(ended(bad, {}), ended(good, {}))).toBe(0);
    const failure = { state: 'ERROR' } as const;
    expect(await statements(ended(bad, failure), ended(good, failure))).toBe(2);
    clock.advance(1);
    expect(await statements(ended(good, {}))).toBe(1);
    clock.advance(1);
    expect(await statements(ended(good, {}), ended(good, { plannedAt: clock.now() + 1 }))).toBe(0);
    expect(await standingOf({ database }, bad)).toBe('failing');
    expect(await standingOf({ database }, good)).toBe('healed');
  });

  it('is no more where failures come late', async () => {
    const { bad, ended, statements, clock } = await setup();
    expect(await statements(ended(bad, { state: 'UNKNOWN', plannedAt: clock.now() - MINUTE_MS }))).toBe(2);
  });

  it('notes nothing twice where an end is recorded again, and nothing of a transaction that is rolled back', async () => {
    const { bad, ended, statements, database, app } = await setup();
    const failing = app.get(FailingSchedules, { strict: false });
    const failure = ended(bad, { state: 'ERROR' });
    const broken = database.transaction(async (tx) => {
      await failing.settle(tx, [failure]);
      throw new Error('refused');
    });
    await expect(broken).rejects.toThrow('refused');
    expect(await stored({ database }, bad)).toEqual([]);
    expect(await statements(ended(bad, {}))).toBe(0);
    await statements(failure);
    expect(await statements({ ...failure, isRepeated: true })).toBe(0);
    expect(await stored({ database }, bad)).toMatchObject([{ times: 1 }]);
  });
});

describe('Another replica, which did not see a schedule fail', () => {
  it('heals it by the chore, or once it has read which are failing', async () => {
    const flow = await startFlow(mariaDb);
    const { target, clock, createJob, drain, database } = flow;
    const other = await startReplica({ ...flow.options, clock, uaa: flow.uaa }, target);
    const job = await createJob(EVERY_MINUTE);
    const turn = async (replica: { tick: Flow['tick'] }, status: number) => {
      target.reacts({ kind: 'answer', status });
      clock.advance(MINUTE_MS);
      await (replica === other ? other.drain() : drain());
    };
    await turn(flow, 500);
    await turn(other, 200);
    // Nobody has told it: without the chore this would stay.
    expect(await standingOf({ database }, job)).toBe('failing');
    await other.chores.start('failing-schedules');
    expect(await standingOf({ database }, job)).toBe('healed');
    await turn(flow, 500);
    await other.chores.start('known-failing');
    await turn(other, 200);
    expect(await standingOf({ database }, job)).toBe('healed');
  });
});

describe('A replica on which no run ends', () => {
  it('does not read which schedules are failing, and one on which runs end does', async () => {
    const flow = await startFlow(mariaDb);
    const { target, clock, createJob, drain, database, chores, app } = flow;
    const listed = jest.spyOn(app.get(FailingScheduleStore, { strict: false }), 'listFailing');
    await chores.start('known-failing');
    expect(listed).not.toHaveBeenCalled();
    const job = await createJob(EVERY_MINUTE);
    target.reacts({ kind: 'answer', status: 500 });
    clock.advance(MINUTE_MS);
    await drain();
    expect(await standingOf({ database }, job)).toBe('failing');
    await chores.start('known-failing');
    await chores.start('known-failing');
    expect(listed).toHaveBeenCalledTimes(1);
  });
});

jest.setTimeout(60_000);
