import { createConnection } from 'mysql2/promise';
import type { DataSource, QueryRunner } from 'typeorm';
import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
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

/** Migrates, and looks before and after a statement that begins so, within its transaction. */
async function migrateAnd(
  source: DataSource,
  begin: string,
  look: (runner: QueryRunner) => Promise<unknown>,
) {
  const create = source.createQueryRunner.bind(source);
  source.createQueryRunner = (...mode) => {
    const runner = create(...mode);
    const query = async (...[sql, ...rest]: Parameters<QueryRunner['query']>): Promise<unknown> => {
      const isMeant = sql.startsWith(begin);
      if (isMeant) await look(runner);
      const answer: unknown = await runner.query(sql, ...rest);
      if (isMeant) await look(runner);
      return answer;
    };
    return new Proxy(runner, {
      get: (target, name) => (name === 'query' ? query : (Reflect.get(target, name, target) as unknown)),
    });
  };
  await source.runMigrations({ transaction: 'each' });
}

const INSERTS = 'INSERT INTO failing_schedule';
/** So many runs of one schedule have ended. */
const MANY = 3_000;

describe('the migration of failing schedules on mariadb', () => {
  async function setup() {
    const url = await mariaDb.createEmptyUrl();
    await (await migrationSource(url, BEFORE)).runMigrations({ transaction: 'each' });
    const admin = await createConnection({ uri: url });
    atEndOfFile(() => admin.end());
    await admin.query(
      `INSERT INTO schedule (id, job_id, instance_id, tenancy_id, kind, expression, active, description, timed_at, created_at,
         modified_at) VALUES (?, 70, 7, 3, 0, '', 1, '', 0, 0, 0)`,
      [uuidBytes(1)],
    );
    const runs = Array.from({ length: MANY }, (_, n) => {
      const times = { planned_at: n, due_at: n, completed_at: n };
      return Object.values(
        runCells(n + 1, {
          ...{ schedule_id: uuidBytes(1), tenancy_id: 3, state: n < MANY - 2 ? SUCCESS : ERROR, ...times },
        }),
      );
    });
    const columns = [...Object.keys(runCells(1)), 'completed_at'];
    await admin.query(`INSERT INTO run (${columns.join(',')}) VALUES ?`, [runs]);
    return { admin, source: await migrationSource(url) };
  }

  it('locks no run that it reads: replicas of the former version go on meanwhile', async () => {
    const { admin, source } = await setup();
    let free = 0;
    await migrateAnd(source, INSERTS, async () => {
      const [rows] = await admin.query('SELECT id FROM run WHERE schedule_id = ? FOR UPDATE NOWAIT', [
        uuidBytes(1),
      ]);
      free = (rows as unknown[]).length;
    });
    expect(free).toBe(MANY);
  });

  it('looks at the newest runs of a schedule, and not at all of them', async () => {
    const { source } = await setup();
    const read: number[] = [];
    await migrateAnd(source, INSERTS, async (runner) => {
      const rows = (await runner.query("SHOW SESSION STATUS LIKE 'Handler_read%'")) as { Value: string }[];
      read.push(rows.reduce((sum, { Value }) => sum + Number(Value), 0));
    });
    const [before = 0, after = 0] = read;
    expect(after - before).toBeGreaterThan(0);
    expect(after - before).toBeLessThan(MANY / 3);
  });
});
