import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { freePort } from '../support/free-port.js';
import { PrivateMariaDb } from '../support/mariadb/private-mariadb.js';
import { atMost, below, percentile, type Figure } from './dispatch/figures.js';
import { machine, printTable } from './dispatch/report.js';
import type { Target } from './attacks/assaults.js';
import { ApiClient } from './support/api-client.js';
import { Child, startProgram, startService } from './support/processes.js';

/**
 * `npm run bench -- attacks [sqlite] [seconds=60] [attack...]`: 20 quiet tenants with a run a second each, and beside them
 * a tenant, and somebody without any credentials, who try to stop them in every way of `attacks/assaults.ts` at once. Prints how late the quiet runs were,
 * how many are missing, how long the quiet tenants' requests took and how much memory the service used at most. The
 * attackers and the endpoint of their jobs run at the lowest priority: theirs are other machines.
 */
const QUIET = 20;
const WARM_UP_MS = 5_000;
const words = process.argv.slice(2);
const isSqlite = words.includes('sqlite');
const seconds = Number(words.find((word) => word.startsWith('seconds='))?.slice('seconds='.length) ?? 60);
const attacks = words.filter((word) => word !== 'sqlite' && !word.startsWith('seconds='));

const tenantId = (n: number) => `22222222-2222-4222-8222-${String(n).padStart(12, '0')}`;
const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
const server = isSqlite ? null : await PrivateMariaDb.start({ durable: true });
if (server) {
  const admin = await createConnection({ uri: server.url() });
  await admin.query('CREATE DATABASE bench');
  await admin.end();
}
const quietEndpoint = await startEndpoint();
const loudEndpoint = await startEndpoint();
lowerPriority(loudEndpoint.child);
const port = String(await freePort());
const service = await startService({
  ...(server ? { DATABASE_URL: server.url('bench') } : {}),
  ...{ PORT: port, BENCH_CWD: folder, NODE_ENV: 'development', LOG_LEVEL: 'error' },
});
const client = new ApiClient(`http://127.0.0.1:${port}`, folder);

try {
  console.log(machine());
  const provider = await client.tokenOf();
  const tokens: string[] = [];
  for (let n = 0; n <= QUIET; n++) {
    await client.subscribe(provider, tenantId(n), `tenant-${n}`);
    if (n > 0) tokens.push(await quietTenant(n));
  }
  await pause(WARM_UP_MS);
  service.resetPeak();
  const from = Math.ceil(Date.now() / 1_000) * 1_000;
  const until = from + seconds * 1_000;
  const target: Target = {
    ...{ origin: client.origin, folder, endpoint: loudEndpoint.url, tenantId: tenantId(0) },
    ...{ clientId: client.credentials().id, until },
  };
  const attackers = startProgram('attacks/attackers.ts', [JSON.stringify(target), ...attacks]);
  lowerPriority(attackers);
  const asked = await requestsOf(tokens, until);
  await pause(WARM_UP_MS);
  await attackers.stop();
  printTable(await judged({ from, until, asked }));
} finally {
  await client.close();
  await service.stop();
  await quietEndpoint.child.stop();
  await loudEndpoint.child.stop();
  await server?.stop();
  rmSync(folder, { recursive: true });
}

async function startEndpoint(): Promise<{ child: Child; url: string }> {
  const endpoint = fork(fileURLToPath(new URL('attacks/endpoint.mjs', import.meta.url)));
  const [{ port: bound }] = (await once(endpoint, 'message')) as [{ port: number }];
  return { child: new Child(endpoint), url: `http://127.0.0.1:${bound}` };
}

function lowerPriority(child: Child): void {
  setPriority(child.process.pid ?? 0, 19);
}

/** Makes a tenant with one job of every second, and returns its token. */
async function quietTenant(n: number): Promise<string> {
  const token = await client.tokenOf(tenantId(n));
  const schedules = [{ cron: '* * * * * * *', active: true }];
  await client.call('POST', '/scheduler/jobs', token, {
    ...{ name: 'quiet', action: `${quietEndpoint.url}/quiet/${n}`, active: true, schedules },
  });
  return token;
}

/** Asks for the jobs of each tenant once a second until the end, and returns the milliseconds that each answer took. */
async function requestsOf(
  tokens: readonly string[],
  until: number,
): Promise<{ times: number[]; failed: number }> {
  const asked = { times: [] as number[], failed: 0 };
  const one = async (token: string) => {
    const begin = performance.now();
    await client.call('GET', '/scheduler/jobs', token).then(
      () => asked.times.push(performance.now() - begin),
      (error: unknown) => {
        if (asked.failed++ === 0) console.log(`The first request that was refused: ${String(error)}`);
      },
    );
  };
  const open: Promise<void>[] = [];
  for (let round = 0; Date.now() < until; round++) {
    const token = tokens[round % tokens.length];
    if (token) open.push(one(token));
    await pause(1_000 / tokens.length);
  }
  await Promise.all(open);
  return asked;
}

async function judged(stretch: {
  from: number;
  until: number;
  asked: { times: number[]; failed: number };
}): Promise<Figure[]> {
  const { from, until, asked } = stretch;
  const answer = await fetch(`${quietEndpoint.url}/quiet-seen`);
  const seen = ((await answer.json()) as [number, number, number][]).filter(
    ([, planned]) => planned >= from && planned < until,
  );
  const late = seen.map(([, planned, at]) => at - planned);
  const firings = new Set(seen.map(([n, planned]) => `${n} ${planned}`));
  const workload = `attacks, ${isSqlite ? 'SQLite' : 'MariaDB'}`;
  const missed = QUIET * seconds - firings.size;
  return [
    below(100, { workload, figure: "quiet runs' lateness p99", value: percentile(late, 0.99), unit: 'ms' }),
    { workload, figure: "quiet runs' lateness p50", value: percentile(late, 0.5), unit: 'ms' },
    { workload, figure: "quiet runs' lateness, most", value: Math.max(...late), unit: 'ms' },
    atMost(0, { workload, figure: 'quiet runs missed', value: missed, unit: '' }),
    atMost(0, { workload, figure: 'quiet runs doubled', value: seen.length - firings.size, unit: '' }),
    below(1_000, {
      ...{ workload, figure: "quiet requests' time, p99", value: percentile(asked.times, 0.99), unit: 'ms' },
    }),
    {
      workload,
      figure: "quiet requests' time, most",
      value: asked.times.reduce((a, b) => Math.max(a, b), 0),
      unit: 'ms',
    },
    atMost(0, { workload, figure: 'quiet requests refused', value: asked.failed, unit: '' }),
    below(512, {
      workload,
      figure: 'peak memory of the service',
      value: service.peakMemory / 2 ** 20,
      unit: 'MB',
    }),
  ];
}
