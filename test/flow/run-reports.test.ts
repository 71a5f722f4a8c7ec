import { jest } from '@jest/globals';
import { DomainError } from '../../src/core/errors.js';
import type { Database } from '../../src/database/database.js';
import { RunEndingService } from '../../src/run-log/run-ending.service.js';
import type { RunReport } from '../../src/run-log/run-report.js';
import { RunReports } from '../../src/run-log/run-reports.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

describe.each(databaseKinds)('Reports that come together on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });
  afterEach(() => jest.restoreAllMocks());

  /** So many runs that wait for their report, and the batches in which reports are written from now on. */
  async function setup(count: number) {
    await flow.clear();
    const { app, clock, createJob, database, target, tick } = flow;
    clock.advance(1_000);
    target.reacts({ kind: 'answer', status: 202, body: 'ok' });
    const jobs: FlowJob[] = [];
    for (let n = 0; n < count; n++) jobs.push(await createJob({ time: 'now' }));
    clock.advance(1_000);
    await tick();
    const rows = await database.read((tx) =>
      tx.query<{ id: number; tenancy_id: number }>('SELECT id, tenancy_id FROM job'),
    );
    const tenancyOf = new Map(rows.map((row) => [row.id, row.tenancy_id]));
    const runs = await Promise.all(
      jobs.map(async (job): Promise<RunReport> => {
        const [run] = await runsOf(job);
        const { jobId, scheduleId } = job;
        return {
          scope: { kind: 'tenant', instanceId: 1, tenancyId: tenancyOf.get(jobId) ?? 0 },
          place: { jobId, scheduleId, runId: run?.runId ?? '' },
          ...{ success: true, message: 'done' },
        };
      }),
    );
    const endings = app.get(RunEndingService, { strict: false });
    const report = jest.spyOn(endings, 'reportFree');
    const batches = () => report.mock.calls.map(([, sent]) => sent.map(({ place }) => place.runId));
    const reports = app.get(RunReports, { strict: false });
    const states = async () => {
      const all = await Promise.all(jobs.map(async (job) => (await runsOf(job))[0]?.runState));
      return all.map(String);
    };
    return { ...flow, jobs, runs, report, reports, batches, states };
  }

  it('share a transaction, and each has its own answer', async () => {
    const { runs, reports, batches, states } = await setup(4);
    const [first, second, third, fourth] = runs as [RunReport, RunReport, RunReport, RunReport];
    const sent = [
      first,
      first,
      { ...first, success: false },
      { ...second, success: false },
      { ...third, place: { ...third.place, scheduleId: first.place.scheduleId } },
      { ...fourth, scope: { ...fourth.scope, tenancyId: fourth.scope.tenancyId + 1 } },
    ];
    const answers = await Promise.all(sent.map((report) => reports.take(report)));
    expect(answers).toEqual([
      { kind: 'taken' },
      { kind: 'repeated' },
      { kind: 'refused', state: 'SUCCESS' },
      { kind: 'taken' },
      { kind: 'unknown' },
      { kind: 'unknown' },
    ]);
    expect(batches()).toHaveLength(1);
    expect(await states()).toEqual(['SUCCESS', 'ERROR', 'ACK_RECVD', 'ACK_RECVD']);
  });

  it('are collected while others are written', async () => {
    const { runs, reports, report, batches, states } = await setup(5);
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const entered = new Promise<void>((resolve) => {
      report.mockImplementationOnce(async () => {
        resolve();
        await held;
        return [{ kind: 'unknown' }];
      });
    });
    const [first, ...others] = runs as [RunReport, ...RunReport[]];
    const early = reports.take(first);
    await entered;
    const late = others.map((each) => reports.take(each));
    go();
    await expect(early).resolves.toEqual({ kind: 'unknown' });
    await expect(Promise.all(late)).resolves.toEqual(others.map(() => ({ kind: 'taken' })));
    expect(batches().map(({ length }) => length)).toEqual([1, 4]);
    expect(await states()).toEqual(['ACK_RECVD', ...others.map(() => 'SUCCESS')]);
  });

  it('do not fail with one of them that the database refuses', async () => {
    const { runs, reports, report, states } = await setup(3);
    const bad = runs[1]?.place.runId;
    const endings = flow.app.get(RunEndingService, { strict: false });
    report.mockRestore();
    const real = endings.reportFree.bind(endings);
    jest.spyOn(endings, 'reportFree').mockImplementation((tx, sent, now) => {
      if (sent.some(({ place }) => place.runId === bad)) return Promise.reject(new Error('bad value'));
      return real(tx, sent, now);
    });
    const ends = await Promise.allSettled(runs.map((each) => reports.take(each)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD', 'SUCCESS']);
  });

  it('are all refused, and none is tried alone, where the database is away', async () => {
    const { runs, reports, report, states } = await setup(3);
    report.mockRejectedValue(new DomainError('unavailable', 'The database is away.'));
    const ends = await Promise.allSettled(runs.map((each) => reports.take(each)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(report).toHaveBeenCalledTimes(1);
    report.mockRestore();
    expect(await Promise.all(runs.map((each) => reports.take(each)))).toEqual(
      runs.map(() => ({ kind: 'taken' })),
    );
    expect(await states()).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });

  it('of one tenant do not wait for the many of another', async () => {
    const { runs, report, reports, batches } = await setup(1);
    const [one] = runs as [RunReport];
    const flood = { ...one, scope: { ...one.scope, tenancyId: one.scope.tenancyId + 1 } };
    const loud = Array.from({ length: 700 }, () => reports.take(flood));
    const quiet = reports.take(one);
    await expect(quiet).resolves.toEqual({ kind: 'taken' });
    await Promise.all(loud);
    const [first] = report.mock.calls.map(([, sent]) => sent.map(({ scope }) => scope.tenancyId));
    expect(first).toContain(one.scope.tenancyId);
    expect(batches().map(({ length }) => length)).toEqual([500, 201]);
  });

  it('do not wait for one whose run somebody else holds', async () => {
    const { database, runs, reports, states } = await setup(12);
    const [held, ...others] = runs as [RunReport, ...RunReport[]];
    // Where transactions are serial nobody can hold a row meanwhile.
    const release = database.dialect.isSerial ? () => Promise.resolve() : await hold(database, held);
    let isAnswered = false;
    const late = reports.take(held).finally(() => (isAnswered = true));
    const early = await Promise.all(others.map((each) => reports.take(each)));
    expect(early).toEqual(others.map(() => ({ kind: 'taken' })));
    expect(await Promise.all(others.map((each) => reports.take(each)))).toEqual(
      others.map(() => ({ kind: 'repeated' })),
    );
    expect(isAnswered).toBe(database.dialect.isSerial);
    await release();
    await expect(late).resolves.toEqual({ kind: 'taken' });
    expect(new Set(await states())).toEqual(new Set(['SUCCESS']));
  });

  it('are answered by the API as if each came alone', async () => {
    const { jobs, runs, acme, states } = await setup(2);
    const [first, second] = jobs as [FlowJob, FlowJob];
    const [mine, other] = runs as [RunReport, RunReport];
    const path = `${first.runs}/${mine.place.runId}`;
    const done = { success: true, message: 'done' };
    const answers = await Promise.all([
      acme.put(path, done),
      acme.put(`${first.runs}/${other.place.runId}`, done),
      acme.put(`${second.runs.replace(String(second.jobId), '99999999')}/${other.place.runId}`, done),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404]);
    const texts = answers.map(({ body }) => JSON.stringify(body));
    expect(texts[1]).toContain(`There is no run with the id '${other.place.runId}'`);
    expect(texts[2]).toContain('There is no schedule with the id');
    expect((await acme.put(path, { ...done, success: false })).status).toBe(409);
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD']);
  });
});

/** Locks the row of a run, and returns what gives it back. */
async function hold(database: Database, { place }: RunReport): Promise<() => Promise<void>> {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let holding: Promise<void> = Promise.resolve();
  await new Promise<void>((locked) => {
    holding = database.transaction(async (tx) => {
      await tx.query(`SELECT id FROM run WHERE id = ? ${tx.dialect.forUpdate}`, [uuidToBytes(place.runId)]);
      locked();
      await opened;
    });
  });
  return () => {
    open();
    return holding;
  };
}
