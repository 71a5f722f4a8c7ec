import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { yamlOf } from '../deploy/places.js';
import { ActionTarget } from '../support/action-target.js';
import { startApp } from '../support/app.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { PrometheusServer } from '../support/prometheus-server.js';
import { makeScratchFolder } from '../support/scratch.js';
import { TraceReceiver } from '../support/trace-receiver.js';
import {
  CONFIG_FILE,
  dashboardExpressions,
  metricsIn,
  ruleExpressions,
  RULES_FILE,
  rules,
} from './shipped.js';

const TOKEN = 'a-token-for-prometheus-alone';

/** Nothing fires, and nothing is wrong with the API. */
const MAY_BE_EMPTY = /^max by .*ALERTS|code=~"5/;

/** A metric of the service, and the names of its samples. */
interface Metric {
  readonly name: string;
  readonly series: readonly string[];
}

/** A service that has called and failed, and the shipped Prometheus that scrapes it each second. */
async function setup() {
  const target = await ActionTarget.start();
  atEndOfFile(() => target.stop());
  target.reacts(({ path }) => ({ kind: 'answer', status: path === '/bad' ? 500 : 200 }));
  const receiver = await TraceReceiver.start();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER_ARG: '1' };
  const app = await startApp({ env: { ...env, METRICS_TOKEN: TOKEN, METRICS_TENANTS: '1' } });
  const runOne = async (name: string) => {
    const schedules = [{ time: 'now', active: true }];
    const job = { name, action: target.url(`/${name}`), active: true, schedules };
    await app.acme.post('/scheduler/jobs', job).expect(201);
    await app.tick();
  };
  await runOne('good');
  const prometheus = await PrometheusServer.start(configFor(app.baseUrl), flags());
  // What happens between two scrapes can be seen as a rate.
  await prometheus.first('a scrape', () => prometheus.query('carillon_calls_total'));
  await runOne('bad');
  await prometheus.first('a run that ended', () =>
    prometheus.query('rate(carillon_runs_ended_total[1m]) > 0'),
  );
  const { text } = await app.http.get('/metrics').set('Authorization', `Bearer ${TOKEN}`).expect(200);
  const metrics = metricsOf(text);
  const traceIds = target.calls.map(({ headers }) => String(headers['x-sap-job-run-id']).replaceAll('-', ''));
  return { prometheus, traceIds, metrics, series: new Set(metrics.flatMap((metric) => metric.series)) };
}

function metricsOf(text: string): Metric[] {
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type]) => ({
    name,
    series: type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  }));
}

/** Returns the metrics that the README lists under its heading "Metrics". */
function listedInReadme(): Set<string> {
  const [, section = ''] =
    /^#+ Metrics$(.*?)(?=^#|$(?![\s\S]))/ms.exec(readFileSync('README.md', 'utf8')) ?? [];
  return new Set(section.match(/\bcarillon_\w+/g));
}

/** The shipped configuration, with another place for what lies elsewhere here, and a quicker pace. */
function configFor(baseUrl: string): object {
  const folder = makeScratchFolder('carillon-token-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  const tokenFile = join(folder, 'metrics-token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  const config = yamlOf(CONFIG_FILE);
  const [{ dns_sd_configs: _found, ...scrape }] = config.scrape_configs;
  return {
    ...config,
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [resolve(RULES_FILE)],
    scrape_configs: [
      {
        ...scrape,
        authorization: { credentials_file: tokenFile },
        static_configs: [{ targets: [new URL(baseUrl).host] }],
      },
    ],
  };
}

/** The flags of compose.yaml, without those that name places in the container. */
function flags(): string[] {
  const given = yamlOf('docker/compose.yaml').services.prometheus.command as string[];
  return given.filter((flag) => !/^--(config\.file|storage\.tsdb\.path)=/.test(flag));
}

describe('A Prometheus as it is shipped', () => {
  let service: Awaited<ReturnType<typeof setup>>;
  beforeAll(async () => (service = await setup()));

  it('scrapes the service with its token, as OpenMetrics', async () => {
    const { prometheus } = service;
    expect(await prometheus.query('up{job="carillon"}')).toEqual([
      expect.objectContaining({ value: [expect.any(Number), '1'] }),
    ]);
    // OpenMetrics names a counter without the suffix of its samples.
    const names = Object.keys(await prometheus.metadata());
    expect(names).toContain('carillon_calls');
    expect(names).not.toContain('carillon_calls_total');
  });

  it.each(['carillon_lateness_seconds_bucket', 'carillon_call_seconds_bucket'])(
    'keeps the traces of runs beside %s',
    async (name) => {
      const { prometheus, traceIds } = service;
      const found = await prometheus.first('an exemplar', () => prometheus.exemplars(name));
      const named = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id']));
      expect(traceIds).toEqual(expect.arrayContaining(named));
    },
  );

  it('takes the rules, and finds none of them firing', async () => {
    const { prometheus } = service;
    await prometheus.first('the rules', async () => {
      const loaded = await prometheus.rules();
      return loaded.every(({ health }) => health === 'ok') ? loaded : [];
    });
    expect((await prometheus.rules()).map(({ name }) => name)).toEqual(rules().map(({ alert }) => alert));
    expect(await prometheus.query('ALERTS{alertstate="firing"}')).toEqual([]);
  });

  it('has an answer for every expression of the dashboard and the rules, and data where something must be', async () => {
    const { prometheus } = service;
    for (const { expr } of ruleExpressions()) await prometheus.query(expr);
    const without: string[] = [];
    for (const { where, expr } of dashboardExpressions()) {
      const found = await prometheus.query(expr);
      if (found.length === 0 && !MAY_BE_EMPTY.test(expr)) without.push(`${where}: ${expr}`);
    }
    expect(without).toEqual([]);
  });

  it('finds in /metrics whatever the dashboard and the rules name', () => {
    const named = [...dashboardExpressions(), ...ruleExpressions()].flatMap(({ expr }) => metricsIn(expr));
    const { series } = service;
    expect([...new Set(named)].filter((name) => !series.has(name))).toEqual([]);
  });

  it('shows each metric of the service on the dashboard, unless the README lists it', () => {
    const shown = new Set(dashboardExpressions().flatMap(({ expr }) => metricsIn(expr)));
    const listed = listedInReadme();
    const missing = service.metrics.filter(
      ({ name, series }) =>
        name.startsWith('carillon_') && !series.some((one) => shown.has(one)) && !listed.has(name),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});
