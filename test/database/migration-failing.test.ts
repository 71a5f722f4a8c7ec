import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { migrateKilled, migrationFiles, migrationSource } from '../support/migrations.js';
import { numberOf, runCells, uuidBytes } from './rows.js';

/** The last migration before failing schedules were noted as runs end. */
const BEFORE = 40;
const [SCHEDULED, SUCCESS, ERROR, TIMEOUT] = [0, 4, 5, 8];
/** The states of the runs of each schedule, one after the other. */
const HISTORIES: readonly (readonly number[])[] = [
  [SUCCESS, ERROR, TIMEOUT, SCHEDULED],
  [ERROR, SUCCESS, SCHEDULED],
  [ERROR, ERROR],
  [SCHEDULED],
  [],
];

describe.each(databaseKinds)('the failing schedules of the time before they were noted, on $name', (kind) => {
  async function setup() {
    const url = await kind.createUrl();
    const source = await migrationSource(url, BEFORE);
    await source.runMigrations({ transaction: 'each' });
    const insert = (table: string, row: Record<string, unknown>) =>
      source.query(
        `INSERT INTO ${table} (${Object.keys(row).join(',')}) VALUES (${Object.keys(row)
          .map(() => '?')
          .join(',')})`,
        Object.values(row),
      );
    let made = 0;
    for (const [place, history] of HISTORIES.entries()) {
      const id = uuidBytes(place + 1);
      await insert('schedule', {
        ...{ id, job_id: 70 + place, instance_id: 7, tenancy_id: 3, kind: 0, expression: '', active: 1 },
        ...{ description: '', timed_at: 0, created_at: 0, modified_at: 0 },
      });
      for (const [at, state] of history.entries()) {
        const change = { schedule_id: id, tenancy_id: 3, state, planned_at: at * 1_000, due_at: at * 1_000 };
        const ended = state === SCHEDULED ? {} : { completed_at: at * 1_000 + 5 };
        await insert('run', runCells((made += 1), { ...change, ...ended }));
      }
    }
    return { url, source };
  }

  const stored = async (url: string) => {
    const database = await openDatabase(url);
    atEndOfFile(() => database.close());
    const rows = await database.read((tx) =>
      tx.query<Record<string, number> & { id: Buffer; run_id: Buffer }>(
        'SELECT * FROM failing_schedule ORDER BY id',
      ),
    );
    return rows.map(({ id, run_id: runId, ...row }) => ({
      ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])),
      ...{ id: numberOf(id), run_id: numberOf(runId) },
    }));
  };
  const row = { instance_id: 7, tenancy_id: 3, standing: 0 };
  const expected = [
    {
      ...{ ...row, id: 1, job_id: 70, planned_at: 2_000, last_at: 2_005, run_id: 3 },
      ...{ since_at: 1_005, since_planned_at: 1_000, times: 2 },
    },
    {
      ...{ ...row, id: 3, job_id: 72, planned_at: 1_000, last_at: 1_005, run_id: 9 },
      ...{ since_at: 5, since_planned_at: 0, times: 2 },
    },
  ];

  it('are those whose newest ended run is no success', async () => {
    const { url, source } = await setup();
    await source.destroy();
    expect(await stored(url)).toEqual(expected);
  });

  it('are noted once where starts are killed on the way', async () => {
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
