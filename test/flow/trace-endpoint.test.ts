import type { LoggerService } from '@nestjs/common';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { Traces } from '../../src/telemetry/trace/traces.js';
import { USUAL_TRACE_LIMITS, type TraceLimits } from '../../src/telemetry/trace/trace-limits.js';
import { sqlite } from '../support/databases.js';
import { samplesOf } from '../support/samples.js';
import { TraceReceiver } from '../support/trace-receiver.js';
import { runsOf, startFlow } from './setup.js';

/** Less than the pause after which the exporter tries again. */
const SHORT_MS = 700;
/** Longer than any test. */
const NEVER_MS = 600_000;

/** A service whose traces go to a receiver, and what it logs of them. */
async function setup(limits: Partial<TraceLimits> = {}) {
  const receiver = await TraceReceiver.start();
  const flow = await startFlow(
    sqlite,
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces`, OTEL_TRACES_SAMPLER_ARG: '1' },
    { traceLimits: { ...USUAL_TRACE_LIMITS, mostWaitMs: NEVER_MS, ...limits } },
  );
  const traces = flow.app.get(Traces, { strict: false });
  await traces.flush(); // the requests of the set-up
  const lines: string[] = [];
  const deaf = () => undefined;
  const log: LoggerService = { log: deaf, error: deaf, warn: (line: unknown) => lines.push(String(line)) };
  flow.app.useLogger(log);
  /** What the metrics count of spans since the set-up. */
  const counted = async () => {
    const samples = samplesOf((await flow.http.get('/metrics')).text);
    const of = (name: string) => Number(samples.get(`carillon_spans_${name}_total`));
    return { exported: of('exported') - before.exported, dropped: of('dropped') - before.dropped };
  };
  const before = { exported: 0, dropped: 0 };
  Object.assign(before, await counted());
  const run = async () => {
    const job = await flow.createJob({ time: 'now' });
    await flow.tick();
    return runsOf(job);
  };
  return {
    ...flow,
    receiver,
    traces,
    counted,
    run,
    told: () => lines.filter((line) => line.startsWith('Traces:')),
  };
}

/** Returns what the exporter does of the next export that fails: it says whether it tries again. */
async function endOfExport(): Promise<string> {
  const said = await new Promise<string>((resolve) => {
    const hear = (text: string) => {
      if (/^(Export failed|Scheduling export retry)/.test(text)) resolve(text);
    };
    const logger = { error: hear, warn: hear, info: hear, debug: hear, verbose: hear };
    diag.setLogger(logger, DiagLogLevel.ALL);
  });
  diag.disable();
  return said;
}

describe('Traces', () => {
  it('are sent when the service stops, without a last wait for others', async () => {
    const { receiver, run, stop } = await setup();
    const before = receiver.spans.length;
    await run();
    expect(receiver.spans).toHaveLength(before);
    await stop();
    const names = receiver.spans.slice(before).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['run', 'POST', 'claim', 'record', 'POST /scheduler/jobs']));
  });

  it('are sent by themselves after a moment', async () => {
    const { receiver, run } = await setup({ mostWaitMs: 1 });
    const before = receiver.requests.length;
    await run();
    await receiver.received(before + 1);
  });

  it('count as exported once the endpoint has taken them', async () => {
    const { receiver, run, traces, counted } = await setup();
    const before = receiver.spans.length;
    await run();
    await traces.flush();
    expect(await counted()).toEqual({ exported: receiver.spans.length - before, dropped: 0 });
  });
});

describe('An endpoint that takes no traces', () => {
  it.each([
    ['answers 500', { kind: 'answer', status: 500, body: 'secret' }, /: it answered HTTP 500\./],
    ['answers 401', { kind: 'answer', status: 401, body: 'secret' }, /: it answered HTTP 401\./],
    ['hangs', { kind: 'hang' }, /: no answer came within 0\.7 s\./],
    ['sends an answer without an end', { kind: 'endless' }, /: .+\./],
    ['cuts the connection', { kind: 'reset' }, /: .+\./],
  ] as const)('and %s costs the spans and one line, and no run', async (_what, reaction, reason) => {
    const { receiver, run, traces, counted, told } = await setup({ timeoutMs: SHORT_MS });
    receiver.reacts(reaction);
    for (let n = 0; n < 2; n++) {
      expect(await run()).toEqual([expect.objectContaining({ runState: 'SUCCESS' })]);
      await traces.flush();
    }
    const { exported, dropped } = await counted();
    expect(exported).toBe(0);
    expect(dropped).toBeGreaterThanOrEqual(8);
    expect(told()).toEqual([expect.stringMatching(reason)]);
    expect(told().join()).not.toContain('secret');
  });

  it('and refuses connections costs the spans and one line, and no run', async () => {
    const { receiver, run, traces, counted, told } = await setup({ timeoutMs: SHORT_MS });
    await receiver.stop();
    expect(await run()).toEqual([expect.objectContaining({ runState: 'SUCCESS' })]);
    await traces.flush();
    expect((await counted()).exported).toBe(0);
    expect(told()).toEqual([expect.stringMatching(/: .+\./)]);
  });

  it('and hangs does not keep the service from stopping', async () => {
    const { receiver, run, stop, told } = await setup({ flushMs: 20, timeoutMs: NEVER_MS });
    receiver.reacts({ kind: 'hang' });
    const end = endOfExport();
    await run();
    await stop();
    expect(told()).toHaveLength(1);
    expect(await end).toMatch(/^Export failed with non-retryable error/);
  });

  it('gets its spans again once it is back', async () => {
    const { receiver, run, traces, counted } = await setup();
    receiver.reacts({ kind: 'answer', status: 500 });
    await run();
    await traces.flush();
    receiver.reacts({ kind: 'answer' });
    const before = receiver.spans.length;
    await run();
    await traces.flush();
    expect((await counted()).exported).toBe(receiver.spans.length - before);
    expect(receiver.spans.length).toBeGreaterThan(before);
  });
});
