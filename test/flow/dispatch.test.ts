import type { Reaction } from '../support/action-target.js';
import { databaseKinds } from '../support/databases.js';
import { freePort } from '../support/free-port.js';
import { SHORT_LIMIT } from '../support/rude-endpoint.js';
import { runsOf, startFlow, type Flow } from './setup.js';

const EVERY_HOUR = { cron: '* * * * * 0 0' };

/** Reaction of the endpoint -> the run that must be on record. */
const OUTCOMES: [string, Reaction, object, string][] = [
  [
    '200',
    { kind: 'answer', status: 200, body: 'well done' },
    { runState: 'SUCCESS', httpStatus: 200 },
    'well done',
  ],
  ['204', { kind: 'answer', status: 204 }, { runState: 'SUCCESS', httpStatus: 204 }, ''],
  [
    '301',
    { kind: 'answer', status: 301, headers: { location: 'http://127.0.0.1:1/' } },
    { runState: 'SUCCESS', httpStatus: 301 },
    '',
  ],
  ['399', { kind: 'answer', status: 399, body: 'odd' }, { runState: 'SUCCESS', httpStatus: 399 }, 'odd'],
  [
    '400',
    { kind: 'answer', status: 400, body: 'no' },
    { runState: 'REQUEST_ERROR', httpStatus: 400 },
    'Response: no',
  ],
  ['401', { kind: 'answer', status: 401 }, { runState: 'REQUEST_ERROR', httpStatus: 401 }, 'Response: '],
  [
    '499',
    { kind: 'answer', status: 499, body: 'no' },
    { runState: 'REQUEST_ERROR', httpStatus: 499 },
    'Response: no',
  ],
  [
    '500',
    { kind: 'answer', status: 500, body: 'oh' },
    { runState: 'ERROR', httpStatus: 500 },
    'Response: oh',
  ],
  [
    '503',
    { kind: 'answer', status: 503, body: 'oh' },
    { runState: 'ERROR', httpStatus: 503 },
    'Response: oh',
  ],
  [
    '599',
    { kind: 'answer', status: 599, body: 'oh' },
    { runState: 'ERROR', httpStatus: 599 },
    'Response: oh',
  ],
  [
    'a connection that is cut',
    { kind: 'reset' },
    { runState: 'REQUEST_ERROR', httpStatus: null },
    'Request Error: Code:-ECONNRESET, Message:-',
  ],
];

describe.each(databaseKinds)('A planned run on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { PUBLIC_URL: 'http://jobs.test' });
  });

  /** A job that runs every hour, a moment before its next run. */
  async function setup(change: object = {}, schedule: object = {}) {
    await flow.clear();
    flow.clock.set(Math.ceil(flow.clock.now() / 3_600_000) * 3_600_000 + 3_599_000);
    const job = await flow.createJob({ ...EVERY_HOUR, ...schedule }, { ...change });
    const run = async () => {
      flow.clock.advance(3_600_000 - (flow.clock.now() % 3_600_000));
      await flow.drain();
      const [ended] = await runsOf(job);
      if (!ended) throw new Error('There is no run.');
      return ended;
    };
    return { ...flow, job, run };
  }

  it('is on record as SCHEDULED and is not called before its time', async () => {
    const { job, clock, tick, callsOf } = await setup();
    clock.advance(999);
    expect(await tick()).toMatchObject({ claimed: 0 });
    expect(callsOf(job)).toHaveLength(0);
    const [run] = await runsOf(job);
    expect(run).toMatchObject({
      runStatus: 'SCHEDULED',
      runState: 'SCHEDULED',
      httpStatus: null,
      executionTimestamp: null,
      completionTimestamp: null,
      statusMessage: 'The job has been scheduled for a future run',
    });
    clock.advance(1);
    expect(await tick()).toMatchObject({ claimed: 1 });
    expect(callsOf(job)).toHaveLength(1);
  });

  it('is RUNNING while its call is open, and the next run is planned by then', async () => {
    const { job, clock, dispatcher, target } = await setup();
    target.reacts({ kind: 'hold' });
    clock.advance(1_000);
    const before = target.calls.length;
    await dispatcher.tick();
    await target.received(before + 1);
    const [open, next] = await runsOf(job);
    expect(open).toMatchObject({ runStatus: 'RUNNING', runState: 'TRIGGERED', httpStatus: null });
    expect(next).toMatchObject({ runState: 'SCHEDULED' });
    expect(Date.parse(`${next?.plannedAt}Z`) - clock.now()).toBe(3_600_000);
    clock.advance(2_000);
    target.release();
    await dispatcher.settled();
    const [ended] = await runsOf(job);
    expect(ended).toMatchObject({ runId: open?.runId, runState: 'SUCCESS' });
    expect(Date.parse(`${ended?.completionTimestamp}Z`) - Date.parse(`${ended?.executionTimestamp}Z`)).toBe(
      2_000,
    );
  });

  it.each(OUTCOMES)(
    'ends by the table when the endpoint answers with %s',
    async (_name, reaction, expected, text) => {
      const { run, target, clock } = await setup();
      target.reacts(reaction);
      const ended = await run();
      const at = new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');
      expect(ended).toMatchObject({
        runStatus: 'COMPLETED',
        executionTimestamp: at,
        completionTimestamp: at,
        ...expected,
      });
      expect(ended.transitions.map(({ type }) => type)).toEqual(['SCHEDULED', 'TRIGGERED', ended.runState]);
      expect(ended.transitions.at(-1)).toMatchObject({ time: at, code: ended.httpStatus });
      expect(ended.transitions.at(-1)?.text).toContain(text);
    },
  );

  it('waits for the report after a 202', async () => {
    const { run, target } = await setup();
    target.reacts({ kind: 'answer', status: 202, body: 'later' });
    const waiting = await run();
    expect(waiting).toMatchObject({
      runStatus: 'RUNNING',
      runState: 'ACK_RECVD',
      httpStatus: 202,
      completionTimestamp: null,
    });
    expect(waiting.executionTimestamp).not.toBeNull();
    expect(waiting.transitions.at(-1)).toMatchObject({ type: 'ACK_RECVD', text: 'later', code: 202 });
  });

  it('waits for the report when the endpoint took the request and says nothing', async () => {
    const { clock, createJob, drain, target } = await startFlow(kind, SHORT_LIMIT);
    const job = await createJob(EVERY_HOUR);
    target.reacts({ kind: 'hang' });
    clock.advance(3_600_000);
    await drain();
    const [waiting] = await runsOf(job);
    expect(waiting).toMatchObject({
      runStatus: 'RUNNING',
      runState: 'ACK_NOT_RECVD',
      httpStatus: null,
      completionTimestamp: null,
    });
    expect(waiting?.transitions.at(-1)).toMatchObject({ type: 'ACK_NOT_RECVD', code: null });
  });

  it('ends as REQUEST_ERROR where nobody listens', async () => {
    const { run } = await setup({ action: `http://127.0.0.1:${await freePort()}/` });
    const ended = await run();
    expect(ended).toMatchObject({ runStatus: 'COMPLETED', runState: 'REQUEST_ERROR', httpStatus: null });
    expect(ended.statusMessage).toBe('Error encountered while sending job execution request to the endpoint');
    expect(ended.transitions.at(-1)?.text).toMatch(/^Request Error: Code:-ECONNREFUSED, Message:-./);
  });

  it('tells the endpoint which job, schedule and run it is, when it was planned, and who calls', async () => {
    const { job, run, clock, callsOf } = await setup();
    const ended = await run();
    clock.advance(7_000);
    const [call] = callsOf(job);
    expect(call?.headers).toMatchObject({
      'x-sap-job-id': String(job.jobId),
      'x-sap-job-schedule-id': job.scheduleId,
      'x-sap-job-run-id': ended.runId,
      'x-sap-scheduler-host': 'http://jobs.test',
      'x-sap-run-at': ended.plannedAt,
      'user-agent': expect.stringMatching(/^Carillon\/\d+\.\d+\.\d+$/),
    });
  });

  it('is its own trace: the id in traceparent is the id of the run', async () => {
    const { job, run, callsOf } = await setup();
    const { runId } = await run();
    const [call] = callsOf(job);
    const trace = runId.replaceAll('-', '');
    expect(call?.headers['traceparent']).toMatch(new RegExp(`^00-${trace}-(?!0{16})[0-9a-f]{16}-03$`));
  });

  it('tells when it was planned for, however late it is called', async () => {
    const { job, clock, drain, callsOf } = await setup();
    clock.advance(1_000);
    const planned = new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');
    clock.advance(90_000);
    await drain();
    expect(callsOf(job)[0]?.headers['x-sap-run-at']).toBe(planned);
  });

  it.each(['POST', 'PUT'])('carries its data as the JSON body of a %s', async (httpMethod) => {
    const { job, run, callsOf } = await setup({ httpMethod }, { data: { a: [1, 'ü'], b: null } });
    await run();
    const [call] = callsOf(job);
    expect(call).toMatchObject({ method: httpMethod, path: job.path });
    expect(call?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(call?.body ?? '')).toEqual({ a: [1, 'ü'], b: null });
  });

  it.each(['GET', 'DELETE'])('carries its data as the query of a %s', async (httpMethod) => {
    const { job, run, callsOf, target } = await setup({ httpMethod }, { data: { a: { b: 1 }, c: 'x y' } });
    await job.client.put(job.job, { action: `${target.url(job.path)}?kept=1` }).expect(200);
    await run();
    const [call] = callsOf(job);
    const query = new URL(`http://x${call?.path}`).searchParams;
    expect(call).toMatchObject({ method: httpMethod, body: '' });
    expect(Object.fromEntries(query)).toEqual({ kept: '1', a: '{"b":1}', c: 'x y' });
  });

  it('may overlap with the one before: a slow run delays nothing', async () => {
    const { job, clock, dispatcher, target, callsOf, drain } = await setup();
    target.reacts({ kind: 'hold' });
    const before = target.calls.length;
    for (let n = 1; n <= 3; n++) {
      clock.advance(3_600_000 - (clock.now() % 3_600_000));
      await dispatcher.tick();
      await target.received(before + n);
    }
    expect((await runsOf(job)).map((run) => run.runState)).toEqual([
      'TRIGGERED',
      'TRIGGERED',
      'TRIGGERED',
      'SCHEDULED',
    ]);
    target.release();
    target.reacts({ kind: 'answer' });
    await drain();
    expect((await runsOf(job)).map((run) => run.runState)).toEqual([
      'SUCCESS',
      'SUCCESS',
      'SUCCESS',
      'SCHEDULED',
    ]);
    expect(callsOf(job)).toHaveLength(3);
  });
});
