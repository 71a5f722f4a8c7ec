import { executedRun } from '../../src/dispatch/executed-run.js';
import { Heartbeat } from '../../src/replica/heartbeat.js';
import { OutcomeStore } from '../../src/run-log/outcome.store.js';
import { HeldRunStore } from '../../src/run-log/queue/held-run.store.js';
import { RunEndings, type EndedRun } from '../../src/run-log/run-endings.js';
import { RUN_STATES } from '../../src/core/run-state.js';
import { RUN_ORIGINS } from '../../src/database/entities/kinds.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { byLabels, samples, valueOf } from './metrics-setup.js';
import { runsOf, startFlow, startReplica, type Flow } from './setup.js';

const MINUTE_MS = 60_000;
const EVERY_MINUTE = { cron: '* * * * * * 0' };

/** The runs that have ended, as their rows say, by what the metric calls them. */
async function endedRows({ database }: Pick<Flow, 'database'>): Promise<Record<string, number>> {
  const rows = await database.read((tx) =>
    tx.query<{ state: number; origin: number; kind: number; canceled: number; n: number | string }>(
      `SELECT r.state, r.origin, j.kind, (r.is_reported = 0 AND r.end_text = 'canceled') AS canceled, COUNT(*) AS n
       FROM run r JOIN schedule s ON s.id = r.schedule_id JOIN job j ON j.id = s.job_id
       WHERE r.completed_at IS NOT NULL GROUP BY 1, 2, 3, 4`,
    ),
  );
  return Object.fromEntries(
    rows.map(({ state, origin, kind, canceled, n }) => {
      const end = Number(canceled) === 1 ? 'CANCELED' : RUN_STATES[state];
      return [`${end} ${RUN_ORIGINS[origin]} ${kind === 0 ? 'http' : 'cf_task'}`, Number(n)];
    }),
  );
}

function sum(...parts: readonly Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [key, value] of parts.flatMap(Object.entries)) total[key] = (total[key] ?? 0) + value;
  return total;
}

describe('Two replicas on MariaDB under a mixed load', () => {
  it('count together the runs that ended as the run log has them, and their calls', async () => {
    const flow = await startFlow(mariaDb, { ACTION_TIMEOUT_MS: '1000' });
    const { clock, createJob, target, acme, database, sweeper } = flow;
    const other = await startReplica({ ...flow.options, clock, uaa: flow.uaa }, target);
    const fine = await createJob(EVERY_MINUTE);
    const failing = await createJob(EVERY_MINUTE);
    const refusing = await createJob(EVERY_MINUTE);
    const asynchronous = await createJob(EVERY_MINUTE);
    const silent = await createJob(EVERY_MINUTE);
    await createJob(EVERY_MINUTE, { action: 'http://10.255.0.1/never' });
    const statuses = new Map([
      [failing.path, 500],
      [refusing.path, 404],
      [asynchronous.path, 202],
    ]);
    target.reacts(({ path }) =>
      path === silent.path ? { kind: 'hang' } : { kind: 'answer', status: statuses.get(path) ?? 200 },
    );
    for (const replica of [flow, other, flow, other]) {
      clock.advance(MINUTE_MS);
      await replica.drain();
    }
    // Reported well and badly, to whichever replica; the others are never reported, nor what did not answer.
    const [first, second] = await runsOf(asynchronous);
    await acme.put(`${asynchronous.runs}/${first?.runId}`, { success: true, message: 'ok' }).expect(200);
    await other.acme
      .put(`${asynchronous.runs}/${second?.runId}`, { success: false, message: 'no' })
      .expect(200);
    // The same again is one run still.
    await acme.put(`${asynchronous.runs}/${first?.runId}`, { success: true, message: 'ok' }).expect(200);
    // Run now, and canceled before the call and after the acknowledgement.
    await acme.post(fine.runs).expect(202);
    await flow.drain();
    clock.advance(1_000);
    const unwanted = await acme.post(fine.runs).expect(202);
    await acme.post(`${unwanted.body['job-uri']}/operations/cancel`).expect(204);
    const begun = await acme.post(asynchronous.runs).expect(202);
    await other.drain();
    await acme.post(`${begun.body['job-uri']}/operations/cancel`).expect(204);
    // An outage, of whose runs the last one is executed and no other has a row; then the time of reports is over.
    clock.advance(30 * MINUTE_MS);
    await other.drain();
    clock.advance(31 * MINUTE_MS);
    await sweeper.expireReports();

    const counted = sum(
      ...(await Promise.all([flow, other].map((each) => byLabels(each, 'carillon_runs_ended_total')))),
    );
    expect(counted).toEqual(await endedRows(flow));
    const states = new Set(Object.keys(counted).map((key) => key.split(' ')[0]));
    expect([...states].sort()).toEqual(['CANCELED', 'ERROR', 'REQUEST_ERROR', 'SUCCESS', 'UNKNOWN']);

    // Calls are what the endpoint got: not what the guard refused, and not what was canceled before.
    const calls = sum(
      ...(await Promise.all([flow, other].map((each) => byLabels(each, 'carillon_calls_total')))),
    );
    expect(Object.values(calls).reduce((all, n) => all + n, 0)).toBe(target.calls.length);
    const [{ n = 0 } = {}] = await database.read((tx) =>
      tx.query<{ n: number }>(`SELECT COUNT(*) AS n FROM run WHERE http_status = 404`),
    );
    expect(calls['REQUEST_ERROR']).toBe(Number(n));

    const ofHistogram = async (name: string) =>
      sum(...(await Promise.all([flow, other].map((each) => byLabels(each, name)))));
    const ran = await ofHistogram('carillon_run_seconds_count');
    const wasCalled = Object.values(ran).reduce((all, runs) => all + runs, 0);
    expect(Object.keys(ran).sort()).toEqual(['async', 'sync']);
    // Two are canceled, one of them before its call.
    expect(wasCalled).toBe(target.calls.length);
    for (const name of [
      'carillon_lateness_seconds_count',
      'carillon_call_seconds_count',
      'carillon_record_batch_runs_sum',
    ]) {
      const missing = name.startsWith('carillon_record') ? await endedWithoutCall(flow) : 0;
      expect((await ofHistogram(name))['']).toBe(target.calls.length + missing);
    }
  });

  /** What was recorded of runs that the guard refused. */
  async function endedWithoutCall({ database }: Pick<Flow, 'database'>): Promise<number> {
    const [row] = await database.read((tx) =>
      tx.query<{ n: number }>(`SELECT COUNT(*) AS n FROM run WHERE end_text LIKE '%OUTBOUND_REFUSED%'`),
    );
    return Number(row?.n ?? 0);
  }

  /** Two replicas, of which the other has claimed a run ahead of its time. */
  async function withClaimedRun() {
    const flow = await startFlow(mariaDb);
    const { clock, createJob, target } = flow;
    const other = await startReplica({ ...flow.options, clock, uaa: flow.uaa }, target);
    await flow.tick();
    await other.tick();
    await createJob(EVERY_MINUTE);
    clock.advance(MINUTE_MS - 1_000 - (clock.now() % MINUTE_MS));
    expect((await other.dispatcher.tick(2_000)).claimed).toBe(1);
    return { flow, other };
  }

  it('count the runs that one takes over from the other, of which nothing is heard any more', async () => {
    const { flow, other } = await withClaimedRun();
    flow.clock.advance(MINUTE_MS);
    await flow.tick();
    expect(await valueOf(flow, 'carillon_runs_taken_over_total')).toBe(1);
    expect(await valueOf(other, 'carillon_runs_taken_over_total')).toBe(0);
  });

  it('do not count those that one gives back when it stops, and the other calls', async () => {
    const { flow, other } = await withClaimedRun();
    await other.dispatcher.stop(0);
    flow.clock.advance(MINUTE_MS);
    await flow.tick();
    expect(flow.target.calls.length).toBeGreaterThan(0);
    expect(await valueOf(flow, 'carillon_runs_taken_over_total')).toBe(0);
  });
});

describe.each(databaseKinds)('The metrics of runs on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  async function setup() {
    await flow.clear();
    flow.clock.advance(1_000);
    const before = await byLabels(flow, 'carillon_runs_ended_total');
    const more = async () => {
      const now = await byLabels(flow, 'carillon_runs_ended_total');
      const grown = Object.entries(now).map(([key, value]): [string, number] => [
        key,
        value - (before[key] ?? 0),
      ]);
      return Object.fromEntries(grown.filter(([, value]) => value > 0));
    };
    return { ...flow, more };
  }

  it('count an end once that is recorded again, because nobody heard of the commit', async () => {
    const { createJob, clock, database, app, tick, more } = await setup();
    await tick(); // it beats, and so has an id
    await createJob({ time: 'now' });
    const { replicaId } = app.get(Heartbeat, { strict: false });
    const [{ id: tenancyId = 0 } = {}] = await database.read((tx) =>
      tx.query<{ id: number }>('SELECT MAX(tenancy_id) AS id FROM run WHERE state = 0'),
    );
    const claim = { quotas: [{ tenancyId, limit: 9 }], dueUntil: clock.now(), replicaId };
    const held = app.get(HeldRunStore, { strict: false });
    const claimed = await database.transaction((tx) => held.claim(tx, claim));
    const performed = {
      startedAt: clock.now(),
      outcome: { kind: 'answered', httpStatus: 500, body: 'no' } as const,
    };
    const outcomes = claimed.map((run) => executedRun(run, performed, clock.now()).outcome);
    const store = app.get(OutcomeStore, { strict: false });
    // What follows a commit is not done where its answer is lost.
    await database.transaction((tx) =>
      store.record({ ...tx, afterCommit: () => undefined }, outcomes, replicaId),
    );
    expect(await more()).toEqual({});
    await database.transaction((tx) => store.record(tx, outcomes, replicaId, { isRepeated: true }));
    expect(await more()).toEqual({ 'ERROR plan http': 1 });
  });

  it('count nothing of what is rolled back', async () => {
    const { app, database, more } = await setup();
    const endings = app.get(RunEndings, { strict: false });
    const ended: EndedRun = {
      ...{
        runId: '',
        scheduleId: '',
        scheduleKind: null,
        job: null,
        policy: null,
        tenancyId: 1,
        origin: 'plan',
      },
      ...{
        plannedAt: 0,
        dueAt: 0,
        executedAt: 0,
        endedAt: 0,
        state: 'SUCCESS',
        httpStatus: 200,
        endText: '',
      },
      ...{ isCanceled: false, awaitedFrom: null, wasBegun: false, isRepeated: false },
    };
    const rolledBack = database.transaction(async (tx) => {
      await endings.settle(tx, [ended]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect(await more()).toEqual({});
  });

  it('measure a run from its call to its end: by the answer, and by the application before or after it', async () => {
    const { createJob, tick, acme, clock, target } = await setup();
    const seconds = async (part: string) => byLabels(flow, `carillon_run_seconds_${part}`);
    const [count, total] = [await seconds('count'), await seconds('sum')];
    const job = await createJob({ time: 'now' });
    target.reacts({ kind: 'hold', status: 202 });
    const before = target.calls.length;
    const ticked = tick();
    await target.received(before + 1);
    clock.advance(2_000);
    const [run] = await runsOf(job);
    await acme.put(`${job.runs}/${run?.runId}`, { success: true, message: 'done' }).expect(200);
    target.release();
    await ticked;
    const late = await createJob({ time: 'now' });
    target.reacts({ kind: 'answer', status: 202 });
    await tick();
    clock.advance(60_000);
    const [begun] = await runsOf(late);
    await acme.put(`${late.runs}/${begun?.runId}`, { success: true, message: 'done' }).expect(200);
    expect((await seconds('count'))['async']).toBe((count['async'] ?? 0) + 2);
    expect((await seconds('sum'))['async']).toBe((total['async'] ?? 0) + 62);
    expect((await seconds('count'))['sync']).toBe(count['sync']);
  });

  it('observe each claim and each record, and how many runs they had', async () => {
    const { createJob, tick } = await setup();
    const batches = async () => {
      const all = await samples(flow);
      const value = (name: string) => all.find((sample) => sample.name === `carillon_${name}`)?.value ?? NaN;
      return {
        claims: value('claim_seconds_count'),
        claimed: value('claim_batch_runs_sum'),
        records: value('record_seconds_count'),
        recorded: value('record_batch_runs_sum'),
      };
    };
    const before = await batches();
    await createJob({}, { schedules: Array.from({ length: 5 }, () => ({ time: 'now', active: true })) });
    await tick();
    const after = await batches();
    expect(after.claimed - before.claimed).toBe(5);
    expect(after.recorded - before.recorded).toBe(5);
    expect(after.claims).toBeGreaterThan(before.claims);
    expect(after.records).toBeGreaterThan(before.records);
  });
});
