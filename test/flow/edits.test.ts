import { HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const DAY_MS = 24 * HOUR_MS;

/** What is done to a job or its schedule at 9:30, or at 10:00 once the run of 10:00 has been called. */
const CHANGES = {
  'its schedule is deactivated': ({ client, schedule }: FlowJob) => client.put(schedule, { active: false }),
  'its schedule is deleted': ({ client, schedule }: FlowJob) => client.delete(schedule),
  'its schedule gets another timing': ({ client, schedule }: FlowJob) =>
    client.put(schedule, { cron: '* * * * * 45 0' }),
  'its schedule is deactivated and activated again': async ({ client, schedule }: FlowJob) => {
    await client.put(schedule, { active: false }).expect(200);
    return client.put(schedule, { active: true });
  },
  'its job gets another action': ({ client, job }: FlowJob, other: string) =>
    client.put(job, { action: other }),
  'its job is deactivated': ({ client, job }: FlowJob) => client.put(job, { active: false }),
  'its job is deleted': ({ client, job }: FlowJob) => client.delete(job),
} as const;
type Change = keyof typeof CHANGES;

const PHASES = {
  planned: async () => undefined,
  'claimed and held': async ({ dispatcher }: Flow) => dispatcher.tick(HOUR_MS),
  'in flight': async ({ clock, target, dispatcher }: Flow, ten: number) => {
    target.reacts({ kind: 'hold' });
    const before = target.calls.length;
    clock.set(ten);
    await dispatcher.tick();
    await target.received(before + 1);
  },
  'waiting for its report': async ({ clock, target, tick }: Flow, ten: number) => {
    target.reacts({ kind: 'answer', status: 202 });
    clock.set(ten);
    await tick();
  },
} as const;
type Phase = keyof typeof PHASES;

/** Change, phase of the run of 10:00, the calls until 11:00, and how the run of 10:00 ends (null: it is not on record). */
const CASES: [Change, Phase, readonly string[], string | null][] = [
  ['its schedule is deactivated', 'planned', [], null],
  ['its schedule is deactivated', 'claimed and held', [], null],
  ['its schedule is deactivated', 'in flight', ['old 10:00'], 'SUCCESS'],
  ['its schedule is deactivated', 'waiting for its report', ['old 10:00'], 'SUCCESS'],
  ['its schedule is deleted', 'planned', [], null],
  ['its schedule is deleted', 'claimed and held', [], null],
  ['its schedule is deleted', 'in flight', ['old 10:00'], null],
  ['its schedule is deleted', 'waiting for its report', ['old 10:00'], null],
  ['its schedule gets another timing', 'planned', ['old 09:45', 'old 10:45'], null],
  ['its schedule gets another timing', 'claimed and held', ['old 10:00', 'old 10:45'], 'SUCCESS'],
  ['its schedule gets another timing', 'in flight', ['old 10:00', 'old 10:45'], 'SUCCESS'],
  ['its schedule gets another timing', 'waiting for its report', ['old 10:00', 'old 10:45'], 'SUCCESS'],
  ['its schedule is deactivated and activated again', 'planned', ['old 10:00', 'old 11:00'], 'SUCCESS'],
  [
    'its schedule is deactivated and activated again',
    'claimed and held',
    ['old 10:00', 'old 11:00'],
    'SUCCESS',
  ],
  ['its schedule is deactivated and activated again', 'in flight', ['old 10:00', 'old 11:00'], 'SUCCESS'],
  [
    'its schedule is deactivated and activated again',
    'waiting for its report',
    ['old 10:00', 'old 11:00'],
    'SUCCESS',
  ],
  ['its job gets another action', 'planned', ['new 10:00', 'new 11:00'], 'SUCCESS'],
  ['its job gets another action', 'claimed and held', ['old 10:00', 'new 11:00'], 'SUCCESS'],
  ['its job gets another action', 'in flight', ['old 10:00', 'new 11:00'], 'SUCCESS'],
  ['its job gets another action', 'waiting for its report', ['old 10:00', 'new 11:00'], 'SUCCESS'],
  ['its job is deactivated', 'planned', [], null],
  ['its job is deactivated', 'claimed and held', [], null],
  ['its job is deactivated', 'in flight', ['old 10:00'], 'SUCCESS'],
  ['its job is deactivated', 'waiting for its report', ['old 10:00'], 'SUCCESS'],
  ['its job is deleted', 'planned', [], null],
  ['its job is deleted', 'claimed and held', [], null],
  ['its job is deleted', 'in flight', ['old 10:00'], null],
  ['its job is deleted', 'waiting for its report', ['old 10:00'], null],
];

describe.each(databaseKinds)('A run on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    // A lease that outlives the steps of the clock: what is held stays held.
    flow = await startFlow(kind, { LEASE_MS: String(HOUR_MS) });
  });

  /** A job whose schedule runs every hour, at 9:30 of a day of its own. */
  async function setup(schedule: object = { cron: '* * * * * 0 0' }) {
    await flow.clear();
    const { clock, target, createJob } = flow;
    const midnight = Math.ceil(clock.now() / DAY_MS) * DAY_MS;
    clock.set(midnight + 9.5 * HOUR_MS);
    await flow.drain();
    const job = await createJob(schedule);
    const from = target.calls.length;
    const ofJob = () => target.calls.slice(from).filter((call) => call.path.startsWith(job.path));
    /** The calls by action and planned time; a run that is called twice shows twice. */
    const calls = () =>
      ofJob().map(({ path, headers }) => {
        return `${path === job.path ? 'old' : 'new'} ${String(headers['x-sap-run-at']).slice(11, 16)}`;
      });
    /** The hours that follow, minute by minute where something may be due. */
    const liveUntilEleven = async () => {
      for (let at = clock.now() + 15 * MINUTE_MS; at <= midnight + 11 * HOUR_MS; at += 15 * MINUTE_MS) {
        clock.set(at);
        await flow.drain();
      }
    };
    return { ...flow, job, calls, ofJob, liveUntilEleven, ten: midnight + 10 * HOUR_MS };
  }

  it.each(CASES)('when %s while it is %s', async (change, phase, expected, end) => {
    const { job, calls, ofJob, liveUntilEleven, target, dispatcher, ten, acme } = await setup();
    await PHASES[phase](flow, ten);
    const answer = await CHANGES[change](job, target.url(`${job.path}/other`));
    expect(answer.status).toBe(200);
    target.release();
    await dispatcher.settled();
    target.reacts({ kind: 'answer' });

    if (phase === 'waiting for its report') {
      const runId = String(ofJob()[0]?.headers['x-sap-job-run-id']);
      const report = await acme.put(`${job.runs}/${runId}`, { success: true, message: 'done' });
      expect(report.status).toBe(end === null ? 404 : 200);
    }
    await liveUntilEleven();
    expect(calls()).toEqual(expected);
    const isThere = !change.endsWith('deleted');
    await acme.get(job.schedule).expect(isThere ? 200 : 404);
    const runs = isThere ? await runsOf(job) : [];
    const ofTen = runs.filter((run) => run.plannedAt.endsWith('10:00:00'));
    expect(ofTen.map((run) => run.runState)).toEqual(end === null ? [] : [end]);
    expect(runs.filter((run) => run.runStatus === 'RUNNING')).toEqual([]);
  });

  it.each([
    ['late', 15, ['old 10:20', 'old 10:25', 'old 10:30']],
    ['late by an outage', 20, ['old 10:25', 'old 10:30']],
  ])(
    'that is %s when its schedule gets a denser timing is called, and nothing that was never planned',
    async (_how, minutes, after) => {
      const { job, calls, clock, ten, drain } = await setup();
      clock.set(ten + minutes * MINUTE_MS);
      await job.client.put(job.schedule, { cron: '* * * * * */5 0' }).expect(200);
      await drain();
      expect(calls()).toEqual(['old 10:00']);
      clock.set(ten + 30 * MINUTE_MS);
      await drain();
      // All of them are due and called at once, in any order.
      expect([...calls()].sort()).toEqual(['old 10:00', ...after]);
    },
  );

  it('that is late when its schedule gets another description is followed by all that is late with it', async () => {
    const { job, calls, clock, ten, drain } = await setup({ cron: '* * * * * */5 0' });
    clock.set(ten - 5 * MINUTE_MS);
    await drain();
    const before = calls().length;
    clock.set(ten + 10 * MINUTE_MS);
    await job.client.put(job.schedule, { description: 'other' }).expect(200);
    await drain();
    expect(calls().slice(before)).toEqual(['old 10:00', 'old 10:05', 'old 10:10']);
  });

  it('of a one-time schedule that gets another time while it is in flight does not complete the schedule', async () => {
    const { job, ten, target, dispatcher, calls, liveUntilEleven, acme } = await setup({
      time: 'in 30 minutes',
    });
    await PHASES['in flight'](flow, ten);
    await acme.put(job.schedule, { time: 'in 45 minutes' }).expect(200);
    target.release();
    await dispatcher.settled();
    target.reacts({ kind: 'answer' });
    expect((await acme.get(job.schedule)).body).toMatchObject({ active: true });
    await liveUntilEleven();
    expect(calls()).toEqual(['old 10:00', 'old 10:45']);
    expect((await acme.get(job.schedule)).body).toMatchObject({ active: false });
  });

  it.each([
    ['is called although its schedule is deactivated', 'its schedule is deactivated', 1],
    ['is called although its job is deactivated', 'its job is deactivated', 1],
    ['is not called when its schedule is deleted', 'its schedule is deleted', 0],
    ['is not called when its job is deleted', 'its job is deleted', 0],
  ] as const)('that was asked for and is held %s', async (_name, change, expected) => {
    const { job, clock, dispatcher, drain, ofJob, acme } = await setup();
    await acme.post(job.runs).expect(202);
    // The clock goes back, so that the run lies ahead and is held.
    clock.advance(-MINUTE_MS);
    expect(await dispatcher.tick(2 * MINUTE_MS)).toMatchObject({ claimed: 1 });
    await CHANGES[change](job).expect(200);
    clock.advance(2 * MINUTE_MS);
    await drain();
    expect(ofJob()).toHaveLength(expected);
  });

  it('that is held is called at its time where nothing changes', async () => {
    const { dispatcher, calls, liveUntilEleven } = await setup();
    expect(await dispatcher.tick(HOUR_MS)).toMatchObject({ claimed: 1 });
    expect(calls()).toEqual([]);
    await liveUntilEleven();
    expect(calls()).toEqual(['old 10:00', 'old 11:00']);
  });
});
