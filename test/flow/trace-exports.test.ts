import { RunTraces } from '../../src/telemetry/trace/run-traces.js';
import { cancelOf, uriOf } from '../api/operation-setup.js';
import { sqlite } from '../support/databases.js';
import { runsOf, startFlow, type Flow } from './setup.js';
import { startTraced, traceIdOf, type TracedFlow } from './trace-setup.js';

describe('Runs that are not sampled', () => {
  it('leave no span, and their endpoints are told so', async () => {
    const { createJob, tick, callsOf, flush, receiver } = await startTraced(sqlite, '0');
    const job = await createJob({ time: 'now' });
    await tick();
    await flush();
    expect(receiver.requests).toEqual([]);
    expect(callsOf(job)[0]?.headers['traceparent']).toMatch(/-02$/);
  });

  it('are exported with the call that failed where they end badly, so many a second', async () => {
    const { createJob, tick, flush, receiver, target, clock } = await startTraced(sqlite, '0', 3);
    const failFive = async () => {
      target.reacts({ kind: 'answer', status: 500 });
      for (let n = 0; n < 5; n++) await createJob({ time: 'now' });
      await tick();
      await flush();
      return receiver.spans;
    };
    const spans = await failFive();
    expect(spans.map(({ name }) => name).sort()).toEqual(['POST', 'POST', 'POST', 'run', 'run', 'run']);
    for (const { attributes } of spans) expect(attributes['carillon.sampled_by']).toBe('error');
    const traces = new Set(spans.map(({ traceId }) => traceId));
    expect(traces.size).toBe(3);
    clock.advance(1_000);
    expect(await failFive()).toHaveLength(12);
  });

  it('are exported without their call where that did not fail, and not at all where they were canceled', async () => {
    const { createJob, tick, flush, receiver, target, acme } = await startTraced(sqlite, '0');
    target.reacts({ kind: 'answer', status: 202 });
    const [failed, canceled] = [
      await createJob({ time: 'now' }),
      await createJob({ cron: '2099 * * * * 0 0' }),
    ];
    await tick();
    const [run] = await runsOf(failed);
    await acme.put(`${failed.runs}/${run?.runId}`, { success: false, message: 'no disk' });
    await acme.post(cancelOf(uriOf(await acme.post(canceled.runs).expect(202)))).expect(204);
    await flush();
    expect(receiver.spans.map(({ name, traceId }) => [name, traceId])).toEqual([
      ['run', traceIdOf(run?.runId)],
    ]);
    expect(receiver.spans[0]?.attributes['carillon.sampled_by']).toBe('error');
  });

  it('are no exemplars, and those that are name their traces', async () => {
    const runId = '019b76da-a000-7000-8000-0123456789ab';
    const exemplarOf = (flow: Flow) => flow.app.get(RunTraces, { strict: false }).exemplarOf(runId);
    expect(exemplarOf(await startTraced(sqlite, '0'))).toBeUndefined();
    expect(exemplarOf(await startFlow(sqlite))).toBeUndefined();
    expect(exemplarOf(await startTraced(sqlite, '1'))).toEqual({ trace_id: traceIdOf(runId) });
  });
});

describe('The span of a request', () => {
  const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-00`;
  let flow: TracedFlow;
  beforeAll(async () => {
    flow = await startTraced();
  });

  it('names the route and lies within the span of its caller, whatever that says of sampling', async () => {
    const { acme, createJob, traceOf } = flow;
    const { jobId, job } = await createJob({ cron: '2099 * * * * 0 0' });
    await acme.get(`${job}?displaySchedules=true`).set('traceparent', traceparent).expect(200);
    expect(await traceOf(CALLER.traceId)).toEqual([
      {
        ...{ traceId: CALLER.traceId, spanId: expect.any(String), parentSpanId: CALLER.spanId },
        ...{ name: 'GET /scheduler/jobs/:jobId', kind: 'SERVER', isError: false },
        ...{ startMs: expect.any(Number), endMs: flow.clock.now() },
        attributes: {
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          'http.route': '/scheduler/jobs/:jobId',
          'url.path': `/scheduler/jobs/${jobId}`,
          'url.scheme': 'http',
          'client.address': expect.stringContaining('127.0.0.1'),
        },
      },
    ]);
  });

  it('is the root of a trace of its own without a caller that names one, and no error after 4xx', async () => {
    const { acme, flush, receiver } = flow;
    await acme.get('/scheduler/nowhere').set('traceparent', 'nonsense').expect(404);
    await flush();
    const span = receiver.spans.find(({ attributes }) => attributes['url.path'] === '/scheduler/nowhere');
    expect(span).toMatchObject({ parentSpanId: undefined, isError: false, name: 'GET other' });
  });

  it('is made of no probe, no scrape and no file', async () => {
    const { acme, flush, receiver } = flow;
    await flush();
    const before = receiver.spans.length;
    for (const path of ['/metrics', '/health/live', '/health/ready', '/docs/', '/robots.txt'])
      await acme.get(path);
    await acme.get('/openapi.json').expect(200);
    await flush();
    expect(receiver.spans.slice(before).map(({ name }) => name)).toEqual(['GET /openapi.json']);
  });
});

describe('An export', () => {
  it('says what service it is of, with the headers that were asked for', async () => {
    const { receiver, flush } = await startTraced();
    await flush();
    expect(receiver.resource).toMatchObject({
      'service.name': 'jobs',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
      'deployment.environment.name': 'test',
    });
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: 'Bearer otlp-token' });
  });

  it('holds nothing that somebody sent or answered', async () => {
    const { createJob, tick, flush, receiver, target, acme, http, uaa } = await startTraced();
    target.reacts((call) =>
      call.path.includes('late')
        ? { kind: 'answer', status: 202, body: 'secret-of-the-answer' }
        : {
            kind: 'answer',
            status: 500,
            body: 'secret-of-the-answer',
            headers: { 'x-any': 'secret-of-a-header' },
          },
    );
    const fields = { user: 'secret-user', password: 'secret-password', httpMethod: 'GET' };
    const data = { data: { key: 'secret-of-the-data' } };
    const action = (path: string) => ({ action: target.url(`${path}?key=secret-of-the-query`) });
    await createJob({ time: 'now', ...data }, { ...fields, ...action('/soon') });
    const late = await createJob({ time: 'now', ...data }, action('/late'));
    await tick();
    const [run] = await runsOf(late);
    await acme.put(`${late.runs}/${run?.runId}`, { success: false, message: 'secret-of-the-report' });
    await acme.get('/scheduler/jobs?name=secret-of-a-request');
    await http.get('/scheduler/jobs').set('Authorization', 'Bearer secret-token');
    await http.get('/scheduler/jobs').set('Cookie', 'a=secret-cookie').set('User-Agent', 'secret-agent');
    await flush();
    const exported = receiver.requests.map(({ body }) => body).join('\n');
    expect(receiver.spans.filter(({ kind }) => kind === 'CLIENT')).toHaveLength(2);
    expect(exported).not.toContain('secret');
    expect(exported).not.toContain(uaa.clientsecret);
    expect(exported).not.toContain('otlp-token');
  });
});
