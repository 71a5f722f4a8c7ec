import { Traces } from '../../src/telemetry/trace/traces.js';
import { cancelOf, uriOf } from '../api/operation-setup.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import type { ReceivedSpan } from '../support/trace-receiver.js';
import { runsOf, startReplica, TENANTS } from './setup.js';
import { rootIdOf, startTraced, traceIdOf, type TracedFlow } from './trace-setup.js';

describe.each(databaseKinds)('The trace of a run on $name', (kind) => {
  let flow: TracedFlow;
  beforeAll(async () => {
    flow = await startTraced(kind);
  });
  beforeEach(async () => {
    await flow.clear();
    flow.clock.advance(1_000);
  });

  const aCall = (span: ReceivedSpan, root: string) => {
    expect(span).toMatchObject({ kind: 'CLIENT', parentSpanId: root });
    expect(span.spanId).not.toBe(root);
  };

  it('has the run as its root and the call below it, with ids that the endpoint was told', async () => {
    const { clock, target, createJob, callsOf } = flow;
    const job = await createJob({ time: 'now', data: { secret: 'of the data' } }, { httpMethod: 'POST' });
    const plannedAt = clock.now();
    clock.advance(250);
    await flow.tick();
    const [run] = await runsOf(job);
    const traceId = traceIdOf(run?.runId);
    const [root, call, ...more] = await flow.traceOf(traceId);
    expect(more).toEqual([]);
    expect(root).toEqual({
      ...{ traceId, spanId: rootIdOf(traceId), parentSpanId: undefined, name: 'run', kind: 'INTERNAL' },
      ...{ startMs: plannedAt, endMs: clock.now(), isError: false },
      attributes: {
        'carillon.run.id': run?.runId,
        'carillon.run.state': 'SUCCESS',
        'carillon.run.origin': expect.stringMatching(/^(plan|request)$/),
        'carillon.job.id': job.jobId,
        'carillon.schedule.id': job.scheduleId,
        'carillon.schedule.kind': 'once',
        'carillon.tenant.id': TENANTS.acme,
        'carillon.instance.id': expect.any(String),
        'carillon.lateness_ms': 250,
      },
    });
    expect(call).toEqual({
      ...{ traceId, spanId: expect.stringMatching(/^[0-9a-f]{16}$/), parentSpanId: rootIdOf(traceId) },
      ...{ name: 'POST', kind: 'CLIENT', startMs: clock.now(), endMs: clock.now(), isError: false },
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'url.full': target.url(job.path),
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(target.url()).port),
      },
    });
    expect(callsOf(job)[0]?.headers['traceparent']).toBe(`00-${traceId}-${call?.spanId}-03`);
  });

  it('has the time from the 202 to the report of an asynchronous run, and one call', async () => {
    const { clock, target, createJob } = flow;
    target.reacts({ kind: 'answer', status: 202, body: 'begun' });
    const job = await createJob({ time: 'now' });
    await flow.tick();
    const [run] = await runsOf(job);
    const traceId = traceIdOf(run?.runId);
    expect((await flow.traceOf(traceId)).map(({ name }) => name)).toEqual(['POST']);
    const ackedAt = clock.now();
    clock.advance(90_000);
    await flow.acme.put(`${job.runs}/${run?.runId}`, { success: true, message: 'a text of the report' });
    const spans = await flow.traceOf(traceId);
    expect(spans.map(({ name }) => name).sort()).toEqual(['POST', 'report', 'run']);
    const root = spans.find(({ name }) => name === 'run');
    expect(root).toMatchObject({ endMs: ackedAt + 90_000, isError: false });
    expect(spans.find(({ name }) => name === 'report')).toEqual({
      ...{ traceId, spanId: expect.any(String), parentSpanId: rootIdOf(traceId), name: 'report' },
      ...{ kind: 'INTERNAL', startMs: ackedAt, endMs: ackedAt + 90_000, isError: false },
      attributes: { 'carillon.run.state': 'SUCCESS' },
    });
  });

  it('ends, with an error, with the wait for a report that never comes', async () => {
    const { clock, target, createJob } = flow;
    target.reacts({ kind: 'answer', status: 202, body: 'begun' });
    const job = await createJob({ time: 'now' });
    await flow.tick();
    clock.advance(31 * 60_000);
    expect(await flow.sweeper.expireReports()).toBe(1);
    const [run] = await runsOf(job);
    const spans = await flow.traceOf(traceIdOf(run?.runId));
    const ended = spans.filter(({ kind: each }) => each === 'INTERNAL');
    expect(ended.map(({ name }) => name).sort()).toEqual(['report', 'run']);
    for (const span of ended) {
      expect(span).toMatchObject({ isError: true, endMs: clock.now() });
      expect(span.attributes['carillon.run.state']).toBe('UNKNOWN');
    }
  });

  it('says of a report that came before the 202 was recorded that it was not waited for', async () => {
    const { target, createJob, dispatcher } = flow;
    target.reacts({ kind: 'hold', status: 202, body: 'begun' });
    const before = target.calls.length;
    const job = await createJob({ time: 'now' });
    await dispatcher.tick();
    await target.received(before + 1);
    const [run] = await runsOf(job);
    await flow.acme.put(`${job.runs}/${run?.runId}`, { success: true, message: 'quick' });
    target.release();
    await dispatcher.settled();
    const traceId = traceIdOf(run?.runId);
    const spans = await flow.traceOf(traceId);
    expect(spans.map(({ name }) => name).sort()).toEqual(['POST', 'report', 'run']);
    aCall(spans.find(({ name }) => name === 'POST') as ReceivedSpan, rootIdOf(traceId));
  });

  it.each([
    ['5xx', { status: 503 }, '503', 'ERROR'],
    ['4xx', { status: 404 }, '404', 'REQUEST_ERROR'],
  ])('is an error after %s, in the call and in the run', async (_name, answer, errorType, state) => {
    flow.target.reacts({ kind: 'answer', ...answer, body: 'a text of the answer' });
    const job = await flow.createJob({ time: 'now' });
    await flow.tick();
    const [run] = await runsOf(job);
    const traceId = traceIdOf(run?.runId);
    const [root, call] = await flow.traceOf(traceId);
    expect(root).toMatchObject({ isError: true, attributes: { 'carillon.run.state': state } });
    aCall(call as ReceivedSpan, rootIdOf(traceId));
    expect(call).toMatchObject({ isError: true });
    expect(call?.attributes).toMatchObject({
      'http.response.status_code': answer.status,
      'error.type': errorType,
    });
  });

  it('names the error of the network where no answer came', async () => {
    flow.target.reacts({ kind: 'reset' });
    const job = await flow.createJob({ time: 'now' });
    await flow.tick();
    const [run] = await runsOf(job);
    const [, call] = await flow.traceOf(traceIdOf(run?.runId));
    expect(call?.attributes).toMatchObject({ 'error.type': 'ECONNRESET' });
    expect(call?.attributes).not.toHaveProperty(['http.response.status_code']);
  });

  it('has no call where the outbound guard let nothing out', async () => {
    const job = await flow.createJob({ time: 'now' }, { action: 'http://10.0.0.1/secret-place' });
    await flow.tick();
    const [run] = await runsOf(job);
    const spans = await flow.traceOf(traceIdOf(run?.runId));
    expect(spans.map(({ name }) => name)).toEqual(['run']);
    expect(spans[0]).toMatchObject({ isError: true, attributes: { 'carillon.run.state': 'REQUEST_ERROR' } });
  });

  it('of a run that is canceled before its instant ends no later than then', async () => {
    const { clock, createJob, acme } = flow;
    const job = await createJob({ cron: '2099 * * * * 0 0' });
    await acme.post(cancelOf(uriOf(await acme.post(job.runs).expect(202)))).expect(204);
    const run = (await runsOf(job)).find(({ runState }) => runState === 'ERROR');
    const spans = await flow.traceOf(traceIdOf(run?.runId));
    expect(spans.map(({ name }) => name)).toEqual(['run']);
    expect(spans[0]).toMatchObject({ isError: true, endMs: clock.now() });
    expect(spans[0]?.attributes).not.toHaveProperty(['carillon.lateness_ms']);
  });

  it('is accompanied by traces of the transactions that claimed and recorded it', async () => {
    await flow.flush();
    const before = flow.receiver.spans.length;
    for (let n = 0; n < 3; n++) await flow.createJob({ time: 'now' });
    await flow.tick();
    await flow.flush();
    const transactions = flow.receiver.spans
      .slice(before)
      .filter(({ attributes }) => 'db.system.name' in attributes);
    for (const name of ['claim', 'record']) {
      const own = transactions.filter((span) => span.name === name);
      expect(own.reduce((sum, { attributes }) => sum + Number(attributes['carillon.batch.size']), 0)).toBe(3);
      for (const span of own) {
        expect(span).toMatchObject({ kind: 'INTERNAL', parentSpanId: undefined, isError: false });
        expect(span.attributes['db.system.name']).toBe(kind.name === 'SQLite' ? 'sqlite' : 'mysql');
      }
    }
  });
});

describe('The trace of a run that is called again', () => {
  it('is one, with two calls below one run, each with the id that its endpoint was told', async () => {
    const LEASE_MS = 60_000;
    const first = await startTraced(mariaDb, '1', 50, { LEASE_MS: String(LEASE_MS) });
    const { clock, target, createJob, callsOf } = first;
    const second = await startReplica({ ...first.options, clock, uaa: first.uaa }, target);
    const job = await createJob({ time: 'now' });
    target.reacts({ kind: 'hold', body: 'by the first' });
    await first.dispatcher.tick();
    await target.received(1);
    target.reacts({ kind: 'answer', body: 'by the second' });
    clock.advance(LEASE_MS);
    await second.tick();
    target.release();
    await first.dispatcher.settled();
    await second.app.get(Traces, { strict: false }).flush();
    const [run] = await runsOf(job);
    const traceId = traceIdOf(run?.runId);
    const spans = await first.traceOf(traceId);
    const calls = spans.filter(({ kind }) => kind === 'CLIENT');
    expect(spans.filter(({ name }) => name === 'run')).toHaveLength(1);
    expect(new Set(calls.map(({ spanId }) => `00-${traceId}-${spanId}-03`))).toEqual(
      new Set(callsOf(job).map(({ headers }) => headers['traceparent'])),
    );
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual([rootIdOf(traceId), rootIdOf(traceId)]);
    expect(calls.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1]);
  });
});
