import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { freePort } from '../support/free-port.js';
import { Dashboard } from '../web/support/dashboard.js';
import type { Visit } from '../web/support/visit.js';
import { fill, startServer } from './dashboard/fill.js';
import { FIRST, idOf, volumeOf } from './dashboard/seed.js';
import { atMost, type Figure } from './dispatch/figures.js';
import { machine, printTable } from './dispatch/report.js';
import { startService } from './support/processes.js';

/**
 * `npm run bench -- dashboard-pages [scale=1]`: what the pages cost a browser where there are 500,000 jobs of 10,000 tenants
 * and 2.5 million runs on MariaDB: the work of the main thread, nodes, heap, what moves, and how long what one does takes to
 * be seen. The service, the browser and the database share the machine. `scale=0.0001` has 50 jobs.
 */
const scale = Number(
  process.argv
    .slice(2)
    .find((word) => word.startsWith('scale='))
    ?.slice('scale='.length) ?? 1,
);
const now = Date.now();

/** A page, and what somebody does on it; each is to be seen within 200 ms. */
interface Look {
  readonly name: string;
  readonly path: string;
  readonly ready: string;
  readonly act?: (page: Page) => Promise<void>;
}

const JOB = `/dashboard/jobs/${FIRST}`;
const LOOKS: readonly Look[] = [
  { name: 'home', path: '/dashboard/', ready: 'main h2' },
  {
    name: 'jobs',
    path: '/dashboard/jobs',
    ready: '.strip',
    act: async (page) => {
      await page.getByRole('searchbox').first().pressSequentially('invoice run 1');
      await page.waitForLoadState('networkidle');
      await page.locator('main table tbody a').first().click();
    },
  },
  { name: 'jobs by next run', path: '/dashboard/jobs?sort=next', ready: '.strip' },
  { name: 'job', path: JOB, ready: '.strip' },
  { name: 'schedule', path: `${JOB}/schedules/${idOf('1', 0)}`, ready: 'main h2' },
  { name: 'runs', path: '/dashboard/runs', ready: 'main table tbody tr' },
  { name: 'tenants', path: '/dashboard/tenants', ready: 'main table tbody tr' },
];

/** What the browser notes of a page from its begin on. */
const NOTED = `(() => {
  window.__moved = 0; window.__slowest = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) if (!each.hadRecentInput) window.__moved += each.value; })
    .observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => { for (const each of list.getEntries()) if (each.interactionId) window.__slowest = Math.max(window.__slowest, each.duration); })
    .observe({ type: 'event', durationThreshold: 16, buffered: true });
})()`;

async function metricsOf(session: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

async function figuresOf(visit: Visit, { name, path, ready, act }: Look): Promise<Figure[]> {
  const page = await visit.page.context().newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.enable');
  await page.addInitScript(NOTED);
  await page.goto(visit.origin + path);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
  const worked = (await metricsOf(session)).get('TaskDuration') ?? 0;
  await session.send('HeapProfiler.collectGarbage');
  const after = await metricsOf(session);
  await act?.(page);
  await page.waitForLoadState('networkidle');
  const [moved, slowest, paint] = await page.evaluate<number[]>(
    '[window.__moved, window.__slowest, performance.getEntriesByName("first-contentful-paint")[0].startTime]',
  );
  await page.close();
  const workload = `dashboard pages, ${volumeOf(scale, now).jobs} jobs`;
  const figure = (limit: number, what: string, value: number, unit: string) =>
    atMost(limit, { workload, figure: `${name}, ${what}`, value, unit });
  return [
    figure(600, 'first paint', paint ?? 0, 'ms'),
    figure(300, 'main thread', worked * 1_000, 'ms'),
    figure(3_000, 'nodes', after.get('Nodes') ?? 0, ''),
    figure(20, 'heap', (after.get('JSHeapUsedSize') ?? 0) / 1_048_576, 'MB'),
    figure(0.05, 'moved', moved ?? 0, ''),
    ...(act ? [figure(200, 'slowest interaction', slowest ?? 0, 'ms')] : []),
  ];
}

console.log(machine());
const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
const server = await startServer();
const url = server.url('bench');
try {
  const first = { DATABASE_URL: url, PORT: String(await freePort()), BENCH_CWD: folder };
  await (await startService(first)).stop();
  await fill(url, volumeOf(scale, now));
  const dashboard = await Dashboard.start({ more: { DATABASE_URL: url, DISPATCH: 'off' } });
  try {
    const visit = await dashboard.visitAs();
    const figures: Figure[] = [];
    for (const look of LOOKS) figures.push(...(await figuresOf(visit, look)));
    printTable(figures);
  } finally {
    await dashboard.stop();
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}
