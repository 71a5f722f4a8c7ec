import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { Pool } from 'undici';
import { seedJobs } from './support/api-seed.js';
import { startService } from './support/processes.js';

/**
 * `npm run bench -- api [jobs]`: the latency of reads beside many jobs, and the rate of creations, on the MySQL or
 * MariaDB server of BENCH_DATABASE_URL (mysql://user:password@host:port/, the benchmark makes and drops a database
 * of its own). Load generator, service and database share the machine. The figures go to data/bench-api.json too.
 */
const JOBS = Number(process.argv[2] ?? 500_000);
const REQUESTS = 200;
const SCANS = 60;
const CREATE_SECONDS = 15;
const CREATE_CONNECTIONS = 32;
const DEPTH = 10_000;

const server = new URL(process.env['BENCH_DATABASE_URL'] ?? 'mysql://root@127.0.0.1:3306/');
const database = `carillon_bench_api_${process.pid}`;
const url = new URL(`/${database}`, server).href;
const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
const port = '38090';
const origin = `http://127.0.0.1:${port}`;

const admin = await createConnection({ uri: server.href });
await admin.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
const env = {
  ...{ DATABASE_URL: url, PORT: port, BENCH_CWD: folder, DISPATCH: 'off' },
  ...{ RATE_LIMIT_CLIENT_PER_MINUTE: '0', NODE_ENV: 'development' },
};
let service = await startService(env);
const credentials = credentialsIn(folder);
const db = await createConnection({ uri: url, multipleStatements: true });

try {
  const seeding = performance.now();
  const seeded = await seedJobs(db, JOBS, 2 * DEPTH);
  const rows = await countRows();
  console.log(`Seeded in ${((performance.now() - seeding) / 1000).toFixed(1)} s: ${JSON.stringify(rows)}`);
  await service.stop();
  service = await startService(env);
  const token = await tokenOf();
  const creations = await measureCreations(token);
  console.table([creations]);
  const reads = await measureReads(token, seeded);
  console.table(reads);
  const result = {
    machine: `${cpus().length} x ${cpus()[0]?.model ?? ''}`,
    node: process.version,
    rows,
    reads,
    creations,
  };
  mkdirSync('data', { recursive: true });
  writeFileSync(join('data', 'bench-api.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await service.stop();
  await db.end();
  await admin.query(`DROP DATABASE ${database}`);
  await admin.end();
  rmSync(folder, { recursive: true });
}

/** The binding that the first start wrote into its folder. */
function credentialsIn(path: string): { clientid: string; clientsecret: string } {
  for (const file of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !file.name.endsWith('.json')) continue;
    const text = readFileSync(join(file.parentPath, file.name), 'utf8');
    const [, clientid, clientsecret] = /"clientid": "([^"]+)",\s*"clientsecret": "([^"]+)"/.exec(text) ?? [];
    if (text.includes('jobscheduler') && clientid && clientsecret) return { clientid, clientsecret };
  }
  throw new Error(`No credentials in ${path}.`);
}

async function tokenOf(): Promise<string> {
  const basic = Buffer.from(`${credentials.clientid}:${credentials.clientsecret}`).toString('base64');
  const answer = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

async function countRows(): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const table of ['job', 'schedule', 'run']) {
    const [[found]] = (await db.query(`SELECT COUNT(*) AS n FROM ${table}`)) as unknown as [[{ n: number }]];
    rows[table] = found.n;
  }
  return rows;
}

async function measureReads(token: string, seeded: Awaited<ReturnType<typeof seedJobs>>) {
  const number = () => Math.floor(Math.random() * JOBS);
  const filter = (text: string) => `filter=${encodeURIComponent(text)}`;
  const cursor = `${seeded.runsPath}?page_size=100&next=${seeded.deepRunId}`;
  const requests: [string, number, () => string][] = [
    ['page of 100 jobs', 50, () => '/scheduler/jobs?page_size=100'],
    ['page of 100 jobs, last', 50, () => `/scheduler/jobs?page_size=100&offset=${JOBS - 100}`],
    ['page of 100 jobs, middle', 50, () => `/scheduler/jobs?page_size=100&offset=${JOBS / 2 - 50}`],
    ['page of 100 jobs by name', 50, () => '/scheduler/jobs?page_size=100&sort_by=name'],
    ['job by name', 50, () => `/scheduler/jobs?name=${encodeURIComponent(seeded.nameOf(number()))}`],
    ['filter name eq', 50, () => `/scheduler/jobs?${filter(`name eq '${seeded.nameOf(number())}'`)}`],
    [
      'filter contains, few found',
      300,
      () => `/scheduler/jobs?page_size=100&${filter(`contains(name, 'run ${number()}')`)}`,
    ],
    [
      'filter contains, all found',
      300,
      () => `/scheduler/jobs?page_size=100&${filter("contains(name, 'invoice')")}`,
    ],
    ['search jobs, few found', 300, () => `/scheduler/search/jobs?page_size=10&q=${number()}`],
    ['search jobs, many found', 300, () => '/scheduler/search/jobs?page_size=10&q=invoice'],
    ['search schedules, few found', 300, () => `/scheduler/search/schedules?page_size=10&q=${number()}`],
    [`run logs, cursor at ${DEPTH}`, 50, () => cursor],
    ['jobCount', 50, () => '/scheduler/jobCount'],
  ];
  const table = [];
  for (const [name, bar, path] of requests) {
    for (const connections of [1, 4]) {
      const times = await latencies({ token, path, connections, count: bar > 50 ? SCANS : REQUESTS });
      const at = (share: number) => Number(times[Math.floor(times.length * share)]?.toFixed(1));
      table.push({ request: name, connections, p50: at(0.5), p99: at(0.99), bar });
    }
  }
  return table;
}

async function latencies(load: {
  token: string;
  path: () => string;
  connections: number;
  count: number;
}): Promise<number[]> {
  const { token, path, connections, count } = load;
  const pool = new Pool(origin, { connections });
  const times: number[] = [];
  const one = async (isCounted: boolean) => {
    const from = performance.now();
    const answer = await pool.request({
      path: path(),
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    });
    const body = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${body}`);
    if (isCounted) times.push(performance.now() - from);
  };
  for (let warm = 0; warm < 5; warm++) await one(false);
  const worker = async () => {
    while (times.length < count) await one(true);
  };
  await Promise.all(Array.from({ length: connections }, worker));
  await pool.close();
  return times.sort((a, b) => a - b);
}

async function measureCreations(token: string) {
  const pool = new Pool(origin, { connections: CREATE_CONNECTIONS, pipelining: 1 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  let made = 0;
  const create = async () => {
    const body = JSON.stringify({
      name: `created ${process.pid} ${made++}`,
      action: 'https://app.example.com/run',
      active: true,
      schedules: [{ cron: '* * * * 3 0 0', active: true, data: { region: 'eu' } }],
    });
    const answer = await pool.request({ path: '/scheduler/jobs', method: 'POST', headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 201) throw new Error(`Creation answered ${answer.statusCode}.`);
  };
  for (let warm = 0; warm < 2_000; warm += 50) await Promise.all(Array.from({ length: 50 }, create));
  const first = made;
  const cpu = { service: service.cpuSeconds, generator: process.cpuUsage() };
  const from = performance.now();
  const worker = async () => {
    while (performance.now() - from < CREATE_SECONDS * 1000) await create();
  };
  await Promise.all(Array.from({ length: CREATE_CONNECTIONS }, worker));
  const seconds = (performance.now() - from) / 1000;
  const count = made - first;
  const own = process.cpuUsage(cpu.generator);
  await pool.close();
  return {
    connections: CREATE_CONNECTIONS,
    created: count,
    'jobs/s': Math.round(count / seconds),
    'service CPU ms/job': Number((((service.cpuSeconds - cpu.service) * 1000) / count).toFixed(3)),
    'generator CPU ms/job': Number(((own.user + own.system) / 1000 / count).toFixed(3)),
    bar: 1000,
  };
}
