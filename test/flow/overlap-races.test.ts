import { OverlapStore } from '../../src/run-log/queue/overlap.store.js';
import { RUN_STATES } from '../../src/core/run-state.js';
import { newUuidBytes } from '../../src/database/uuid-v7.js';
import { WaitingRuns } from '../../src/schedule/overlap/waiting-runs.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { runsOf, startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SETTINGS = ['skip', 'queue', 'cancel', 'queue'] as const;
const STEPS = 90;
const SEEDS = [1, 2];

/** Mulberry32: the same walk for the same seed. */
function chanceOf(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    oneOf: <Thing>(things: readonly Thing[]): Thing | undefined => things[below(things.length)],
  };
}

/**
 * Schedules whose runs go on until they are reported, on two dispatchers where the database permits it: whatever is claimed, reported,
 * asked for and edited, and in whatever order, at most one planned run of a schedule is under way, and at most one waits.
 */
describe.each(databaseKinds)('Runs that may not overlap on $name', (kind) => {
  let flow: Flow;
  let dispatchers: Pick<Flow, 'tick' | 'drain' | 'dispatcher'>[];
  beforeAll(async () => {
    flow = await startFlow(kind);
    dispatchers = [flow];
    if (kind !== mariaDb) return;
    dispatchers.push(await startReplica({ ...flow.options, clock: flow.clock, uaa: flow.uaa }, flow.target));
  });

  it.each(SEEDS)('never do, and go on and on: walk %i', async (seed) => {
    await flow.clear();
    const { clock, target, createJob, acme, database } = flow;
    const { below, oneOf } = chanceOf(seed);
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 10 * MINUTE_MS);
    for (const each of dispatchers) await each.drain();
    target.reacts({ kind: 'answer', status: 202 });
    const jobs: FlowJob[] = [];
    for (const [place, overlap] of SETTINGS.entries()) {
      const timing =
        place === 3 ? { repeatInterval: '45 seconds', repeatAfter: 'completion' } : { cron: '* * * * * * 0' };
      jobs.push(await createJob({ ...timing, overlap }));
    }
    const stored = async () => {
      const rows = await database.read((tx) =>
        tx.query<{ id: Buffer; schedule: string; state: number; origin: number; planned_at: number }>(
          'SELECT id, HEX(schedule_id) AS schedule, state, origin, planned_at FROM run ORDER BY planned_at',
        ),
      );
      return rows.map((row) => ({ ...row, state: RUN_STATES[row.state], isPlan: row.origin === 0 }));
    };
    const check = async () => {
      const counts = new Map<string, { running: number; waiting: number; planned: number }>();
      for (const { schedule, state, isPlan, planned_at: plannedAt } of await stored()) {
        if (!isPlan) continue;
        const count = counts.get(schedule) ?? { running: 0, waiting: 0, planned: 0 };
        if (state === 'ACK_RECVD' || state === 'TRIGGERED') count.running += 1;
        if (state === 'WAITING' && plannedAt <= clock.now()) count.waiting += 1;
        if (state === 'SCHEDULED') count.planned += 1;
        counts.set(schedule, count);
      }
      const faults = [...counts.values()].filter(
        ({ running, waiting, planned }) => running > 1 || waiting > 1 || planned > 1,
      );
      expect(faults).toEqual([]);
    };
    const reportOne = async (job: FlowJob) => {
      const open = (await runsOf(job)).filter(({ runState }) => runState === 'ACK_RECVD');
      const run = oneOf(open);
      if (run) await acme.put(`${job.runs}/${run.runId}`, { success: below(2) === 0, message: 'x' });
    };
    const deeds: ((job: FlowJob) => Promise<unknown>)[] = [
      reportOne,
      reportOne,
      reportOne,
      (job) => acme.post(job.runs, {}),
      (job) => acme.put(job.schedule, { overlap: oneOf(SETTINGS) }),
      (job) => acme.put(job.schedule, { active: false }),
      (job) => acme.put(job.schedule, { active: true }),
      (job) => acme.put(job.schedule, { description: String(below(9)) }),
    ];
    const tickAll = () => Promise.all(dispatchers.map(({ tick }) => tick()));
    for (let step = 0; step < STEPS; step++) {
      clock.advance(below(30) * 1_000);
      const job = oneOf(jobs);
      const deed = oneOf(deeds);
      // What is done meets the claims of the same moment.
      if (job && deed) await Promise.all([deed(job), tickAll()]);
      if (below(2) === 0) await Promise.all(dispatchers.map(({ drain }) => drain()));
      await check();
    }
    for (const job of jobs) await acme.put(job.schedule, { active: true }).expect(200);
    const called = () => jobs.map((job) => flow.callsOf(job).length);
    const before = called();
    for (let minute = 0; minute < 4; minute++) {
      for (const job of jobs)
        for (const { runId, runState } of await runsOf(job))
          if (runState === 'ACK_RECVD')
            await acme.put(`${job.runs}/${runId}`, { success: true, message: 'x' });
      clock.advance(MINUTE_MS);
      await Promise.all(dispatchers.map(({ drain }) => drain()));
      await check();
    }
    expect(called().every((count, place) => count >= (before[place] ?? 0) + 3)).toBe(true);
  });
});

describe('A run that is put to wait while the other ends, on MariaDB', () => {
  it('is called at once', async () => {
    const flow = await startFlow(mariaDb);
    const { app, clock, target, createJob, acme, database, dispatcher } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 10 * MINUTE_MS);
    await flow.drain();
    target.reacts({ kind: 'answer', status: 202 });
    const job = await createJob({ cron: '* * * * * * 0', overlap: 'queue' });
    clock.advance(MINUTE_MS);
    await flow.drain();
    // A claim also locks what comes next in the queue: another plan, and not the run that is to end. And a statement on a
    // table of a few rows locks all of them.
    await createJob({ cron: '2099 * * * * 0 0' });
    const columns = [
      'id',
      'schedule_id',
      'tenancy_id',
      'origin',
      'state',
      'planned_at',
      'due_at',
      'created_at',
      'is_reported',
    ];
    const ended = Array.from({ length: 500 }, (_, n) => [
      newUuidBytes(n),
      newUuidBytes(n),
      1,
      0,
      4,
      n,
      n,
      n,
      0,
    ]);
    await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', columns, ended));
    await database.read((tx) => tx.query('ANALYZE TABLE run'));
    const store = app.get(OverlapStore, { strict: false });
    const waiting = app.get(WaitingRuns, { strict: false });
    const [listOpen, settle] = [store.listOpen.bind(store), waiting.settle.bind(waiting)];
    let reached: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    store.listOpen = async (...words) => {
      const open = await listOpen(...words);
      reached();
      await mayGoOn;
      return open;
    };
    clock.advance(MINUTE_MS);
    const ticked = dispatcher.tick();
    await isReached;
    // The claim has seen that the other has not ended, and is not committed: the other ends.
    const isAsked = new Promise<void>((resolve) => {
      waiting.settle = (...words) => {
        resolve();
        return settle(...words);
      };
    });
    const [open] = await runsOf(job);
    const reported = acme.put(`${job.runs}/${open?.runId}`, { success: true, message: 'x' }).expect(200);
    const answered = reported.then((answer) => answer);
    await isAsked;
    // An end that waits for nobody is over after these.
    for (let look = 0; look < 20; look++) await database.read((tx) => tx.query('SELECT 1'));
    goOn();
    await Promise.all([ticked, answered]);
    Object.assign(store, { listOpen });
    Object.assign(waiting, { settle });
    await flow.drain();
    expect((await runsOf(job)).map(({ runState }) => runState)).toEqual([
      'SUCCESS',
      'ACK_RECVD',
      'SCHEDULED',
    ]);
  });
});
