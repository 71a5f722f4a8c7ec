import { HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { TRIGGERED, WAITING } from '../../src/database/entities/stored-values.js';
import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { Claimer } from '../../src/dispatch/claimer.js';
import { RunLimit } from '../../src/schedule/plan/life/run-limit.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { endOf, endTogether, HOURLY, OFF, startedMorning, UNPLANNED } from './life-setup.js';
import { startFlow, type Flow } from './setup.js';

describe.each(databaseKinds)('A schedule with maxRuns on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });
  const setup = () => startedMorning(flow);

  it('is deactivated once its last run has ended', async () => {
    const { createJob, hours, stateOf, logOf, callsOf } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 3 });
    await hours(200, 500);
    expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
    await hours(200);
    expect(await stateOf(job)).toEqual(OFF);
    expect(await logOf(job)).toEqual([
      {
        action: 'DEACTIVATION_ON_MAX_RUNS',
        details: 'The schedule has had as many planned runs as its maxRuns permits.',
      },
    ]);
    await hours(200, 200);
    expect(callsOf(job)).toHaveLength(3);
  });

  it('has no next run and stays active while any run is under way', async () => {
    const { createJob, hours, stateOf, openRuns, report } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 2 });
    await hours(202, 202);
    expect(await stateOf(job)).toEqual(UNPLANNED);
    const [first, second] = await openRuns(job);
    await report(job, second);
    expect(await stateOf(job)).toEqual(UNPLANNED);
    await report(job, first, false);
    expect(await stateOf(job)).toEqual(OFF);
  });

  it('has another run in place of one that was canceled', async () => {
    const { createJob, hours, stateOf, openRuns, cancel, countsOf, callsOf } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 2 });
    await hours(200, 202);
    expect(await stateOf(job)).toEqual(UNPLANNED);
    expect(await cancel((await openRuns(job))[0])).toEqual(['canceled']);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: 1 });
    expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
    await hours(200);
    expect(await stateOf(job)).toEqual(OFF);
    expect(callsOf(job)).toHaveLength(3);
  });

  it('does not count what somebody asks for', async () => {
    const { createJob, hours, stateOf, acme, drain, countsOf } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 2 });
    await hours(200);
    await acme.post(`${job.schedule}/runs`, {}).expect(202);
    await drain();
    expect(await countsOf(job)).toMatchObject({ claimed_runs: 1 });
    expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
  });

  it.each(['schedule', 'job'] as const)('counts anew when its %s is switched on', async (what) => {
    const { createJob, hours, stateOf, acme, countsOf } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 2 });
    await hours(200);
    for (const active of [false, true]) await acme.put(job[what], { active }).expect(200);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: null });
    await hours(200);
    expect(await stateOf(job)).toMatchObject({ active: true });
    await hours(200);
    expect(await stateOf(job)).toEqual(OFF);
  });

  it('does not take a run off that was claimed before it was switched on again', async () => {
    const { createJob, hours, acme, cancel, openRuns, countsOf } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 5 });
    await hours(202);
    const [before] = await openRuns(job);
    for (const active of [false, true]) await acme.put(job.schedule, { active }).expect(200);
    await hours(200);
    await cancel(before);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: 1 });
  });

  it.each([
    ['is lowered to what it has had', 2],
    ['is lowered below it', 1],
  ])('ends at once when its limit %s', async (_name, maxRuns) => {
    const { createJob, hours, stateOf, acme, logOf, callsOf } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 5 });
    await hours(200, 200);
    const { body } = await acme.put(job.schedule, { maxRuns }).expect(200);
    expect(body).toMatchObject(OFF);
    expect(await stateOf(job)).toEqual(OFF);
    expect((await logOf(job)).map(({ action }) => action)).toEqual(['DEACTIVATION_ON_MAX_RUNS']);
    await hours(200);
    expect(callsOf(job)).toHaveLength(2);
  });

  it('whose limit is lowered while a run is under way ends with that', async () => {
    const { createJob, hours, stateOf, acme, openRuns, report } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 5 });
    await hours(200, 202);
    await acme.put(job.schedule, { maxRuns: 2 }).expect(200);
    expect(await stateOf(job)).toEqual(UNPLANNED);
    await acme.put(job.schedule, { cron: '* * * * * 30 0' }).expect(200);
    await acme.put(job.job, { endTime: '2099-01-01' }).expect(200);
    expect(await stateOf(job)).toEqual(UNPLANNED);
    await report(job, (await openRuns(job))[0]);
    expect(await stateOf(job)).toEqual(OFF);
  });

  it.each([5, null])('goes on when its limit becomes %p while its last run is under way', async (maxRuns) => {
    const { createJob, hours, stateOf, acme, openRuns, report } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 1 });
    await hours(202);
    expect(await stateOf(job)).toEqual(UNPLANNED);
    await acme.put(job.schedule, { maxRuns }).expect(200);
    await report(job, (await openRuns(job))[0]);
    expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
  });

  it('begins to count with the setting, and again when it gets it back', async () => {
    const { createJob, hours, acme, countsOf } = await setup();
    const job = await createJob(HOURLY);
    await hours(200, 200);
    expect(await countsOf(job)).toEqual({ claimed_runs: null, failed_runs: null });
    await acme.put(job.schedule, { maxRuns: 9 }).expect(200);
    await hours(200);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: 1 });
    await acme.put(job.schedule, { maxRuns: null }).expect(200);
    await hours(200);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: 1 });
    await acme.put(job.schedule, { maxRuns: 9 }).expect(200);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: null });
  });

  it('counts a run once that is given back and taken over', async () => {
    const { createJob, clock, dispatcher, app, countsOf, stateOf, callsOf, hours } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 1 });
    await dispatcher.tick(HOUR_MS);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: 1 });
    const [held] = await app.get(Claimer, { strict: false }).listHeld();
    await app.get(Claimer, { strict: false }).giveBack([uuidToBytes(held?.runId ?? '')]);
    clock.advance(MINUTE_MS);
    await hours(200);
    expect(callsOf(job)).toHaveLength(1);
    expect(await stateOf(job)).toEqual(OFF);
  });

  it('counts a run once that goes back to the queue and is claimed again', async () => {
    const { createJob, dispatcher, countsOf, stateOf, callsOf, hours, database } = await setup();
    const job = await createJob({ ...HOURLY, maxRuns: 2 });
    await dispatcher.tick(HOUR_MS);
    await database.transaction((tx) =>
      tx.execute(`UPDATE run SET state = ${WAITING}, claimed_by = NULL WHERE state = ${TRIGGERED}`),
    );
    await hours(200);
    expect(callsOf(job)).toHaveLength(1);
    expect(await countsOf(job)).toMatchObject({ claimed_runs: 1 });
    expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
  });

  it('costs a statement more for a claim, and others none', async () => {
    const { createJob, clock, dispatcher, database } = await setup();
    const costOf = async (...schedules: readonly object[]) => {
      for (const schedule of schedules) await createJob(schedule);
      clock.advance(HOUR_MS);
      const statements = await countStatements(database, async () => {
        await dispatcher.tick();
      });
      await dispatcher.settled();
      await flow.clear();
      return statements;
    };
    const without = await costOf(HOURLY);
    expect(await costOf({ ...HOURLY, pauseOnFailures: 3, catchUp: 'last' })).toBe(without);
    expect(await costOf({ ...HOURLY, maxRuns: 9 })).toBe(without + 1);
    expect(await costOf({ ...HOURLY, maxRuns: 9 }, HOURLY, { ...HOURLY, maxRuns: 7 })).toBe(without + 1);
  });
});

describe('A schedule with maxRuns whose last two runs end at once', () => {
  it('is deactivated by the second', async () => {
    const flow = await startFlow(mariaDb);
    const { createJob, hours, stateOf, openRuns, logOf } = await startedMorning(flow);
    const job = await createJob({ ...HOURLY, maxRuns: 2 });
    await hours(202, 202);
    const [first = '', second = ''] = await openRuns(job);
    const policy = { maxRuns: 2 };
    await endTogether(flow, RunLimit, [endOf(job, first, { policy }), endOf(job, second, { policy })]);
    expect(await stateOf(job)).toEqual(OFF);
    expect(await logOf(job)).toHaveLength(1);
  });
});

/** How many statements the work sends within the transactions that it leads to. */
async function countStatements(database: Database, work: () => Promise<void>): Promise<number> {
  const transaction = database.transaction.bind(database);
  let statements = 0;
  database.transaction = ((run: (tx: Tx) => Promise<unknown>, lane?: 'upkeep') =>
    transaction((tx) => {
      const query: Tx['query'] = (sql, parameters) => {
        statements += 1;
        return tx.query(sql, parameters);
      };
      const execute: Tx['execute'] = (sql, parameters) => {
        statements += 1;
        return tx.execute(sql, parameters);
      };
      return run({ ...tx, query, execute });
    }, lane)) as Database['transaction'];
  await work().finally(() => (database.transaction = transaction));
  return statements;
}
