import { latenessStep } from '../../src/core/lateness.js';
import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { migrateKilled, migrationFiles, migrationSource } from '../support/migrations.js';
import { runCells, uuidBytes } from './rows.js';

/** The last migration before usage was counted as runs end. */
const BEFORE = 32;
const DAY_MS = 86_400_000;
const DAY = 20_000 * DAY_MS;
const [SCHEDULED, SUCCESS, ERROR] = [0, 4, 5];
const LATE = [0, 25, 5_470, 61_000, 599_999, 2 * 3_600_000 + 5, 3 * DAY_MS];

describe.each(databaseKinds)('usage of the time before it was counted, on $name', (kind) => {
  async function setup() {
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
    await insert('tenancy', {
      id: 1,
      instance_id: 7,
      tenant_id: uuidBytes(1),
      is_provider: 0,
      created_at: 0,
    });
    await insert('tenancy', {
      id: 2,
      instance_id: 7,
      tenant_id: uuidBytes(2),
      is_provider: 0,
      created_at: 0,
    });
    let made = 0;
    const run = (change: Record<string, number>) => insert('run', runCells((made += 1), change));
    for (const late of LATE) {
      const due = DAY + made * 1_000;
      await run({ state: SUCCESS, planned_at: due, due_at: due, executed_at: due + late });
    }
    await run({ state: ERROR, due_at: DAY - 1 });
    await run({ state: SCHEDULED, due_at: DAY });
    // Of a tenancy that is gone.
    await run({ state: SUCCESS, tenancy_id: 99, due_at: DAY });
    await insert('log_bytes', { tenancy_id: 2, day: DAY, bytes: 5 });
    return { url, source };
  }

  const stored = async (url: string) => {
    const database = await openDatabase(url);
    atEndOfFile(() => database.close());
    const rows = (sql: string) => database.read((tx) => tx.query<object>(sql));
    const numbers = (found: object[]) => found.map((row) => Object.values(row).map(Number));
    return {
      days: numbers(
        await rows(
          'SELECT tenancy_id, day, instance_id, runs, failures FROM usage_day ORDER BY tenancy_id, day',
        ),
      ),
      late: numbers(await rows('SELECT tenancy_id, day, late, calls FROM usage_late ORDER BY late')),
    };
  };
  const expected = {
    days: [
      [1, DAY - DAY_MS, 7, 1, 1],
      [1, DAY, 7, LATE.length, 0],
      [2, DAY, 7, 0, 0],
    ],
    late: LATE.map((late) => [1, DAY, latenessStep(late), 1]),
  };

  it('is that of the runs that are kept', async () => {
    const { url, source } = await setup();
    await source.destroy();
    expect(await stored(url)).toEqual(expected);
  });

  it('is the same where the migration was killed after whichever statement', async () => {
    const { url, source } = await setup();
    await source.destroy();
    const present = await migrationSource(url);
    expect(await migrateKilled(present)).toBeGreaterThan(
      migrationFiles().length - migrationFiles(BEFORE).length,
    );
    await present.destroy();
    expect(await stored(url)).toEqual(expected);
  });
});
