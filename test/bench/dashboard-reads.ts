import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { fill, startServer } from './dashboard/fill.js';
import { FIRST, idOf, tenantOf, volumeOf } from './dashboard/seed.js';
import { atMost, percentile, type Figure } from './dispatch/figures.js';
import { machine, printTable } from './dispatch/report.js';
import { ApiClient } from './support/api-client.js';
import { startService, type Child } from './support/processes.js';

/**
 * `npm run bench -- dashboard-reads [mariadb] [sqlite] [scale=1]`: how long the read models of the dashboard, and the
 * lists that its pages ask beside them, take where there are 500,000 jobs of 10,000 tenants and 2.5 million runs. Fills a
 * database once in bulk (a minute or two), asks each route one request after the other, and prints the 95th percentile as
 * a client sees it. `scale=0.1` is a look with a tenth of it.
 */
const words = process.argv.slice(2);
const scale = Number(words.find((word) => word.startsWith('scale='))?.slice('scale='.length) ?? 1);
const kinds = ['mariadb', 'sqlite'].filter((kind) => words.includes(kind));
const REQUESTS = 60;
const REQUESTS_WITH_PAUSES = 15;
const WARM_UP = 5;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const now = Date.now();
const volume = volumeOf(scale, now);

/** A request that is measured: its limit in ms, and its path, which may follow from the answer to the one before. */
interface Measured {
  readonly name: string;
  readonly limitMs: number;
  readonly path: (place: number, before: Record<string, unknown>) => string;
  readonly isOfTenant?: boolean;
  /** How long to wait before each request: for as long as an answer is given again to all who ask. */
  readonly pauseMs?: number;
}

const api = '/dashboard/api';
const after = ({ after: cursor }: Record<string, unknown>) =>
  typeof cursor === 'string' ? `&after=${cursor}` : '';
const busySchedules = (place: number) =>
  Array.from({ length: 50 }, (_, n) => idOf('1', (place * 50 + n) % volume.busy)).join(',');
const tenant = (place: number) => tenantOf(1 + ((place * 37) % (volume.tenants - 1)));
const outcomes = (hours: number, n: number) => `${api}/outcomes?from=${now - hours * HOUR_MS + n}`;
const usageFrom = new Date(now - 30 * DAY_MS).toISOString().slice(0, 10);

const MEASURED: readonly Measured[] = [
  {
    name: 'failing, instance, first page with its number',
    limitMs: 10,
    path: () => `${api}/failing`,
    pauseMs: 2_050,
  },
  {
    name: 'failing, instance, page by page',
    limitMs: 10,
    path: (_n, before) => `${api}/failing?${after(before).slice(1)}`,
  },
  { name: 'failing, one tenant', limitMs: 10, path: (n) => `${api}/failing?tenantId=${tenant(n)}` },
  {
    name: 'failing, large tenant, page by page',
    limitMs: 10,
    isOfTenant: true,
    path: (_n, before) => `${api}/failing?${after(before).slice(1)}`,
  },
  { name: 'jobs by name, instance', limitMs: 40, path: (n) => `${api}/jobs?page=${n + 1}` },
  { name: 'jobs by next run, instance', limitMs: 40, path: (n) => `${api}/jobs?sort=next&page=${n + 1}` },
  {
    name: 'jobs by last result, instance',
    limitMs: 40,
    path: (n) => `${api}/jobs?sort=result&page=${n + 1}`,
  },
  {
    name: 'jobs by next run, large tenant',
    limitMs: 40,
    isOfTenant: true,
    path: (n) => `${api}/jobs?sort=next&page=${n + 1}`,
  },
  {
    name: 'strips, 50 x 50',
    limitMs: 40,
    path: (n) => `${api}/strips?runs=50&schedules=${busySchedules(n)}`,
  },
  {
    name: 'runs, instance, first page with its number',
    limitMs: 20,
    path: (n) => `${api}/runs?to=${now - n * HOUR_MS}`,
  },
  {
    name: 'runs, instance, page by page',
    limitMs: 20,
    path: (_n, before) => `${api}/runs?to=${now}${after(before)}`,
  },
  {
    name: 'runs, instance, ten minutes',
    limitMs: 20,
    path: (n) => `${api}/runs?from=${now - n * HOUR_MS - 600_000}&to=${now - n * HOUR_MS}`,
  },
  {
    name: 'runs, instance, failed',
    limitMs: 20,
    path: (n) => `${api}/runs?state=ERROR,UNKNOWN&to=${now - n * HOUR_MS}`,
  },
  {
    name: 'runs, instance, of a state that none has',
    limitMs: 20,
    path: (n) => `${api}/runs?state=TIMEOUT&to=${now - n * HOUR_MS}`,
  },
  { name: 'runs, one tenant', limitMs: 20, path: (n) => `${api}/runs?tenantId=${tenant(n)}` },
  {
    name: 'runs, large tenant, first page with its number',
    limitMs: 20,
    isOfTenant: true,
    path: (n) => `${api}/runs?to=${now - n * HOUR_MS}`,
  },
  {
    name: 'runs, large tenant, failed, page by page',
    limitMs: 20,
    isOfTenant: true,
    path: (_n, before) => `${api}/runs?state=ERROR,UNKNOWN${after(before)}`,
  },
  { name: 'one run', limitMs: 10, path: (n) => `${api}/runs/${idOf('3', (n * 7_919) % volume.ended)}` },
  { name: 'overview, instance', limitMs: 30, path: () => `${api}/overview`, pauseMs: 2_050 },
  { name: 'overview, one tenant', limitMs: 30, path: (n) => `${api}/overview?tenantId=${tenant(n)}` },
  {
    name: 'overview, large tenant',
    limitMs: 30,
    isOfTenant: true,
    path: () => `${api}/overview`,
    pauseMs: 2_050,
  },
  { name: 'outcomes, instance, 6 or 40 hours', limitMs: 30, path: (n) => outcomes(n % 2 ? 6 : 40, n) },
  { name: 'outcomes, instance, all', limitMs: 30, path: () => `${api}/outcomes`, pauseMs: 2_050 },
  { name: 'outcomes, tenant', limitMs: 30, isOfTenant: true, path: (n) => outcomes(n % 2 ? 5 : 360, n) },
  {
    name: 'timing of a schedule',
    limitMs: 20,
    path: (n) => `${api}/schedules/${idOf('1', n % volume.busy)}/timing`,
  },
  { name: 'tenants, by calls', limitMs: 60, path: (n) => `${api}/tenants?page=${n + 1}` },
  { name: 'tenants, by name', limitMs: 60, path: (n) => `${api}/tenants?sort=name&page=${n + 1}` },
  { name: 'tenants, by a part of a name', limitMs: 60, path: (n) => `${api}/tenants?q=${n}` },
  { name: 'one tenant', limitMs: 60, path: (n) => `${api}/tenants/${tenant(n)}` },
  { name: 'GET /admin/v1/usage, today', limitMs: 60, path: () => '/admin/v1/usage' },
  { name: 'GET /admin/v1/usage, 31 days', limitMs: 60, path: () => `/admin/v1/usage?from=${usageFrom}` },
  {
    name: 'GET /admin/v1/usage, 31 days, middle',
    limitMs: 60,
    path: () => `/admin/v1/usage?from=${usageFrom}&offset=${Math.floor(volume.tenants * 15.5)}`,
  },
  { name: 'GET /admin/v1/tenants, page of 100', limitMs: 60, path: () => '/admin/v1/tenants?page_size=100' },
  {
    name: 'GET /admin/v1/tenants, middle',
    limitMs: 60,
    path: () => `/admin/v1/tenants?page_size=100&offset=${volume.tenants / 2}`,
  },
  { name: 'GET /admin/v1/tenants?q=', limitMs: 60, path: (n) => `/admin/v1/tenants?q=bench-${n}` },
  {
    name: 'jobs by createdAt, instance',
    limitMs: 60,
    path: () => '/scheduler/jobs?page_size=50&sort_by=createdAt',
  },
  {
    name: 'jobs by createdAt, instance, 10,000 in',
    limitMs: 60,
    path: () => '/scheduler/jobs?page_size=50&sort_by=createdAt&offset=10000',
  },
  {
    name: 'jobs by createdAt, large tenant',
    limitMs: 60,
    isOfTenant: true,
    path: () => '/scheduler/jobs?page_size=50&sort_by=createdAt',
  },
];

console.log(machine());
for (const kind of kinds.length > 0 ? kinds : ['mariadb', 'sqlite']) await measureOn(kind);

async function measureOn(kind: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const server = kind === 'mariadb' ? await startServer() : null;
  const port = String(await freePort());
  const env = {
    ...{
      DATABASE_URL: server?.url('bench') ?? `sqlite:${join(folder, 'bench.sqlite')}`,
      PORT: port,
      BENCH_CWD: folder,
      DISPATCH: 'off',
    },
    ...{ RATE_LIMIT_CLIENT_PER_MINUTE: '0', NODE_ENV: 'development', LOG_LEVEL: 'error' },
  };
  const client = new ApiClient(`http://127.0.0.1:${port}`, folder);
  let service: Child | null = null;
  try {
    await (await startService(env)).stop();
    const seeding = performance.now();
    await fill(env.DATABASE_URL, volume);
    console.log(`${kind}: filled in ${Math.round((performance.now() - seeding) / 1_000)} s`);
    service = await startService(env);
    printTable(await figuresOf(kind, client));
  } finally {
    await client.close();
    await service?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true });
  }
}

async function figuresOf(kind: string, client: ApiClient): Promise<Figure[]> {
  const workload = `dashboard reads, ${kind}`;
  const provider = await client.tokenOf();
  const large = await client.tokenOf(tenantOf(0));
  const begun = performance.now();
  await client.call('GET', `${api}/tenants`, provider);
  const first = { value: performance.now() - begun, unit: 'ms' };
  const figures: Figure[] = [{ workload, figure: 'tenants, with their sums read anew, once', ...first }];
  for (const { name, limitMs, path, isOfTenant, pauseMs } of MEASURED) {
    const token = isOfTenant ? large : provider;
    const times: number[] = [];
    let before: Record<string, unknown> = {};
    for (let place = 0; place < (pauseMs ? REQUESTS_WITH_PAUSES : REQUESTS); place++) {
      if (pauseMs) await pause(pauseMs);
      const begin = performance.now();
      before = await client.call('GET', path(place, before), token);
      if (place >= WARM_UP) times.push(performance.now() - begin);
    }
    figures.push(
      atMost(limitMs, { workload, figure: `${name}, p95`, value: percentile(times, 0.95), unit: 'ms' }),
    );
    figures.push({ workload, figure: `${name}, p50`, value: percentile(times, 0.5), unit: 'ms' });
  }
  const ways = {
    tenant: `tenantId=${tenantOf(0)}`,
    schedule: `scheduleId=${idOf('1', 0)}`,
    job: `jobId=${FIRST}`,
    instance: `to=${now}`,
  };
  for (const [what, query] of Object.entries(ways))
    figures.push(await download(workload, client, provider, what, query));
  return figures;
}

/** How long a part of 1,000 runs of a download takes, on average. */
async function download(
  workload: string,
  client: ApiClient,
  token: string,
  what: string,
  query: string,
): Promise<Figure> {
  const begin = performance.now();
  const answer = await fetch(`${client.origin}${api}/runs/download?format=csv&${query}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const lines = (await answer.text()).split('\r\n').length - 2;
  const perPart = (performance.now() - begin) / Math.max(1, Math.ceil(lines / 1_000));
  return atMost(50, {
    workload,
    figure: `download of a ${what}, ${lines} runs, a part`,
    value: perPart,
    unit: 'ms',
  });
}
