import { DAY_MS, HOUR_MS } from '../../src/core/instant.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const DAILY = { repeatAt: '12:00' };

describe.each(databaseKinds)('A schedule on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** The service on a morning of its own. */
  async function setup() {
    await flow.clear();
    const { clock, drain, acme, renew, target } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 9 * HOUR_MS);
    await drain();
    await renew();
    const inHours = (hours: number) => new Date(clock.now() + hours * HOUR_MS).toISOString();
    const stateOf = async ({ schedule }: FlowJob) => {
      const { active, nextRunAt } = (await acme.get(schedule).expect(200)).body;
      return { active, nextRunAt };
    };
    const pass = async (hours: number) => {
      clock.advance(hours * HOUR_MS);
      await drain();
    };
    /** Lets days pass, with one reaction of the endpoint for each. */
    const days = async (reactions: readonly ('reset' | number)[]) => {
      for (const reaction of reactions) {
        target.reacts(reaction === 'reset' ? { kind: 'reset' } : { kind: 'answer', status: reaction });
        await pass(24);
      }
      await renew();
    };
    return { ...flow, inHours, stateOf, pass, days };
  }

  const OFF = { active: false, nextRunAt: null };

  it('is deactivated with its last run before the end time, which still runs', async () => {
    const { createJob, inHours, stateOf, pass, logOf } = await setup();
    const job = await createJob({ cron: '* * * * * 0 0', endTime: inHours(2.5) });
    await pass(1);
    expect(await stateOf(job)).toMatchObject({ active: true });
    expect(await logOf(job)).toEqual([]);
    await pass(1);
    expect(await stateOf(job)).toEqual(OFF);
    expect(await logOf(job)).toEqual([
      { action: 'DEACTIVATION_ON_END_TIME', details: 'The end time leaves no further run.' },
    ]);
    await pass(3);
    expect((await runsOf(job)).map((run) => run.runState)).toEqual(['SUCCESS', 'SUCCESS']);
  });

  it('is deactivated by the end time of its job too', async () => {
    const { createJob, inHours, stateOf, pass, logOf } = await setup();
    const job = await createJob({ repeatInterval: '1 hour' }, { endTime: inHours(1.5) });
    await pass(1);
    expect(await stateOf(job)).toEqual(OFF);
    expect((await logOf(job)).map(({ action }) => action)).toEqual(['DEACTIVATION_ON_END_TIME']);
    expect((await runsOf(job)).map((run) => run.runState)).toEqual(['SUCCESS']);
  });

  it('is deactivated with the last match of its pattern', async () => {
    const { createJob, clock, stateOf, pass, logOf } = await setup();
    const {
      0: year,
      1: month,
      2: day,
    } = new Date(clock.now()).toISOString().slice(0, 10).split('-').map(Number);
    const job = await createJob({ cron: `${year} ${month} ${day} * 11,12 0 0` });
    await pass(2);
    expect(await stateOf(job)).toMatchObject({ active: true });
    await pass(1);
    expect(await stateOf(job)).toEqual(OFF);
    expect(await logOf(job)).toEqual([
      { action: 'DEACTIVATION_NO_FUTURE_RUN', details: 'The schedule has no further run.' },
    ]);
    expect(await runsOf(job)).toHaveLength(2);
  });

  it.each([200, 500, 404, 'reset'] as const)(
    'that is one-time is deactivated once its run has ended with %s',
    async (reaction) => {
      const { createJob, stateOf, logOf, acme, days } = await setup();
      const job = await createJob({ time: 'in 3 hours' });
      expect(await stateOf(job)).toMatchObject({ active: true, nextRunAt: expect.any(String) });
      await days([reaction, 200]);
      expect(await stateOf(job)).toEqual(OFF);
      expect(await logOf(job)).toEqual([
        { action: 'DEACTIVATION_ON_COMPLETION', details: 'The one-time schedule has run.' },
      ]);
      expect(await runsOf(job)).toHaveLength(1);
      expect((await acme.get(job.job)).body).toMatchObject({ active: true });
    },
  );

  it('that is one-time stays active while its run waits for a report', async () => {
    const { createJob, stateOf, logOf, pass, target, acme } = await setup();
    const job = await createJob({ time: 'in 1 hour' });
    target.reacts({ kind: 'answer', status: 202 });
    await pass(1);
    expect(await stateOf(job)).toEqual({ active: true, nextRunAt: null });
    const [run] = await runsOf(job);
    await acme.put(`${job.runs}/${run?.runId}`, { success: false, message: 'no' }).expect(200);
    expect(await stateOf(job)).toEqual(OFF);
    expect(await logOf(job)).toHaveLength(1);
  });

  it('whose endpoint is unreachable on every run is deactivated after more than 10 days, not before', async () => {
    const { createJob, stateOf, logOf, days, callsOf } = await setup();
    const job = await createJob(DAILY);
    await days(Array.from({ length: 11 }, () => 'reset' as const));
    expect(await stateOf(job)).toMatchObject({ active: true });
    expect(await logOf(job)).toEqual([]);
    await days(['reset']);
    expect(await stateOf(job)).toEqual(OFF);
    expect(await logOf(job)).toEqual([
      {
        action: 'DEACTIVATION_UNREACHABLE',
        details: 'The action endpoint could not be reached on any run for more than 10 days.',
      },
    ]);
    const calls = callsOf(job).length;
    await days(['reset']);
    expect(callsOf(job)).toHaveLength(calls);
  });

  it.each([200, 202, 404, 503])(
    'whose endpoint answers %s once within the 10 days counts anew',
    async (status) => {
      const { createJob, stateOf, days } = await setup();
      const job = await createJob(DAILY);
      const lost = (count: number) => Array.from({ length: count }, () => 'reset' as const);
      await days([...lost(9), status, ...lost(11)]);
      expect(await stateOf(job)).toMatchObject({ active: true });
      await days(lost(1));
      expect(await stateOf(job)).toEqual(OFF);
    },
  );

  it('whose endpoint answers only after the application has reported counts anew too', async () => {
    const { createJob, stateOf, days, clock, target, dispatcher, acme, renew } = await setup();
    const job = await createJob(DAILY);
    await days(['reset']);
    target.reacts({ kind: 'hold', status: 202 });
    const before = target.calls.length;
    clock.advance(DAY_MS);
    await dispatcher.tick();
    await target.received(before + 1);
    await renew();
    const runId = String(target.calls.at(-1)?.headers['x-sap-job-run-id']);
    await acme.put(`${job.runs}/${runId}`, { success: true, message: 'quick' }).expect(200);
    target.release();
    await dispatcher.settled();
    await days(Array.from({ length: 11 }, () => 'reset' as const));
    expect(await stateOf(job)).toMatchObject({ active: true });
  });

  it('that is switched off and on again counts the days of its endpoint anew', async () => {
    const { createJob, stateOf, days, acme } = await setup();
    const job = await createJob(DAILY);
    await days(Array.from({ length: 6 }, () => 'reset' as const));
    await acme.put(job.schedule, { active: false }).expect(200);
    await acme.put(job.schedule, { active: true }).expect(200);
    await days(Array.from({ length: 7 }, () => 'reset' as const));
    expect(await stateOf(job)).toMatchObject({ active: true });
    await days(Array.from({ length: 5 }, () => 'reset' as const));
    expect(await stateOf(job)).toEqual(OFF);
  });

  it.each([
    ['by id', (job: FlowJob, action: string) => job.client.put(job.job, { action })],
    [
      'by name',
      async (job: FlowJob, action: string) => {
        const { name } = (await job.client.get(job.job)).body;
        return job.client.put(`/scheduler/jobs/${name}`, { action, active: true });
      },
    ],
  ] as const)(
    'whose job gets another action %s counts the days of the endpoint anew',
    async (_how, change) => {
      const { createJob, stateOf, days, target } = await setup();
      const job = await createJob(DAILY);
      const lost = (count: number) => Array.from({ length: count }, () => 'reset' as const);
      await days(lost(10));
      await change(job, target.url(`${job.path}/other`));
      await days(lost(11));
      expect(await stateOf(job)).toMatchObject({ active: true });
      await days(lost(1));
      expect(await stateOf(job)).toEqual(OFF);
    },
  );

  it('whose job is changed, but not its action, goes on counting', async () => {
    const { createJob, stateOf, days, target } = await setup();
    const job = await createJob(DAILY);
    await days(Array.from({ length: 10 }, () => 'reset' as const));
    await job.client.put(job.job, { action: target.url(job.path), description: 'other' }).expect(200);
    await days(['reset', 'reset']);
    expect(await stateOf(job)).toEqual(OFF);
  });

  it('whose endpoint answers a run that began before another failed is not deactivated', async () => {
    const { createJob, stateOf, days, clock, target, dispatcher, renew } = await setup();
    const job = await createJob(DAILY);
    await days(Array.from({ length: 10 }, () => 'reset' as const));
    // Two runs at once, both claimed while the endpoint counts as unreachable: one is answered, one is not.
    let place = 0;
    target.reacts(() => (place++ === 0 ? { kind: 'hold' } : { kind: 'reset' }));
    const before = target.calls.length;
    clock.advance(DAY_MS + HOUR_MS);
    await dispatcher.tick();
    await target.received(before + 1);
    clock.advance(DAY_MS);
    await dispatcher.standBy();
    const answered = target.calls.length;
    target.release();
    await dispatcher.tick();
    await target.received(answered + 1);
    await dispatcher.settled();
    await renew();
    expect(await stateOf(job)).toMatchObject({ active: true });
  });
});
