import type { EventLoopUtilization } from 'node:perf_hooks';
import { readConfig } from '../../src/config/config.js';
import { EventLoop, type DelayMonitor } from '../../src/telemetry/event-loop.js';
import { preferredExposition } from '../../src/telemetry/exposition.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { startApp } from '../support/app.js';
import { samplesOf } from '../support/samples.js';

const TOKEN = 'sixteen-and-more-characters';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
/** What Prometheus itself sends. */
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('The format of the metrics', () => {
  it.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'text'],
    ['text/plain', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['Application/OpenMetrics-Text; Version="1.0.0"', 'openmetrics'],
    ['application/openmetrics-text;version=2.0.0', 'text'],
    ['application/openmetrics-text;version=0.0.1, text/plain;q=0.1', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;q=0.4, text/plain;q=0.5', 'text'],
    ['application/openmetrics-text;q=0.5, text/plain;q=0.4', 'openmetrics'],
    ['application/openmetrics-text;q=0.3, */*;q=0.9', 'text'],
    ['application/openmetrics-text, */*', 'openmetrics'],
    ['application/openmetrics-text;q=0.5, text/plain;q=0.1, */*;q=0.9', 'openmetrics'],
    ['application/openmetrics-text;q=x', 'text'],
    [PROMETHEUS, 'openmetrics'],
  ])('for the Accept header %s is %s', (accept, format) => {
    expect(preferredExposition(accept)).toBe(format);
  });
});

describe('Metrics', () => {
  const setup = () => {
    const metrics = new Metrics();
    const calls = metrics.counter('calls_total', 'Calls', ['state']);
    calls.inc({ state: 'ok' });
    return { metrics, calls };
  };

  it('are written in either format, one after the other and at once, and counters keep their names', async () => {
    const { metrics } = setup();
    const asked = [undefined, 'application/openmetrics-text', undefined, 'application/openmetrics-text'];
    const answers = await Promise.all(asked.map((accept) => metrics.render(accept)));
    expect(answers.map(({ contentType }) => contentType)).toEqual([TEXT, OPEN_METRICS, TEXT, OPEN_METRICS]);
    for (const { contentType, text } of answers) {
      expect(samplesOf(text).get('calls_total{state="ok"}')).toBe(1);
      const isOpen = contentType === OPEN_METRICS;
      expect(text.includes('# TYPE calls_total counter\n')).toBe(!isOpen);
      expect(text.includes('# TYPE calls counter\n')).toBe(isOpen);
      expect(text.endsWith('# EOF\n')).toBe(isOpen);
    }
  });

  it('have exemplars in OpenMetrics alone, whatever was written before they were made', async () => {
    const { metrics } = setup();
    await metrics.render(undefined);
    const seconds = metrics.histogram('call_seconds', 'Time', [1], { hasExemplars: true });
    seconds.observe({ labels: {}, value: 0.5, exemplarLabels: { trace_id: 'abc' } });
    seconds.observe({ labels: {}, value: 2, exemplarLabels: {} });
    const line = /call_seconds_bucket\{le="1"\} 1 # \{trace_id="abc"\} 0\.5 \d/;
    expect((await metrics.render('application/openmetrics-text')).text).toMatch(line);
    expect((await metrics.render(undefined)).text).toMatch(/^call_seconds_bucket\{le="1"\} 1$/m);
  });

  it('leave out a gauge that cannot be read now, and have it again when it can', async () => {
    const { metrics } = setup();
    let isAway = false;
    const read = () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(7));
    metrics.gauge('one', 'One', { collect: async (gauge) => gauge.set(await read()) });
    metrics.gauge('each', 'Each', {
      labels: ['state'],
      collect: async (gauge) => gauge.set({ state: 'a' }, await read()),
    });
    const own = async () => {
      const samples = samplesOf((await metrics.render(undefined)).text);
      return [samples.get('one'), samples.get('each{state="a"}'), samples.get('calls_total{state="ok"}')];
    };
    expect(await own()).toEqual([7, 7, 1]);
    isAway = true;
    expect(await own()).toEqual([undefined, undefined, 1]);
    isAway = false;
    expect(await own()).toEqual([7, 7, 1]);
  });
});

describe('GET /metrics', () => {
  it('is answered to everybody, in the format that is asked for', async () => {
    const { http } = await startApp();
    const plain = await http
      .get('/metrics')
      .expect(200)
      .expect('Content-Type', TEXT)
      .expect('Vary', /Accept/);
    const open = await http
      .get('/metrics')
      .set('Accept', PROMETHEUS)
      .expect(200)
      .expect('Content-Type', OPEN_METRICS);
    expect(plain.text).toMatch(/^carillon_build_info\{version="[^"]+",node="v\d[^"]*"\} 1$/m);
    expect(open.text.endsWith('# EOF\n')).toBe(true);
  });

  it('has process, heap and the delay of the event loop, and nothing of the library that misleads', async () => {
    const { http } = await startApp();
    const names = [...samplesOf((await http.get('/metrics').expect(200)).text).keys()];
    expect(names).toEqual(
      expect.arrayContaining([
        'process_resident_memory_bytes',
        'nodejs_heap_size_used_bytes',
        'nodejs_eventloop_delay_p50_seconds',
        'nodejs_eventloop_delay_p99_seconds',
        'nodejs_eventloop_delay_max_seconds',
        'nodejs_eventloop_utilization_ratio',
      ]),
    );
    expect(names.filter((name) => /^nodejs_eventloop_lag|^nodejs_active_\w+_total/.test(name))).toEqual([]);
  });

  it('needs the token where one is set, and says so in a sentence', async () => {
    const { http } = await startApp({ env: { METRICS_TOKEN: TOKEN } });
    await http.get('/metrics').set('Authorization', `Bearer ${TOKEN}`).expect(200);
    await http.get('/metrics').set('Authorization', `bearer ${TOKEN}`).expect(200);
    for (const given of [
      ...['', TOKEN, `Basic ${TOKEN}`, 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`],
      `Bearer ${TOKEN} x`,
    ]) {
      const answer = await http.get('/metrics').set('Authorization', given).expect(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.text).toMatch(/^The metrics need the token of METRICS_TOKEN: [^{}]*\.\n$/);
      expect(answer.text).not.toContain(TOKEN);
    }
    for (const path of ['/metrics', '/METRICS', '/metrics/']) await http.get(path).expect(401);
    await http.get('/health/live').expect(200);
    const { body: document } = await http.get('/openapi.json').expect(200);
    const { responses } = document.paths['/metrics'].get;
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '401']));
    expect(Object.keys(responses[200].content)).toEqual(['text/plain', 'application/openmetrics-text']);
    expect(Object.keys(responses[401].content)).toEqual(['text/plain']);
  });
});

describe('METRICS_TOKEN and METRICS_TENANTS', () => {
  it('are nothing and 0 unless they are set', () => {
    expect(readConfig({}).metrics).toEqual({ token: null, tenants: 0 });
    const set = { METRICS_TOKEN: TOKEN, METRICS_TENANTS: '50' };
    expect(readConfig(set).metrics).toEqual({ token: TOKEN, tenants: 50 });
    expect(readConfig({ METRICS_TENANTS: '0' }).metrics.tenants).toBe(0);
  });

  it.each([
    ['fifteen-letters', /METRICS_TOKEN: must have at least 16 characters$/],
    ['with spaces between them', /METRICS_TOKEN: must have letters, digits and signs/],
    ['with-a-line-break-at-its-end\n', /METRICS_TOKEN: must have letters, digits and signs/],
    ['mit-Umläuten-darin-geschrieben', /METRICS_TOKEN: must have letters, digits and signs/],
  ])('refuse a token that cannot be used and never show it: %j', (token, message) => {
    expect(() => readConfig({ METRICS_TOKEN: token })).toThrow(message);
    expect(() => readConfig({ METRICS_TOKEN: token })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(token) }),
    );
  });

  it('refuse to name tenants to everybody, and more than 50', () => {
    expect(() => readConfig({ METRICS_TENANTS: '1' })).toThrow(/^METRICS_TENANTS needs METRICS_TOKEN: /);
    const more = { METRICS_TENANTS: '51', METRICS_TOKEN: TOKEN };
    expect(() => readConfig(more)).toThrow(/METRICS_TENANTS: must be a whole number from 0 to 50/);
  });
});

describe('The delay of the event loop', () => {
  /** Monitors that say how long ago they were emptied, in nanoseconds beyond the period, and a clock that is turned. */
  function setup() {
    let now = 0;
    let disabled = 0;
    const periods: number[] = [];
    const monitor = (everyMs: number): DelayMonitor => {
      let since = now;
      periods.push(everyMs);
      const ns = () => (now - since + everyMs) * 1e6;
      return {
        get max() {
          return ns();
        },
        percentile: (percentile) => (percentile === 99 ? ns() : 0),
        reset: () => (since = now),
        disable: () => disabled++,
      };
    };
    const utilization = (): EventLoopUtilization => ({
      active: now / 4,
      idle: (now * 3) / 4,
      utilization: 0,
    });
    const loop = new EventLoop({ monitor, utilization, now: () => now });
    const readAfter = (seconds: number) => {
      now += seconds * 1_000;
      return loop.read();
    };
    return { loop, readAfter, periods, disabled: () => disabled };
  }

  it('leaves out the period of its own timer, and is never below 0', () => {
    const { readAfter, periods } = setup();
    expect(periods).toEqual([100, 100]);
    expect(readAfter(5)).toEqual({ p50: 0, p99: 5, max: 5, utilization: 0.25 });
    expect(readAfter(0).max).toBe(5);
  });

  it('is of the last one to two minutes, whoever asks and how often', () => {
    const { readAfter } = setup();
    const spans = Array.from({ length: 40 }, () => readAfter(15).max);
    expect(spans.slice(0, 4)).toEqual([15, 30, 45, 60]);
    expect(Math.min(...spans.slice(4))).toBeGreaterThanOrEqual(60);
    expect(Math.max(...spans)).toBeLessThanOrEqual(120);
  });

  it('is of all the time since the last reading where that was long ago', () => {
    const { readAfter } = setup();
    const spans = Array.from({ length: 4 }, () => readAfter(300).max);
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(300);
  });

  it('is measured no more once it is closed', () => {
    const { loop, disabled } = setup();
    loop.close();
    expect(disabled()).toBe(2);
  });
});
