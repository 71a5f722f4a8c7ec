import { Executor } from '../../src/dispatch/executor.js';
import { Gate, type Admission } from '../../src/dispatch/gate.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

const GO: Admission = { kind: 'go' };
const HOUR_MS = 3_600_000;
const BEAT_MS = 10_000;
const HOURLY = { cron: '* * * * * 0 0' };

/** What a gate behind the lease's own decides of a job's run. */
type Decide = (job: FlowJob | undefined, now: number) => Admission;

/** Puts a gate of the test behind that of the lease, and the clock a minute before the full hour. */
async function stageOf(flow: Flow) {
  await flow.clear();
  const { app, clock, createJob, callsOf, dispatcher, http } = flow;
  clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS - 60_000);
  await flow.drain();
  const jobs: FlowJob[] = [];
  const hourly = async () => {
    const job = await createJob(HOURLY);
    jobs.push(job);
    return job;
  };
  const asked: number[] = [];
  const decides = (decide: Decide) => {
    const gate = app.get(Gate, { strict: false });
    gate.admit = (run, now) => {
      asked.push(now);
      const admission: Admission = Object.getPrototypeOf(gate).admit.call(gate, run, now);
      const job = jobs.find(({ jobId }) => jobId === run.job.id);
      return admission.kind === 'go' ? decide(job, now) : admission;
    };
  };
  const { queue } = app.get(Executor, { strict: false });
  const calls = (job: FlowJob) => callsOf(job).length;
  /** Lets an hour strike: what is due is claimed, and the gate asked. */
  const strike = async () => {
    clock.set(Math.ceil((clock.now() + 1) / HOUR_MS) * HOUR_MS);
    await dispatcher.tick();
    await dispatcher.settled();
    return clock.now();
  };
  /** How many calls the metrics have counted. */
  const counted = async () => {
    const { text } = await http.get('/metrics').expect(200);
    return [...text.matchAll(/^carillon_calls_total\S* (\d+)/gm)].reduce((sum, m) => sum + Number(m[1]), 0);
  };
  return { ...flow, hourly, decides, asked, queue, calls, strike, counted };
}

describe.each(databaseKinds)('A gate of dispatch on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS_PER_TENANT: '1' });
  });
  const setup = () => stageOf(flow);

  it('lets a run be called', async () => {
    const { hourly, decides, strike, calls } = await setup();
    const job = await hourly();
    decides(() => GO);
    await strike();
    expect(calls(job)).toBe(1);
  });

  it('lets a run wait until an instant, and no longer', async () => {
    const { hourly, decides, strike, calls, clock, tick, queue } = await setup();
    const job = await hourly();
    let until = 0;
    decides((_, now) => {
      if (until === 0) until = now + 5_000;
      return now < until ? { kind: 'wait', until } : GO;
    });
    const dueAt = await strike();
    expect([queue.waiting, queue.inFlight]).toEqual([1, 0]);
    clock.advance(4_999);
    await tick();
    expect(calls(job)).toBe(0);
    clock.advance(1);
    await tick();
    expect(calls(job)).toBe(1);
    const [run] = await runsOf(job);
    expect(run).toMatchObject({ runState: 'SUCCESS' });
    expect(Date.parse(`${run?.executionTimestamp?.replace(' ', 'T')}Z`)).toBe(dueAt + 5_000);
    expect(Date.parse(`${run?.plannedAt.replace(' ', 'T')}Z`)).toBe(dueAt);
  });

  it('is asked a run that waits not before its instant, although timers may fire a moment early', async () => {
    const { hourly, decides, strike, clock, tick, asked } = await setup();
    await hourly();
    const until = Math.ceil((clock.now() + 1) / HOUR_MS) * HOUR_MS + 2;
    decides((_, now) => (now < until ? { kind: 'wait', until } : GO));
    await strike();
    clock.advance(1);
    await tick();
    expect(asked).toEqual([until - 2]);
    clock.advance(1);
    await tick();
    expect(asked).toEqual([until - 2, until]);
  });

  it('holds up with a run that waits no other one of the tenant', async () => {
    const { hourly, decides, strike, calls, asked } = await setup();
    const [held, free] = [await hourly(), await hourly()];
    decides((job, now) => (job === held ? { kind: 'wait', until: now + 1_000 } : GO));
    await strike();
    expect([calls(held), calls(free)]).toEqual([0, 1]);
    expect(asked).toHaveLength(2);
  });

  it('is asked again later where its instant has already passed', async () => {
    const { hourly, decides, strike, calls, clock, tick, asked } = await setup();
    const job = await hourly();
    decides((_, now) => (asked.length === 1 ? { kind: 'wait', until: now - 1_000 } : GO));
    await strike();
    expect([asked.length, calls(job)]).toEqual([1, 0]);
    clock.advance(1);
    await tick();
    expect(calls(job)).toBe(1);
  });

  it('loses a run that waits to the end of its schedule', async () => {
    const { hourly, decides, strike, calls, clock, tick, queue, acme } = await setup();
    const job = await hourly();
    decides((_, now) => ({ kind: 'wait', until: now + 1_000 }));
    await strike();
    await acme.put(job.schedule, { active: false }).expect(200);
    decides(() => GO);
    clock.advance(1_000);
    await tick();
    expect([queue.waiting, calls(job)]).toEqual([0, 0]);
    expect(await runsOf(job)).toEqual([]);
  });

  it('ends a run without a call, which tells nothing of its endpoint and is no call in the metrics', async () => {
    const { hourly, decides, strike, calls, logOf, counted, clock, renew } = await setup();
    const job = await hourly();
    const before = await counted();
    const outcome = { kind: 'unreachable', code: 'CARILLON_TEST', message: 'Not now.' } as const;
    decides(() => ({ kind: 'refuse', outcome }));
    await strike();
    clock.advance(11 * 24 * HOUR_MS);
    await strike();
    await renew();
    expect(calls(job)).toBe(0);
    const runs = (await runsOf(job)).filter(({ runStatus }) => runStatus === 'COMPLETED');
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs) {
      expect(run).toMatchObject({ runState: 'REQUEST_ERROR', httpStatus: null });
      expect(run.executionTimestamp).toBe(run.completionTimestamp);
      expect(run.transitions.at(-1)?.text).toBe('Request Error: Code:-CARILLON_TEST, Message:-Not now.');
    }
    expect(await logOf(job)).not.toContainEqual(
      expect.objectContaining({ action: 'DEACTIVATION_UNREACHABLE' }),
    );
    expect(await counted()).toBe(before);
  });

  it('keeps the runs behind one that it turned away coming, one call after the other', async () => {
    const { hourly, decides, clock, dispatcher, target, calls } = await setup();
    const jobs = [await hourly(), await hourly(), await hourly(), await hourly()];
    const outcome = { kind: 'unreachable', code: 'CARILLON_TEST', message: 'Not now.' } as const;
    let place = 0;
    decides((_, now) => {
      place += 1;
      if (place === 2) return { kind: 'refuse', outcome };
      return place === 3 ? { kind: 'wait', until: now + 1_000 } : GO;
    });
    target.reacts({ kind: 'hold' });
    const received = target.calls.length;
    clock.set(Math.ceil((clock.now() + 1) / HOUR_MS) * HOUR_MS);
    await dispatcher.tick();
    await target.received(received + 1);
    target.reacts({ kind: 'answer' });
    target.release();
    await target.received(received + 2);
    await dispatcher.settled();
    expect(jobs.map(calls).sort()).toEqual([0, 0, 1, 1]);
  });

  it('gives everything back that waits where the lease is lost, to be called once it is held again', async () => {
    const { hourly, decides, strike, calls, clock, dispatcher, tick, queue } = await setup();
    const due = await hourly();
    decides(() => GO);
    await strike();
    clock.advance(HOUR_MS - 1_000);
    const ahead = await hourly();
    expect(await dispatcher.tick(1_000)).toMatchObject({ claimed: 2 });
    decides(() => ({ kind: 'lost' }));
    clock.advance(1_000);
    queue.startDue();
    expect(queue.waiting).toBe(0);
    await dispatcher.settled();
    expect([calls(due), calls(ahead)]).toEqual([1, 0]);
    decides(() => GO);
    // Giving back is work of the database that nobody waits for, and is found by a later beat.
    while (calls(due) < 2 || calls(ahead) < 1) {
      clock.advance(BEAT_MS);
      await tick();
    }
    expect([calls(due), calls(ahead)]).toEqual([2, 1]);
  });
});

describe.each(databaseKinds)('A run that a gate lets wait while its replica stops on $name', (kind) => {
  async function setup() {
    const flow = await startFlow(kind);
    const stage = await stageOf(flow);
    const job = await stage.hourly();
    return { ...stage, job };
  }

  it('is called where its instant comes soon', async () => {
    const { decides, job, calls, clock, dispatcher } = await setup();
    // Not so soon that it is taken at once, to be marked before its time.
    clock.advance(60_000 - 200);
    expect(await dispatcher.tick(1_000)).toMatchObject({ claimed: 1 });
    let until = 0;
    decides((_, now) => {
      if (until > 0) return GO;
      until = now + 50;
      setImmediate(() => clock.advance(50));
      return { kind: 'wait', until };
    });
    const stopped = dispatcher.stop(20_000);
    clock.advance(200);
    await stopped;
    expect(until).toBeGreaterThan(0);
    expect(calls(job)).toBe(1);
    expect((await runsOf(job)).map((run) => run.runState)).toEqual(['SUCCESS', 'SCHEDULED']);
  });

  it('is given back where it does not, and called by the next one', async () => {
    const { decides, strike, job, calls, options, clock, target, uaa, stop } = await setup();
    decides((_, now) => ({ kind: 'wait', until: now + HOUR_MS / 2 }));
    await strike();
    await stop();
    expect(calls(job)).toBe(0);
    const next = await startReplica({ ...options, clock, uaa }, target);
    await next.drain();
    expect(calls(job)).toBe(1);
  });
});
