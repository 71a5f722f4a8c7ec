import { DAY_MS, HOUR_MS } from '../../src/core/instant.js';
import type { EndedRun } from '../../src/run-log/run-endings.js';
import { FailurePause } from '../../src/schedule/plan/life/failure-pause.js';
import { RunLimit } from '../../src/schedule/plan/life/run-limit.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { endOf, endTogether, HOURLY, OFF, startedMorning } from './life-setup.js';
import { runsOf, startFlow, type Flow } from './setup.js';

describe.each(databaseKinds)('A schedule with pauseOnFailures on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });
  const setup = () => startedMorning(flow);

  it('is deactivated when so many planned runs have failed in a row', async () => {
    const { createJob, hours, stateOf, logOf, callsOf } = await setup();
    const job = await createJob({ ...HOURLY, pauseOnFailures: 3 });
    await hours(500, 404, 200, 500, 404);
    expect(await stateOf(job)).toMatchObject({ active: true });
    await hours(503);
    expect(await stateOf(job)).toEqual(OFF);
    expect(await logOf(job)).toEqual([
      {
        action: 'DEACTIVATION_ON_FAILURES',
        details: 'As many planned runs failed in a row as its pauseOnFailures says.',
      },
    ]);
    await hours(500);
    expect(callsOf(job)).toHaveLength(6);
  });

  it('counts what is reported, what nobody reports, and what is not reached', async () => {
    const { createJob, hours, stateOf, report, openRuns, target, clock, drain, sweeper, countsOf } =
      await setup();
    const job = await createJob({ ...HOURLY, pauseOnFailures: 4 });
    await hours(202);
    await report(job, (await openRuns(job))[0], false);
    target.reacts({ kind: 'reset' });
    clock.advance(HOUR_MS);
    await drain();
    await hours(202);
    expect(await countsOf(job)).toMatchObject({ failed_runs: 2 });
    await flow.acme.put(job.schedule, { cron: '2098 * * * * 0 0' }).expect(200);
    clock.advance(8 * DAY_MS);
    await flow.renew();
    await sweeper.expireReports();
    expect(await countsOf(job)).toMatchObject({ failed_runs: 3 });
    expect(await stateOf(job)).toMatchObject({ active: true });
  });

  it('neither counts nor resets with what is canceled or asked for', async () => {
    const { createJob, hours, openRuns, cancel, countsOf, acme, drain } = await setup();
    const job = await createJob({ ...HOURLY, pauseOnFailures: 5 });
    await hours(500, 202);
    await cancel((await openRuns(job))[0]);
    expect(await countsOf(job)).toMatchObject({ failed_runs: 1 });
    for (const status of [500, 200]) {
      flow.target.reacts({ kind: 'answer', status });
      await acme.post(`${job.schedule}/runs`, {}).expect(202);
      await drain();
    }
    expect(await countsOf(job)).toMatchObject({ failed_runs: 1 });
  });

  it('does not count an end that is recorded again because nobody confirmed its commit', async () => {
    const { createJob, hours, countsOf, database, app, clock, openRuns } = await setup();
    const job = await createJob({ ...HOURLY, pauseOnFailures: 9, maxRuns: 9 });
    await hours(202);
    const [runId = ''] = await openRuns(job);
    const policy = { pauseOnFailures: 9, maxRuns: 9 };
    const end = (isRepeated: boolean, isCanceled: boolean) =>
      endOf(job, runId, { policy, state: 'ERROR', endedAt: clock.now(), isRepeated, isCanceled });
    const settle = (run: EndedRun) =>
      database.transaction(async (tx) => {
        for (const each of [FailurePause, RunLimit])
          await app.get<FailurePause | RunLimit>(each, { strict: false }).settle(tx, [run]);
      });
    await settle(end(true, false));
    await settle(end(true, true));
    expect(await countsOf(job)).toEqual({ claimed_runs: 1, failed_runs: null });
    await settle(end(false, false));
    await settle(end(false, true));
    expect(await countsOf(job)).toEqual({ claimed_runs: 0, failed_runs: 1 });
  });

  it('is not deactivated by what is given up because its job is switched off', async () => {
    const { createJob, hours, acme, stateOf, logOf } = await setup();
    const retry = { delay: '10 hours', maxDelay: '10 hours' };
    const job = await createJob({ ...HOURLY, pauseOnFailures: 2, retry });
    await hours(500, 500);
    await acme.put(job.job, { active: false }).expect(200);
    expect((await runsOf(job)).map(({ runState }) => runState)).toEqual(['ERROR', 'ERROR']);
    expect(await stateOf(job)).toMatchObject({ active: true });
    await acme.put(job.job, { active: true }).expect(200);
    expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
    expect(await logOf(job)).toEqual([]);
  });

  it.each(['schedule', 'job'] as const)('counts anew when its %s is switched on', async (what) => {
    const { createJob, hours, acme, stateOf, openRuns, report, countsOf } = await setup();
    const job = await createJob({ ...HOURLY, pauseOnFailures: 2 });
    await hours(202, 500);
    const [before] = await openRuns(job);
    for (const active of [false, true]) await acme.put(job[what], { active }).expect(200);
    await hours(500);
    expect(await countsOf(job)).toMatchObject({ failed_runs: 1 });
    await report(job, before, false); // It was planned before.
    expect(await stateOf(job)).toMatchObject({ active: true });
    await hours(500);
    expect(await stateOf(job)).toEqual(OFF);
    await acme.put(job.schedule, { active: true }).expect(200);
    expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
  });

  it('drops the run that is claimed ahead when it is deactivated', async () => {
    const { createJob, hours, clock, target, dispatcher, stateOf, callsOf, drain } = await setup();
    const job = await createJob({ ...HOURLY, pauseOnFailures: 2 });
    await hours(500);
    target.reacts({ kind: 'hold', status: 500 });
    const before = target.calls.length;
    clock.advance(HOUR_MS);
    await dispatcher.tick();
    await target.received(before + 1);
    await dispatcher.tick(HOUR_MS);
    target.release();
    await dispatcher.settled();
    expect(await stateOf(job)).toEqual(OFF);
    target.reacts({ kind: 'answer' });
    clock.advance(HOUR_MS);
    await drain();
    expect(callsOf(job)).toHaveLength(2);
  });

  it('takes what it fires off the limits of its tenant', async () => {
    const { createJob, hours, database } = await setup();
    const firings = async () => {
      const rows = await database.read((tx) =>
        tx.query<{ firings: number }>('SELECT SUM(firings_per_hour) AS firings FROM plan_count'),
      );
      return Number(rows[0]?.firings);
    };
    const before = await firings();
    await createJob({ ...HOURLY, pauseOnFailures: 2 });
    await createJob({ ...HOURLY, maxRuns: 2 });
    expect(await firings()).toBe(before + 2);
    await hours(500, 500);
    expect(await firings()).toBe(before);
  });
});

describe('A schedule with pauseOnFailures whose runs fail at once', () => {
  it('loses none of them', async () => {
    const flow = await startFlow(mariaDb);
    const { createJob, hours, openRuns, countsOf } = await startedMorning(flow);
    const job = await createJob({ ...HOURLY, pauseOnFailures: 9 });
    await hours(202, 202);
    const [first = '', second = ''] = await openRuns(job);
    const failed = { policy: { pauseOnFailures: 9 }, state: 'ERROR' } as const;
    await endTogether(flow, FailurePause, [endOf(job, first, failed), endOf(job, second, failed)]);
    expect(await countsOf(job)).toMatchObject({ failed_runs: 2 });
  });
});
