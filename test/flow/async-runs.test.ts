import { RunEndingService } from '../../src/run-log/run-ending.service.js';
import { CONFIG, type Config } from '../../src/config/config.js';
import { Ticker } from '../../src/replica/ticker.js';
import type { Database } from '../../src/database/database.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { bearer, printedOperator, tokenFor } from '../auth/setup.js';
import type { Client } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import type { ManualTicker } from '../support/manual-ticker.js';
import { SHORT_LIMIT } from '../support/rude-endpoint.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const TIMEOUT_MS = 1_800_000;

describe.each(databaseKinds)('An asynchronous run on $name', (kind) => {
  let patient: Flow;
  /** For calls that nobody answers. */
  let hasty: Flow;
  beforeAll(async () => {
    patient = await startFlow(kind);
    hasty = await startFlow(kind, SHORT_LIMIT);
  });

  /** A one-time job whose endpoint answers 202 (or otherwise), called just now. */
  async function setup(
    reaction: Parameters<Flow['target']['reacts']>[0] = { kind: 'answer', status: 202, body: 'ok' },
  ) {
    const flow = typeof reaction === 'object' && reaction.kind === 'hang' ? hasty : patient;
    await flow.clear();
    const { clock, target, createJob, acme, tick } = flow;
    clock.advance(1_000);
    target.reacts(reaction);
    const job = await createJob({ time: 'now' });
    const call = async () => {
      await tick();
      return theRun(job);
    };
    const report = async (body: object) => {
      const { runId } = await theRun(job);
      return acme.put(`${job.runs}/${runId}`, body);
    };
    return { ...flow, job, call, report };
  }

  const theRun = async (job: FlowJob) => {
    const [run] = await runsOf(job);
    if (!run) throw new Error('There is no run.');
    return run;
  };

  it.each([
    ['success', true, 'SUCCESS'],
    ['failure', false, 'ERROR'],
  ])('ends with the %s that the application reports', async (_name, success, state) => {
    const { job, call, report, clock } = await setup();
    expect(await call()).toMatchObject({ runStatus: 'RUNNING', runState: 'ACK_RECVD', httpStatus: 202 });
    clock.advance(5_000);
    expect((await report({ success, message: 'all sent' })).status).toBe(200);
    const ended = await theRun(job);
    expect(ended).toMatchObject({ runStatus: 'COMPLETED', runState: state, httpStatus: 202 });
    expect(Date.parse(`${ended.completionTimestamp}Z`)).toBe(Math.floor(clock.now() / 1_000) * 1_000);
    expect(ended.transitions.map(({ type, text }) => `${type} ${text}`).slice(2)).toEqual([
      'ACK_RECVD ok',
      `${state} all sent`,
    ]);
  });

  it('takes the same report again and refuses another one', async () => {
    const { job, call, report, logOf } = await setup();
    await call();
    expect((await report({ success: true, message: 'done' })).status).toBe(200);
    const ended = await theRun(job);
    expect((await report({ success: true, message: 'done' })).status).toBe(200);
    expect((await report({ success: false, message: 'done' })).status).toBe(409);
    expect((await report({ success: true, message: 'other' })).status).toBe(409);
    expect(await theRun(job)).toEqual(ended);
    expect(await logOf(job)).toHaveLength(1);
  });

  it.each([202, 200, 500])(
    'may be reported before its answer %s is recorded: the report stays',
    async (status) => {
      const { job, report, target, dispatcher, clock, logOf } = await setup({
        kind: 'hold',
        status,
        body: 'late',
      });
      const before = target.calls.length;
      await dispatcher.tick();
      await target.received(before + 1);
      clock.advance(2_000);
      expect((await report({ success: true, message: 'done' })).status).toBe(200);
      target.release();
      await dispatcher.settled();
      const ended = await theRun(job);
      expect(ended).toMatchObject({ runState: 'SUCCESS', httpStatus: status });
      expect(ended.executionTimestamp).not.toBeNull();
      expect(ended.transitions.at(-1)).toMatchObject({ type: 'SUCCESS', text: 'done' });
      expect(await logOf(job)).toHaveLength(1);
    },
  );

  it('may be reported although its call was never answered', async () => {
    const { job, call, report } = await setup({ kind: 'hang' });
    expect(await call()).toMatchObject({ runStatus: 'RUNNING', runState: 'ACK_NOT_RECVD', httpStatus: null });
    expect((await report({ success: true, message: 'done after all' })).status).toBe(200);
    expect(await theRun(job)).toMatchObject({
      runStatus: 'COMPLETED',
      runState: 'SUCCESS',
      httpStatus: null,
    });
  });

  it.each([200, 500, 404])('takes no report once it has ended with %s', async (status) => {
    const { job, call, report } = await setup({ kind: 'answer', status });
    const ended = await call();
    expect((await report({ success: true, message: 'done' })).status).toBe(409);
    expect(await theRun(job)).toEqual(ended);
  });

  it('takes no report before it is called', async () => {
    const { job, report } = await setup();
    expect((await report({ success: true, message: 'done' })).status).toBe(409);
    expect(await theRun(job)).toMatchObject({ runState: 'SCHEDULED' });
  });

  it.each([
    ['answered with 202', { kind: 'answer', status: 202 }, 202],
    ['never answered', { kind: 'hang' }, null],
  ] as const)(
    'that was %s is UNKNOWN once the time for its report is over, and not before',
    async (_name, reaction, httpStatus) => {
      const { job, call, clock, sweeper, report } = await setup(reaction);
      const waiting = await call();
      clock.advance(TIMEOUT_MS - 1);
      expect(await sweeper.expireReports()).toBe(0);
      expect(await theRun(job)).toEqual(waiting);
      clock.advance(1);
      expect(await sweeper.expireReports()).toBe(1);
      expect(await theRun(job)).toMatchObject({ runStatus: 'COMPLETED', runState: 'UNKNOWN', httpStatus });
      expect((await report({ success: true, message: 'too late' })).status).toBe(409);
    },
  );

  it('has the time that its instance grants when the time is over, not when it was called', async () => {
    const { job, call, clock, sweeper, provider } = await setup();
    const grant = (seconds: number) =>
      provider.put('/scheduler/globalParameters', { ASYNC_EXEC_TIMEOUT: seconds }).expect(200);
    await call();
    await grant(3_600);
    clock.advance(TIMEOUT_MS + 1_000);
    expect(await sweeper.expireReports()).toBe(0);
    await grant(600);
    expect(await sweeper.expireReports()).toBe(1);
    expect(await theRun(job)).toMatchObject({ runState: 'UNKNOWN' });
    await grant(TIMEOUT_MS / 1_000);
  });

  it('has the time of its own instance, not of another', async () => {
    const { job, call, clock, sweeper, http, terminal, createJob, tick, app } = await setup();
    const config = app.get<Config>(CONFIG, { strict: false });
    const operator = bearer(await tokenFor({ http }, printedOperator({ terminal, config })));
    const post = (path: string, body: object) =>
      http.post(`/admin/v1/instances${path}`).set(operator).send(body).expect(201);
    const { instanceId } = (await post('', { name: 'other', subdomain: 'other-provider' })).body;
    const sheet = (await post(`/${instanceId}/bindings`, { name: 'main' })).body.VCAP_SERVICES;
    const token = bearer(await tokenFor({ http }, sheet.jobscheduler[0].credentials.uaa));
    const other: Client = {
      get: (path) => http.get(path).set(token),
      post: (path, body) => http.post(path).set(token).send(body),
      put: (path, body) => http.put(path).set(token).send(body),
      delete: (path) => http.delete(path).set(token),
    };
    await other.put('/scheduler/globalParameters', { ASYNC_EXEC_TIMEOUT: 60 }).expect(200);
    const quick = await createJob({ time: 'now' }, { client: other });
    await call();
    await tick();
    clock.advance(60_000);
    expect(await sweeper.expireReports()).toBe(1);
    expect(await theRun(quick)).toMatchObject({ runState: 'UNKNOWN' });
    expect(await theRun(job)).toMatchObject({ runState: 'ACK_RECVD' });
  });

  it('is looked for every 5 seconds at the latest', async () => {
    const { job, call, clock, app, chores } = await setup();
    await call();
    clock.advance(TIMEOUT_MS);
    const ticker = app.get<ManualTicker>(Ticker, { strict: false });
    const paces = ticker.paces.filter((ms) => ms < 5_000);
    for (const pace of new Set(paces)) ticker.tick(pace);
    // Only waits for what the moments began.
    await chores.beforeApplicationShutdown();
    expect(await theRun(job)).toMatchObject({ runState: 'UNKNOWN' });
  });

  it.each(['the report', 'the time limit'])(
    'has one end when report and time limit come at once, %s first',
    async (first) => {
      const { job, call, clock, sweeper, database, app, logOf } = await setup();
      const { runId } = await call();
      clock.advance(TIMEOUT_MS);
      const [row] = await database.read((tx) => tx.query<{ id: number }>('SELECT tenancy_id AS id FROM job'));
      const scope = { kind: 'tenant', instanceId: 1, tenancyId: row?.id ?? 0 } as const;
      const reports = app.get(RunEndingService, { strict: false });
      const report = () =>
        database.transaction(async (tx) => {
          const place = { jobId: job.jobId, scheduleId: job.scheduleId, runId };
          const sent = { scope, place, success: true, message: 'done' };
          const all = await reports.report(tx, [sent], clock.now());
          return all[0]?.kind;
        });
      const expire = () => sweeper.expireReports();

      const gate = await lockedRun(database, runId);
      const settled: string[] = [];
      const begin = <T>(work: () => Promise<T>, name: string) => work().finally(() => settled.push(name));
      const early = begin<unknown>(first === 'the report' ? report : expire, 'early');
      await gate.holdsUp(1);
      const late = begin<unknown>(first === 'the report' ? expire : report, 'late');
      await gate.holdsUp(2);
      expect(settled).toEqual([]);
      await gate.open();
      const ends = await Promise.all([early, late]);
      const [reported, expired] = first === 'the report' ? ends : ends.reverse();

      expect([
        ['taken', 0],
        ['refused', 1],
      ]).toContainEqual([reported, expired]);
      expect(await theRun(job)).toMatchObject({ runState: reported === 'taken' ? 'SUCCESS' : 'UNKNOWN' });
      expect(await logOf(job)).toHaveLength(1);
    },
  );

  it('has one end each when reports and the time limit come at once for many', async () => {
    const { clock, createJob, sweeper, tick, acme } = await setup();
    const jobs = [];
    for (let i = 0; i < 12; i++) jobs.push(await createJob({ time: 'now' }));
    clock.advance(1_000);
    await tick();
    const runs = await Promise.all(jobs.map(async (job) => ({ job, runId: (await theRun(job)).runId })));
    clock.advance(TIMEOUT_MS);
    const report = ({ job, runId }: { job: FlowJob; runId: string }) =>
      acme.put(`${job.runs}/${runId}`, { success: true, message: 'done' });
    const answers = await Promise.all([...runs.map(report), sweeper.expireReports()]);
    for (const [place, { job }] of runs.entries()) {
      const answer = answers[place] as { status: number };
      const { runState, transitions } = await theRun(job);
      expect(`${answer.status} ${runState}`).toMatch(/^(200 SUCCESS|409 UNKNOWN)$/);
      expect(transitions).toHaveLength(4);
    }
  });
});

/** Locks the row of a run (on SQLite: the database), so that others who want it wait for it. */
async function lockedRun(database: Database, runId: string) {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let holding: Promise<void> = Promise.resolve();
  await new Promise<void>((locked) => {
    holding = database.transaction(async (tx) => {
      await tx.query(`SELECT id FROM run WHERE id = ? ${tx.dialect.forUpdate}`, [uuidToBytes(runId)]);
      locked();
      await opened;
    });
  });
  return {
    /** Resolves once so many transactions wait for the row. On SQLite all work of the process waits in one queue. */
    holdsUp: async (count: number) => {
      if (database.dialect.isSerial) return;
      while ((await countWaiting(database)) < count);
    },
    open: () => {
      open();
      return holding;
    },
  };
}

/** Returns how many connections are at the statement that locks a run: while the row is locked, they wait. */
async function countWaiting(database: Database): Promise<number> {
  const [row] = await database.read((tx) =>
    tx.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM information_schema.processlist
       WHERE db = DATABASE() AND command = 'Query' AND info LIKE 'SELECT % STRAIGHT_JOIN run AS t % FOR UPDATE'`,
    ),
  );
  return Number(row?.n);
}
