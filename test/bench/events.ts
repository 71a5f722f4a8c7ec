import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { PrivateMariaDb } from '../support/mariadb/private-mariadb.js';
import { ApiClient } from './support/api-client.js';
import { startEcho, startService, type Child } from './support/processes.js';

/**
 * `npm run bench -- events [seconds]`: how long after the end of a run a client hears of it, at 200 runs a second
 * with 1,000 streams of another tenant open, and what those streams cost. It starts a MariaDB of its own, durable as in production (BENCH_DURABLE=off leaves the waiting for the disk out);
 * service, endpoint, clients and database share the machine.
 */
const SECONDS = Number(process.argv[2] ?? 20);
const WARM_UP_SECONDS = 4;
const RATE = 200;
const STREAMS = 1_000;
const SETTLE_MS = 3_000;
const PORT = '38091';
const ORIGIN = `http://127.0.0.1:${PORT}`;
/** A tenant whose clients listen and hear nothing. */
const IDLE_TENANT = '11111111-1111-4111-8111-111111111111';

const server = await PrivateMariaDb.start({ durable: process.env['BENCH_DURABLE'] !== 'off' });
const admin = await createConnection({ uri: server.url() });
await admin.query('CREATE DATABASE bench');
const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
const echo = await startEcho();
const service = await startService({
  DATABASE_URL: server.url('bench'),
  ...{ PORT, BENCH_CWD: folder, RATE_LIMIT_CLIENT_PER_MINUTE: '0', NODE_ENV: 'development' },
});
const client = new ApiClient(ORIGIN, folder);

try {
  const token = await client.tokenOf();
  await client.subscribe(token, IDLE_TENANT, 'idle');
  const idle = await client.tokenOf(IDLE_TENANT);
  const runs = await createJob(token);
  const heard = new Map<string, number>();
  await listen('/api/jobs/events', token, heard);
  await pause(SETTLE_MS);
  // A process that has just started is not yet compiled and its heap not yet grown: neither is what is measured.
  await startRuns(token, runs, WARM_UP_SECONDS);
  await pause(SETTLE_MS);
  const before = memoryOf(service);
  for (let opened = 0; opened < STREAMS; opened += 50) {
    await Promise.all(Array.from({ length: 50 }, () => openIdleStream(idle)));
  }
  await pause(SETTLE_MS);
  const perStream = (memoryOf(service) - before) / STREAMS / 1024;
  heard.clear();
  const started = await startRuns(token, runs, SECONDS);
  await pause(SETTLE_MS);
  const delays = await delaysOf(heard);
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))];
  console.table([
    {
      ...{ runs: started.length, heard: heard.size, p50: at(0.5), p99: at(0.99), most: at(1) },
      ...{ streams: STREAMS, kilobytesPerStream: Math.round(perStream) },
    },
  ]);
} finally {
  await client.close();
  await service.stop();
  await echo.child.stop();
  await admin.end();
  await server.stop();
  rmSync(folder, { recursive: true });
}

/** Resident bytes of a process now. */
function memoryOf(child: Child): number {
  child.resetPeak();
  return child.peakMemory;
}

async function createJob(token: string): Promise<string> {
  const schedules = [{ cron: '2099 * * * * 0 0', active: true }];
  const job = await client.call('POST', '/scheduler/jobs', token, {
    ...{ name: 'bench', action: `${echo.url}/run`, active: true, schedules },
  });
  const [{ scheduleId }] = job['schedules'] as [{ scheduleId: string }];
  return `/scheduler/jobs/${String(job['_id'])}/schedules/${scheduleId}/runs`;
}

/** Listens to a stream, and notes when it told of which operation. */
async function listen(path: string, token: string | null, heard: Map<string, number>): Promise<void> {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const sent = request(`${ORIGIN}${path}`, { headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  let rest = '';
  response.on('data', (piece: string) => {
    const now = Date.now();
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, uri] = /"job-uri":"([^"]+)"/.exec(line) ?? [];
      if (uri) heard.set(uri, now);
    }
  });
}

async function openIdleStream(token: string): Promise<void> {
  const path = '/api/sessions/operations/create-server-sent-events-stream';
  const { 'stream-id': id } = await client.call('POST', path, token);
  await listen(
    `/api/sessions/operations/open-server-sent-events-stream?stream-id=${String(id)}`,
    null,
    new Map(),
  );
}

async function startRuns(token: string, path: string, seconds: number): Promise<string[]> {
  const started: Promise<string>[] = [];
  const from = performance.now();
  while (started.length < seconds * RATE) {
    const due = Math.min(seconds * RATE, Math.floor(((performance.now() - from) / 1_000) * RATE));
    while (started.length < due) {
      started.push(client.call('POST', path, token).then((answer) => String(answer['job-uri'])));
    }
    await pause(5);
  }
  return Promise.all(started);
}

/** How long after its end each operation was heard of, in milliseconds, the shortest first. */
async function delaysOf(heard: ReadonlyMap<string, number>): Promise<number[]> {
  const sql = "SELECT CONCAT('/api/jobs/', LOWER(HEX(id))) AS uri, ended_at FROM bench.operation";
  const [rows] = (await admin.query(sql)) as unknown as [{ uri: string; ended_at: number }[]];
  const endedAt = new Map(rows.map((row) => [row.uri, Number(row.ended_at)]));
  const delays = [...heard].map(([uri, at]) => at - (endedAt.get(uri.replaceAll('-', '')) ?? at));
  return delays.sort((a, b) => a - b);
}
