/**
 * Refusals are logged once in ten seconds by a process: this file wants one in which none was.
 * @jest-environment-options {"fresh": true}
 */
import type { ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import express from 'express';
import request from 'supertest';
import { watchRequests } from '../../src/http/request-log.js';
import { BoundedLines } from '../../src/telemetry/bounded-lines.js';
import type { Traces } from '../../src/telemetry/trace/traces.js';
import { startApp } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { ManualClock } from '../support/manual-clock.js';
import { runsOf, startFlow, type Flow } from './setup.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** On a busy machine a request may be slow, which is told too. */
const isOfRequest = (message: unknown) => JSON.stringify(message).includes('A request was slow');

describe.each(databaseKinds)('The log on $name', (kind) => {
  let flow: Flow;
  let warnings: unknown[];
  beforeAll(async () => {
    flow = await startFlow(kind);
    const deaf = () => undefined;
    const log: LoggerService = {
      log: deaf,
      error: deaf,
      warn: (message: unknown) => isOfRequest(message) || warnings.push(message),
    };
    flow.app.useLogger(log);
  });
  beforeEach(async () => {
    warnings = [];
    await flow.clear();
    flow.clock.advance(1_000);
  });

  it.each([
    ['5xx', 503, 'A run failed: ERROR, HTTP 503'],
    ['4xx', 404, 'A run failed: REQUEST_ERROR, HTTP 404'],
  ])(
    'tells of a run that failed with %s, with its ids and trace, and not of its text',
    async (_name, status, msg) => {
      flow.target.reacts({ kind: 'answer', status, body: 'a secret of the application' });
      const job = await flow.createJob({ time: 'now' });
      await flow.tick();
      const [run] = await runsOf(job);
      expect(warnings).toEqual([
        {
          msg,
          instance: expect.any(String),
          tenant: expect.any(String),
          job: job.jobId,
          schedule: job.scheduleId,
          run: run?.runId,
          trace_id: run?.runId.replaceAll('-', ''),
        },
      ]);
    },
  );

  it('tells of a failure that the application reports', async () => {
    flow.target.reacts({ kind: 'answer', status: 202, body: '' });
    const job = await flow.createJob({ time: 'now' });
    await flow.tick();
    expect(warnings).toEqual([]);
    const [run] = await runsOf(job);
    await flow.acme.put(`${job.runs}/${run?.runId}`, { success: false, message: 'no disk' });
    expect(warnings).toEqual([
      expect.objectContaining({ msg: 'A run failed: ERROR, reported by the application' }),
    ]);
  });

  it.each([
    ['no connection', { action: 'http://127.0.0.1:1/?token=secret' }, 'REQUEST_ERROR, ECONNREFUSED'],
    ['a connection that broke off', {}, 'REQUEST_ERROR, ECONNRESET'],
    ['a host that is not called', { action: 'http://10.0.0.1/' }, 'REQUEST_ERROR, OUTBOUND_REFUSED'],
  ])('tells of %s which error it was, with the ids and on one line', async (_what, change, cause) => {
    flow.target.reacts({ kind: 'reset' });
    const job = await flow.createJob({ time: 'now' }, change);
    await flow.tick();
    const [run] = await runsOf(job);
    expect(warnings).toEqual([
      expect.objectContaining({ msg: `A run failed: ${cause}`, job: job.jobId, run: run?.runId }),
    ]);
    expect(JSON.stringify(warnings)).not.toMatch(/secret|\\n/);
  });

  it('tells of a run of which nobody reported that there is no report', async () => {
    flow.target.reacts({ kind: 'answer', status: 202, body: 'a secret of the application' });
    await flow.createJob({ time: 'now' });
    await flow.tick();
    flow.clock.advance(31 * 60_000);
    expect(await flow.sweeper.expireReports()).toBe(1);
    expect(warnings).toEqual([expect.objectContaining({ msg: 'A run failed: UNKNOWN, no report in time' })]);
  });

  it('does not take for an error of the network what an application says', async () => {
    const text = 'Request Error: Code:-A_SECRET, Message:-of the application';
    flow.target.reacts({ kind: 'answer', status: 404, body: text });
    await flow.createJob({ time: 'now' });
    await flow.tick();
    expect(warnings).toEqual([expect.objectContaining({ msg: 'A run failed: REQUEST_ERROR, HTTP 404' })]);
  });

  it('is silent about a run that succeeded', async () => {
    flow.target.reacts({ kind: 'answer', status: 200, body: 'ok' });
    await flow.createJob({ time: 'now' });
    await flow.tick();
    expect(warnings).toEqual([]);
  });
});

describe('The log of requests', () => {
  /** An application whose lines are collected: `level text`. */
  async function setup() {
    const lines: string[] = [];
    const app = await startApp({ env: { LOG_LEVEL: 'debug' } });
    const textOf = (message: unknown) => (typeof message === 'string' ? message : JSON.stringify(message));
    const at = (level: string) => (message: unknown) => lines.push(`${level} ${textOf(message)}`);
    app.app.useLogger({ log: at('info'), error: at('error'), warn: at('warn'), debug: at('debug') });
    return { ...app, lines };
  }

  it('has one line at debug for each, without the query', async () => {
    const { provider, lines, stop } = await setup();
    await provider.get('/scheduler/jobs?page_size=7');
    await stop();
    const told = lines.filter((line) => line.includes('GET /scheduler/jobs'));
    expect(told).toEqual([
      expect.stringMatching(
        /^debug \{"msg":"GET \/scheduler\/jobs: 200, [0-9.]+ ms","trace_id":"[0-9a-f]{32}"\}$/,
      ),
    ]);
  });

  it('names the trace of the caller, where it names one', async () => {
    const { provider, lines, stop } = await setup();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    await provider.get('/scheduler/jobs').set('traceparent', `00-${trace}-b7ad6b7169203331-00`);
    await stop();
    expect(lines.filter((line) => line.includes(`"trace_id":"${trace}"`))).toHaveLength(1);
  });

  it('says who was refused and why, and never with which credentials', async () => {
    const { http, lines } = await setup();
    await http.get('/scheduler/jobs').set('Authorization', 'Bearer not-a-token');
    const [told] = lines.filter((line) => line.startsWith('warn'));
    expect(told).toMatch(/^warn Credentials refused: GET \/scheduler\/jobs from \S+: "/);
    expect(lines.join('\n')).not.toContain('not-a-token');
  });

  it('says that the service stops, and that it has stopped', async () => {
    const { lines, stop } = await setup();
    await stop();
    const told = lines.filter((line) => line.startsWith('info Stop'));
    expect(told).toEqual([expect.stringContaining('Stopping'), 'info Stopped.']);
  });
});

describe('A slow request', () => {
  /** A server for which every request is slow, and what it logs. */
  async function setup(answer: (response: ServerResponse) => void) {
    const told: unknown[] = [];
    const log = jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((line: unknown) => void told.push(line));
    const traces = { takesNext: () => false } as Traces;
    const watch = watchRequests({ traces, clock: new ManualClock(), isDebugged: false, slowMs: 0 });
    const app = express();
    app.use(watch);
    app.get('/things/:id', (_request, response) => answer(response));
    const ask = async () => {
      await request(app).get('/things/7?name=secret').set('traceparent', `00-${TRACE}-b7ad6b7169203331-01`);
      log.mockRestore();
      return told;
    };
    return { ask };
  }

  it('is told of at warn, with its route, its ids and its trace, and without its query', async () => {
    const { ask } = await setup((response) => {
      response.setHeader('X-Request-Id', 'an-id').writeHead(500).end();
    });
    expect(await ask()).toEqual([
      {
        msg: expect.stringMatching(/^A request was slow: GET \/things\/7: 500, [0-9.]+ ms$/),
        ...{ method: 'GET', route: '/things/:id', path: '/things/7', status: 500, ms: expect.any(Number) },
        ...{ request: 'an-id', trace_id: TRACE },
      },
    ]);
  });

  it.each([
    ['a stream of events', 'Content-Type', 'text/event-stream'],
    ['a download', 'Content-Disposition', 'attachment; filename="a.csv"'],
  ])('is no %s', async (_what, name, value) => {
    const { ask } = await setup((response) => void response.setHeader(name, value).end());
    expect(await ask()).toEqual([]);
  });
});

describe('Lines that others can cause', () => {
  function setup(most: number) {
    const written: string[] = [];
    const leftOut = (count: number) => written.push(`${count} left out`);
    return { written, lines: new BoundedLines({ most, perMs: 60_000, leftOut }) };
  }

  it('are written up to the limit, and the others counted in one line at the end', () => {
    const { written, lines } = setup(2);
    for (const text of ['a', 'b', 'c', 'd']) lines.write(() => written.push(text));
    expect(written).toEqual(['a', 'b']);
    lines.end();
    expect(written).toEqual(['a', 'b', '2 left out']);
  });

  it('begin anew after the end, and nothing is said where nothing was left out', () => {
    const { written, lines } = setup(1);
    lines.write(() => written.push('a'));
    lines.end();
    lines.write(() => written.push('b'));
    lines.end();
    expect(written).toEqual(['a', 'b']);
  });
});
