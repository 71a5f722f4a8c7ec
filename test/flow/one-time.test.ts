import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { Claimer } from '../../src/dispatch/claimer.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { placesInJobs, runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const LATER = '2090-01-01T00:00:00Z';
const EARLIER = '2020-01-01T00:00:00Z';
const OFF_AND_ON = [false, true] as const;

/** What changes a job or its one-time schedule, and leaves its time. */
const EDITS: Record<string, (job: FlowJob, flow: Flow) => Promise<unknown>> = {
  'its job gets an end': ({ client, job }) => client.put(job, { endTime: LATER }).expect(200),
  'its job gets a start': ({ client, job }) => client.put(job, { startTime: EARLIER }).expect(200),
  'its job is put by name': async ({ client, job, path }, { target }) => {
    const { name } = (await client.get(job).expect(200)).body;
    const content = { action: target.url(path), active: true, endTime: LATER };
    await client.put(`/scheduler/jobs/${name}`, content).expect(200);
  },
  'it gets an end': ({ client, schedule }) => client.put(schedule, { endTime: LATER }).expect(200),
  'it gets a start': ({ client, schedule }) => client.put(schedule, { startTime: EARLIER }).expect(200),
  'it is sent back': async ({ client, schedule }) => {
    const { body } = await client.get(schedule).expect(200);
    const { time, active, description, startTime, endTime } = body;
    await client.put(schedule, { time, active, description, startTime, endTime }).expect(200);
  },
};

/** What switches a job or its one-time schedule off and on again. */
const SWITCHES: typeof EDITS = {
  'its job is off and on': async ({ client, job }) => {
    for (const active of OFF_AND_ON) await client.put(job, { active }).expect(200);
  },
  'it is off and on': async ({ client, schedule }) => {
    for (const active of OFF_AND_ON) await client.put(schedule, { active }).expect(200);
  },
  'all schedules of its job are off and on': async ({ client, job }) => {
    for (const activationStatus of OFF_AND_ON)
      await client.post(`${job}/schedules/activationStatus`, { activationStatus }).expect(200);
  },
  'a bulk operation switches its job off and on': (job, flow) => bulk(job, flow, 'jobs'),
  'a bulk operation switches it off and on': (job, flow) => bulk(job, flow, 'schedules'),
};

async function bulk({ client, job }: FlowJob, { app }: Flow, target: string): Promise<void> {
  const { name } = (await client.get(job).expect(200)).body;
  for (const verb of ['deactivate', 'activate']) {
    const order = { filter: `name eq '${name}'`, target };
    await client.post(`/scheduler/jobs/operations/${verb}`, order).expect(202);
    await app.get(OperationWorker, { strict: false }).tick();
  }
}

/** How far the run of 10:00 has come when something is changed. */
const PHASES = {
  'is planned': async () => undefined,
  'waits for its turn': async ({ clock }: Flow, ten: number) => clock.set(ten),
  'is claimed and held': async ({ dispatcher }: Flow) => dispatcher.tick(HOUR_MS),
  'is in flight': async ({ clock, target, dispatcher }: Flow, ten: number) => {
    target.reacts({ kind: 'hold' });
    const before = target.calls.length;
    clock.set(ten);
    await dispatcher.tick();
    await target.received(before + 1);
  },
  'waits for its report': async ({ clock, target, tick }: Flow, ten: number) => {
    target.reacts({ kind: 'answer', status: 202 });
    clock.set(ten);
    await tick();
  },
} as const;
type Phase = keyof typeof PHASES;

const CASES = (Object.keys(PHASES) as Phase[]).flatMap((phase) =>
  Object.entries({ ...EDITS, ...SWITCHES }).map(([name, deed]) => [name, phase, deed] as const),
);

describe.each(placesInJobs)('A one-time schedule on $name', ({ kind, others, workBatch }) => {
  let flow: Flow;
  beforeAll(async () => {
    // A lease that outlives the steps of the clock: what is held stays held.
    flow = await startFlow(kind, { LEASE_MS: String(HOUR_MS) }, { workBatch });
  });

  /** A one-time schedule for 10:00, at 9:30 of a day of its own. */
  async function setup(change: object = {}, ofJob: Record<string, unknown> = {}) {
    await flow.clear();
    const { clock, drain, createJob, callsOf, target, dispatcher, acme } = flow;
    const midnight = Math.ceil(clock.now() / DAY_MS) * DAY_MS;
    clock.set(midnight + 9.5 * HOUR_MS);
    await drain();
    const job = await createJob({ time: 'in 30 minutes', ...change }, { ...ofJob, others });
    const calls = () => callsOf(job).map(({ headers }) => String(headers['x-sap-run-at']).slice(11, 16));
    /** What is under way is answered, and the hours until 11:30 go by. */
    const end = async () => {
      target.release();
      await dispatcher.settled();
      target.reacts({ kind: 'answer' });
      await reportAll(job);
      for (let at = clock.now(); at <= midnight + 11.5 * HOUR_MS; at += 15 * MINUTE_MS) {
        clock.set(at);
        await drain();
      }
    };
    const active = async () => (await acme.get(job.schedule).expect(200)).body.active;
    return { ...flow, job, calls, end, active, ten: midnight + 10 * HOUR_MS };
  }

  async function reportAll(job: FlowJob): Promise<void> {
    const waiting = (await runsOf(job)).filter((run) => run.runState === 'ACK_RECVD');
    for (const { runId } of waiting) {
      await job.client.put(`${job.runs}/${runId}`, { success: true, message: 'done' }).expect(200);
    }
  }

  it.each(CASES)('is called once when %s while its run %s', async (_deed, phase, deed) => {
    const { job, calls, end, active, ten } = await setup();
    await PHASES[phase](flow, ten);
    await deed(job, flow);
    await flow.dispatcher.tick();
    await end();
    expect(calls()).toEqual(['10:00']);
    expect((await runsOf(job)).map(({ runState }) => runState)).toEqual(['SUCCESS']);
    expect(await active()).toBe(false);
  });

  it.each(Object.entries(EDITS))('that has run stays as it is when %s', async (_name, edit) => {
    const { job, calls, end, active } = await setup();
    await end();
    await edit(job, flow);
    await end();
    expect(calls()).toEqual(['10:00']);
    expect(await active()).toBe(false);
  });

  it.each(['it is off and on', 'all schedules of its job are off and on'] as const)(
    'that has run runs again, and once, when %s',
    async (name) => {
      const { job, calls, end, active, clock } = await setup();
      await end();
      await SWITCHES[name]?.(job, flow);
      await flow.drain();
      expect(calls()).toHaveLength(2);
      clock.advance(MINUTE_MS);
      await end();
      expect(calls()).toHaveLength(2);
      expect(await active()).toBe(false);
    },
  );

  it('keeps its run, with its id, through an edit while it waits', async () => {
    const { job } = await setup();
    const [before] = await runsOf(job);
    for (const edit of Object.values(EDITS)) await edit(job, flow);
    expect((await runsOf(job)).map(({ runId }) => runId)).toEqual([before?.runId]);
  });

  it.each(['job', 'schedule'] as const)('does not run beyond the end that its %s gets', async (whose) => {
    const { job, calls, end, active, ten, logOf } = await setup();
    const endTime = new Date(ten - MINUTE_MS).toISOString();
    await job.client.put(job[whose], { endTime }).expect(200);
    expect(await active()).toBe(false);
    await end();
    expect(calls()).toEqual([]);
    expect((await logOf(job)).map(({ action }) => action)).toEqual(['DEACTIVATION_ON_END_TIME']);
  });

  it.each([
    ['is planned', ['11:00']],
    ['waits for its turn', ['11:00']],
    ['is claimed and held', ['11:00']],
    ['is in flight', ['10:00', '11:00']],
    ['waits for its report', ['10:00', '11:00']],
  ] as const)('that gets another time while its run %s runs then', async (phase, expected) => {
    const { job, calls, end, active, ten, logOf } = await setup();
    await PHASES[phase](flow, ten);
    flow.clock.advance(1);
    await job.client.put(job.schedule, { time: new Date(ten + HOUR_MS).toISOString() }).expect(200);
    expect(await active()).toBe(true);
    await end();
    expect(calls()).toEqual(expected);
    expect((await logOf(job)).map(({ action }) => action)).toEqual(['DEACTIVATION_ON_COMPLETION']);
  });

  it('that gets another time while its job is off and its run is in flight runs then', async () => {
    const { job, calls, end, active, ten } = await setup();
    await PHASES['is in flight'](flow, ten);
    await job.client.put(job.job, { active: false }).expect(200);
    await job.client.put(job.schedule, { time: new Date(ten + HOUR_MS).toISOString() }).expect(200);
    flow.target.release();
    await flow.dispatcher.settled();
    expect(await active()).toBe(true);
    await job.client.put(job.job, { active: true }).expect(200);
    await end();
    expect(calls()).toEqual(['10:00', '11:00']);
  });

  it.each(['it is off and on', 'its job is off and on'] as const)(
    'is called once when %s before its held run is dropped',
    async (name) => {
      const { job, calls, end } = await setup();
      await PHASES['is claimed and held'](flow);
      const claimer = flow.app.get(Claimer, { strict: false });
      let begin: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const dropHeld = claimer.dropHeld.bind(claimer);
      claimer.dropHeld = (runs) => begun.then(() => dropHeld(runs));
      await SWITCHES[name]?.(job, flow);
      begin();
      await flow.dispatcher.settled();
      claimer.dropHeld = dropHeld;
      await end();
      expect(calls()).toEqual(['10:00']);
    },
  );

  it.each([
    ['its export', 'is planned'],
    ['its export', 'waits for its report'],
    ['what reading its job answers', 'is planned'],
    ['what reading its job answers', 'waits for its report'],
  ] as const)('that is replaced by %s while its run %s is called once', async (form, phase) => {
    const { job, calls, drain, clock, ten, app } = await setup();
    await PHASES[phase](flow, ten);
    const path = form === 'its export' ? '/scheduler/export' : `${job.job}?displaySchedules=true`;
    const { body } = await job.client.get(path).expect(200);
    await job.client.post('/scheduler/import?existing=replace', body).expect(202);
    await app.get(OperationWorker, { strict: false }).tick();
    await job.client.get(job.schedule).expect(404);
    for (let at = ten; at <= ten + HOUR_MS; at += 15 * MINUTE_MS) {
      clock.set(at);
      await drain();
    }
    expect(calls()).toEqual(['10:00']);
  });

  it('that says its time in other words while its run is under way is called once', async () => {
    const { job, calls, end, ten } = await setup();
    await PHASES['waits for its report'](flow, ten);
    await job.client.put(job.schedule, { time: new Date(ten).toISOString() }).expect(200);
    await end();
    expect(calls()).toEqual(['10:00']);
    expect((await job.client.get(job.schedule)).body).toMatchObject({ active: false });
  });

  it('that has run and gets another time with its activation runs then', async () => {
    const { job, calls, end, drain, clock } = await setup({ time: 'now' });
    await end();
    await job.client.put(job.schedule, { active: true, time: 'in 1 minute' }).expect(200);
    await drain();
    expect(calls()).toHaveLength(1);
    clock.advance(MINUTE_MS);
    await drain();
    expect(calls()).toHaveLength(2);
  });

  it.each(['SUCCESS', 'ERROR'] as const)(
    'is not completed by a run on request that ends with %s',
    async (end) => {
      const { job, active, drain, calls, clock, target, logOf } = await setup(
        { time: '2090-06-01T00:00:00Z' },
        { active: false },
      );
      if (end === 'ERROR') target.reacts({ kind: 'answer', status: 500 });
      clock.advance(1);
      await job.client.post(job.runs).expect(202);
      await drain();
      expect(calls()).toHaveLength(1);
      expect(await active()).toBe(true);
      expect(await logOf(job)).toEqual([]);
      await job.client.put(job.job, { active: true }).expect(200);
      expect((await job.client.get(job.schedule)).body.nextRunAt).toBe('2090-06-01 00:00:00');
    },
  );

  it('is planned when it is activated while a run on request is under way', async () => {
    const { job, target, clock, tick } = await setup({ time: '2090-06-01T00:00:00Z', active: false });
    target.reacts({ kind: 'answer', status: 202 });
    clock.advance(1);
    await job.client.post(job.runs).expect(202);
    await tick();
    await job.client.put(job.schedule, { active: true }).expect(200);
    expect((await job.client.get(job.schedule)).body.nextRunAt).toBe('2090-06-01 00:00:00');
    await reportAll(job);
    expect((await job.client.get(job.schedule)).body).toMatchObject({ active: true });
  });

  it('is completed by its own run while a run on request waits', async () => {
    const { job, active, clock, ten, dispatcher, logOf } = await setup();
    clock.set(ten);
    await dispatcher.tick();
    await dispatcher.settled();
    await job.client.post(job.runs).expect(202);
    expect(await active()).toBe(false);
    expect((await logOf(job)).map(({ action }) => action)).toEqual(['DEACTIVATION_ON_COMPLETION']);
  });
});
