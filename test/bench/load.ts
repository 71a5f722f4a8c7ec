import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../src/core/clock.js';
import { loadRange } from '../../src/core/plan/load-range.js';
import { windowsOf, type SpreadInput } from '../../src/core/plan/spread.js';
import { SpreadChoices } from '../../src/core/plan/spread.js';
import { openDatabase } from '../../src/database/open-database.js';
import type { Chores } from '../../src/replica/chores.js';
import { LoadCounts } from '../../src/schedule/load/load-counts.js';
import { PlannedLoadReader } from '../../src/schedule/load/planned-load.reader.js';
import { PlannedSecondsReader } from '../../src/schedule/spread/planned-seconds.reader.js';
import { startServer } from './dashboard/fill.js';
import { ON_MARIADB, ON_SQLITE, type BulkSql } from './dashboard/seed.js';
import { atMost, percentile, type Figure } from './dispatch/figures.js';
import { machine, printTable } from './dispatch/report.js';

/**
 * `npm run bench -- load [mariadb] [sqlite] [scale=1]`: how long it takes to tell the load of an instance with 500,000 planned runs
 * of 1,000 tenancies in 24 hours, the first time and afterwards; and to choose offsets where 500,000 planned runs lie in the window.
 */
const words = process.argv.slice(2);
const scale = Number(words.find((word) => word.startsWith('scale='))?.slice('scale='.length) ?? 1);
const kinds = ['mariadb', 'sqlite'].filter((kind) => words.includes(kind));
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const RUNS = Math.ceil(500_000 * scale);
const TENANCIES = Math.ceil(1_000 * scale);
const REQUESTS = 20;
const ids = Array.from({ length: TENANCIES }, (_, place) => 1_000 + place);

async function measure(kind: string, url: string, sql: BulkSql): Promise<Figure[]> {
  const database = await openDatabase(url);
  const clock = new SystemClock();
  const hour = clock.now() - (clock.now() % HOUR_MS);
  const at = `${hour + HOUR_MS} + (n * 7919 % 86400) * 1000`;
  await database.transaction((tx) =>
    tx.execute(`INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, due_at, created_at, is_reported)
      SELECT ${sql.uuid('3', 'n')}, ${sql.uuid('1', 'n')}, 1000 + n % ${TENANCIES}, 0, 0, ${at}, ${at}, ${hour}, 0
      FROM ${sql.numbers(RUNS)}`),
  );
  const chores = { register: () => undefined } as unknown as Chores;
  const scope = { name: 'instance', tenancyIds: () => ids };
  const counts = new LoadCounts(database, new PlannedLoadReader(), clock, chores);
  const ask = () =>
    counts.get(scope, loadRange({ from: null, to: null, stepMs: null }, clock.now()), 'requests');
  const [first] = await timesOf(1, ask);
  const later = await timesOf(REQUESTS, ask);
  const fresh = await timesOf(REQUESTS, () =>
    new LoadCounts(database, new PlannedLoadReader(), clock, chores).get(
      scope,
      loadRange({ from: hour, to: hour + DAY_MS, stepMs: null }, hour),
      'requests',
    ),
  );
  const reader = new PlannedSecondsReader();
  const choose = (spreadMs: number) => async () => {
    const inputs = Array.from({ length: 500 }, (_, n): SpreadInput => ({
      scheduleId: `s${n}`,
      instants: [hour + HOUR_MS],
      spreadMs,
    }));
    const found = await database.read((tx) => reader.count(tx, ids, windowsOf(inputs, 16)));
    const choices = new SpreadChoices(found);
    for (const input of inputs) choices.choose(input);
  };
  const hours = await timesOf(REQUESTS, choose(HOUR_MS));
  const day = await timesOf(REQUESTS, choose(DAY_MS));
  await database.close();
  const figures = (workload: string, times: readonly number[], limit: number) => [
    atMost(limit, {
      workload: `${kind}: ${workload}`,
      figure: 'median',
      value: rounded(percentile(times, 0.5)),
      unit: 'ms',
    }),
    atMost(limit, {
      workload: `${kind}: ${workload}`,
      figure: 'p95',
      value: rounded(percentile(times, 0.95)),
      unit: 'ms',
    }),
  ];
  return [
    { workload: `${kind}: load, first question`, figure: 'time', value: rounded(first ?? NaN), unit: 'ms' },
    ...figures('load, asked again', later, 100),
    ...figures('load, counted anew each time', fresh, Infinity),
    ...figures('500 offsets within an hour', hours, 200),
    ...figures('500 offsets within a day', day, 200),
  ];
}

const rounded = (ms: number) => Math.round(ms * 10) / 10;

async function timesOf(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < times; n++) {
    const begun = performance.now();
    await work();
    taken.push(performance.now() - begun);
  }
  return taken;
}

const all: Figure[] = [];
if (kinds.includes('sqlite')) {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-load-'));
  all.push(...(await measure('sqlite', `sqlite:${join(folder, 'load.sqlite')}`, ON_SQLITE)));
  rmSync(folder, { recursive: true });
}
if (kinds.includes('mariadb')) {
  const server = await startServer();
  const url = server.url('bench');
  all.push(...(await measure('mariadb', url, ON_MARIADB)));
  await server.stop();
}
console.log(machine());
printTable(all);
