import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { fill, startServer } from './dashboard/fill.js';
import { volumeOf } from './dashboard/seed.js';
import { atMost, percentile, type Figure } from './dispatch/figures.js';
import { machine, printTable } from './dispatch/report.js';
import { cpuSecondsOf, startService } from './support/processes.js';

/**
 * `npm run bench -- capacity [mariadb] [sqlite] [scale=1]`: what 500,000 schedules of 10,000 tenants, none of them due, and
 * 2.5 million runs need: start, memory and CPU of the service, and `/metrics`. `scale=0.2` has a fifth of each.
 */
const words = process.argv.slice(2);
const scale = Number(words.find((word) => word.startsWith('scale='))?.slice('scale='.length) ?? 1);
const kinds = ['mariadb', 'sqlite'].filter((kind) => words.includes(kind));
const SETTLE_MS = 15_000;
const IDLE_MS = 60_000;
/** Rarer than what is kept for ten seconds, so that each answer reads anew. */
const SCRAPES = 6;
const SCRAPE_EVERY_MS = 10_500;
const MB = 1_048_576;

interface Scraped {
  readonly ms: number;
  readonly lines: number;
}

async function scrape(port: string): Promise<Scraped> {
  const begun = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await answer.text();
  return { ms: performance.now() - begun, lines: text.split('\n').filter((line) => /^\w/.test(line)).length };
}

async function measureOn(kind: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const server = kind === 'mariadb' ? await startServer() : null;
  const file = join(folder, 'bench.sqlite');
  const port = String(await freePort());
  const env = { DATABASE_URL: server?.url('bench') ?? `sqlite:${file}`, PORT: port, BENCH_CWD: folder };
  try {
    await (await startService(env)).stop();
    const volume = volumeOf(scale, Date.now());
    await fill(env.DATABASE_URL, volume);
    const workload = `${kind}, ${volume.jobs} schedules, ${volume.tenants} tenants`;
    const begun = performance.now();
    const service = await startService(env);
    const figures: Figure[] = [
      { workload, figure: 'start to ready', value: performance.now() - begun, unit: 'ms' },
    ];
    await pause(SETTLE_MS);
    const before = { all: cpuSecondsOf(process.pid), service: service.cpuSeconds };
    await pause(IDLE_MS);
    const spent = service.cpuSeconds - before.service;
    // This process, which waits, and the server that it has started.
    const others = cpuSecondsOf(process.pid) - before.all - spent;
    const share = (seconds: number) => (seconds / IDLE_MS) * 100_000;
    figures.push({ workload, figure: 'service CPU while nothing is due', value: share(spent), unit: '%' });
    if (server) figures.push({ workload, figure: 'database CPU meanwhile', value: share(others), unit: '%' });
    figures.push({ workload, figure: 'peak memory', value: service.peakMemory / MB, unit: 'MB' });
    const scraped: Scraped[] = [];
    for (let time = 0; time < SCRAPES; time++) {
      scraped.push(await scrape(port));
      await pause(SCRAPE_EVERY_MS);
    }
    const times = scraped.map(({ ms }) => ms);
    figures.push(
      atMost(100, { workload, figure: '/metrics read anew, most', value: Math.max(...times), unit: 'ms' }),
    );
    figures.push({ workload, figure: '/metrics read anew, p50', value: percentile(times, 0.5), unit: 'ms' });
    figures.push({ workload, figure: 'series', value: scraped.at(-1)?.lines ?? 0, unit: '' });
    await service.stop();
    return figures;
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true });
  }
}

console.log(machine());
const figures: Figure[] = [];
for (const kind of kinds.length > 0 ? kinds : ['mariadb', 'sqlite']) figures.push(...(await measureOn(kind)));
printTable(figures);
