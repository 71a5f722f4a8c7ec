import { Dashboard } from '../web/support/dashboard.js';
import { COUNTED, setTheStage } from '../web/support/scenes.js';
import type { Visit } from '../web/support/visit.js';

/**
 * `npm run bench -- dashboard`: how soon the home page shows something, and how much of it moves afterwards, with an empty
 * cache on a fast line and on a slow one. The service, the browser and the database share the machine.
 */
const LINES = [
  { name: 'fast', bitsPerSecond: -1, latencyMs: 0, limitMs: 600 },
  { name: '1.6 Mbit/s, 150 ms', bitsPerSecond: 1_600_000, latencyMs: 150, limitMs: 1_200 },
] as const;
const TIMES = 5;
const BITS = 8;

/** What the browser itself has noted, once the first line has stood for a moment. */
const MEASURED = `new Promise((done) => {
  let shift = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) shift += each.value; })
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done({
    paintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    shift,
  }), 100);
})`;

interface Measured {
  readonly paintMs: number;
  readonly shift: number;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function measure(
  visit: Visit,
  { bitsPerSecond, latencyMs }: (typeof LINES)[number],
): Promise<Measured> {
  const page = await visit.page.context().newPage();
  const line = await page.context().newCDPSession(page);
  const throughput = bitsPerSecond < 0 ? -1 : bitsPerSecond / BITS;
  await line.send('Network.enable');
  await line.send('Network.setCacheDisabled', { cacheDisabled: true });
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
  await page.goto(`${visit.origin}/dashboard/`);
  await page.getByRole('heading', { level: 1 }).filter({ hasText: COUNTED }).waitFor();
  const { result } = await line.send('Runtime.evaluate', {
    expression: MEASURED,
    awaitPromise: true,
    returnByValue: true,
  });
  await page.close();
  return result.value as Measured;
}

const dashboard = await Dashboard.start();
try {
  await setTheStage(dashboard);
  const visit = await dashboard.visitAs();
  for (const line of LINES) {
    const all: Measured[] = [];
    for (let time = 0; time < TIMES; time += 1) all.push(await measure(visit, line));
    const paintMs = Math.round(median(all.map((each) => each.paintMs)));
    const shift = Math.max(...all.map((each) => each.shift)).toFixed(3);
    console.log(
      `${line.name}: first paint ${paintMs} ms (limit ${line.limitMs}), moved ${shift} (limit 0.05)`,
    );
  }
} finally {
  await dashboard.stop();
}
