import { latenessStepOf } from '../../src/core/lateness-steps.js';
import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { migrationSource } from '../support/migrations.js';
import { uuidBytes } from './rows.js';

/** The last migration before the counts of calls. */
const BEFORE = 42;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NOW = 1_000 * HOUR_MS;

/** Runs by when they were due before now, how late they were called (null: they were not), and their state. */
const RUNS: readonly (readonly [ago: number, late: number | null, state: number])[] = [
  [0, 0, 4],
  [0, 3, 5],
  [MINUTE_MS, -2, 4],
  [MINUTE_MS, 700_000, 7],
  [2 * MINUTE_MS, 500, 2],
  [3 * MINUTE_MS, null, 5],
  [4 * MINUTE_MS, null, 0],
  [5 * HOUR_MS, 60_000, 8],
];

describe.each(databaseKinds)('a database from before the counts of calls on $name', (kind) => {
  it('begins with the calls that are kept, by the minute those of the last two hours', async () => {
    const url = await kind.createEmptyUrl();
    const source = await migrationSource(url, BEFORE);
    await source.runMigrations({ transaction: 'each' });
    const insert = (table: string, row: Record<string, unknown>) =>
      source.query(
        `INSERT INTO ${table} (${Object.keys(row).join(',')}) VALUES (${Object.keys(row)
          .map(() => '?')
          .join(',')})`,
        Object.values(row),
      );
    await insert('tenant', { id: uuidBytes(1), subdomain: 'acme', created_at: 1 });
    await insert('tenancy', {
      id: 5,
      instance_id: 3,
      tenant_id: uuidBytes(1),
      is_provider: 0,
      created_at: 1,
    });
    await insert('heartbeat', { id: 1, beat_at: NOW });
    for (const [n, [ago, late, state]] of RUNS.entries()) {
      const due = NOW - ago;
      const run = { id: uuidBytes(n + 1), schedule_id: uuidBytes(n + 1), tenancy_id: 5, origin: 0, state };
      const times = { planned_at: due, due_at: due, created_at: due, is_reported: 0 };
      await insert('run', { ...run, ...times, executed_at: late === null ? null : due + late });
    }
    // Of a tenancy that is gone.
    const gone = { id: uuidBytes(90), schedule_id: uuidBytes(90), tenancy_id: 9, origin: 0, state: 4 };
    await insert('run', {
      ...gone,
      planned_at: NOW,
      due_at: NOW,
      created_at: NOW,
      is_reported: 0,
      executed_at: NOW,
    });
    await source.destroy();
    const database = await openDatabase(url);
    atEndOfFile(() => database.close());

    const told = async (table: string, by: string) => {
      const rows = await database.read((tx) =>
        tx.query<Record<string, number>>(`SELECT * FROM ${table} ORDER BY ${by}`),
      );
      return rows.map((row) => ({
        ...{
          at: Number(row[by]) - NOW,
          instance: row['instance_id'],
          ...(row['tenancy_id'] && { tenancy: row['tenancy_id'] }),
        },
        ends: [row['calls'], row['failures'], row['unknowns']],
        steps: Array.from({ length: 16 }, (_, step) => step).filter(
          (step) => Number(row[`late_${step}`]) > 0,
        ),
      }));
    };
    const steps = (...late: number[]) => late.map(latenessStepOf).sort((a, b) => a - b);
    expect(await told('run_minute', 'minute')).toEqual([
      { at: -2 * MINUTE_MS, instance: 3, ends: [1, 0, 0], steps: steps(500) },
      { at: -MINUTE_MS, instance: 3, ends: [2, 0, 1], steps: steps(-2, 700_000) },
      { at: 0, instance: 3, ends: [2, 1, 0], steps: steps(0, 3) },
    ]);
    expect(await told('run_hour', 'hour')).toEqual([
      { at: -5 * HOUR_MS, instance: 3, tenancy: 5, ends: [1, 1, 0], steps: steps(60_000) },
      { at: -HOUR_MS, instance: 3, tenancy: 5, ends: [3, 0, 1], steps: steps(-2, 700_000, 500) },
      { at: 0, instance: 3, tenancy: 5, ends: [2, 1, 0], steps: steps(0, 3) },
    ]);
  });
});
