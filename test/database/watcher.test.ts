import { createConnection } from 'mysql2/promise';
import type { RepeatReason } from '../../src/database/database-watcher.js';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open-database.js';
import type { Tx } from '../../src/database/tx.js';
import { DatabaseMetrics } from '../../src/health/database-metrics.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { countsOf, samplesIn } from '../support/samples.js';
import { gateFor, runRow, storeRuns, uuidBytes } from './rows.js';

function watching(database: Database) {
  const seen = { waits: 0, repeats: [] as RepeatReason[] };
  database.watch({
    onWaited: () => seen.waits++,
    onRepeated: (reason) => seen.repeats.push(reason),
  });
  return seen;
}

const raise = (tx: Tx, number: number) =>
  tx.execute('UPDATE run SET tenancy_id = tenancy_id + 1 WHERE id = ?', [uuidBytes(number)]);

describe.each(databaseKinds)('The work of a database on $name', (kind) => {
  it('is told once for each piece, and waits while no connection is free', async () => {
    const database = await kind.open();
    const seen = watching(database);
    const { mostRequests } = database.dialect;
    await database.read((tx) => tx.query('SELECT 1'));
    expect(seen).toEqual({ waits: 1, repeats: [] });
    const allAreIn = gateFor(mostRequests + 1);
    const mayEnd = gateFor(mostRequests + 1);
    const held = Array.from({ length: mostRequests }, () =>
      database.read(async () => {
        await allAreIn();
        await mayEnd();
      }),
    );
    await allAreIn();
    expect(database.load).toMatchObject({ used: mostRequests, waiting: 0 });
    const more = [1, 2, 3].map(() => database.transaction((tx) => tx.query('SELECT 1')));
    expect(database.load).toMatchObject({ used: mostRequests, waiting: 3 });
    expect(seen.waits).toBe(1 + mostRequests);
    await Promise.all([mayEnd(), ...held, ...more]);
    expect(seen.waits).toBe(1 + mostRequests + 3);
    const { used, idle, waiting } = database.load;
    expect([used, waiting]).toEqual([0, 0]);
    expect(idle).toBeGreaterThan(0);
  });
});

describe('Work that is run again', () => {
  it('is told as a deadlock where it waited for others in a circle', async () => {
    const database = await mariaDb.open();
    await storeRuns(database, [runRow(1), runRow(2)]);
    const seen = watching(database);
    const bothHold = gateFor(2);
    const one = (first: number, second: number) =>
      database.transaction(async (tx) => {
        await raise(tx, first);
        await bothHold();
        await raise(tx, second);
      });
    await Promise.all([one(1, 2), one(2, 1)]);
    expect(seen).toEqual({ waits: 3, repeats: ['deadlock'] });
  });

  it('is told as lost where its connection was cut', async () => {
    const url = await mariaDb.createUrl();
    const database = await openDatabase(url);
    atEndOfFile(() => database.close());
    const admin = await createConnection({ uri: url });
    atEndOfFile(() => admin.end());
    const seen = watching(database);
    let tries = 0;
    await database.transaction(async (tx) => {
      const [row] = await tx.query<{ id: number }>('SELECT CONNECTION_ID() AS id');
      if (++tries === 1) await admin.query(`KILL ${row?.id}`);
      await tx.manager.insert('run', runRow(1));
    });
    expect(seen).toEqual({ waits: 2, repeats: ['lost'] });
  });

  it('is told as commit where the database undid it there, and is in the metrics', async () => {
    const database = await mariaDb.open();
    const metrics = new Metrics();
    new DatabaseMetrics(metrics, database);
    let tries = 0;
    await database.transaction(async (tx) => {
      await tx.manager.insert('run', runRow(1));
      // As a node of a cluster does that finds a conflict with another: this runner is of this attempt alone.
      const refuse = () => Promise.reject(Object.assign(new Error('conflict'), { code: 'ER_LOCK_DEADLOCK' }));
      if (++tries === 1) Object.assign(tx.manager.queryRunner ?? {}, { commitTransaction: refuse });
    });
    expect(tries).toBe(2);
    const samples = await samplesIn(metrics);
    expect(countsOf(samples, 'carillon_database_repeats_total')).toEqual({ '{reason="commit"}': 1 });
    expect(samples.get('carillon_database_repeats_total{reason="lost"}')).toBe(0);
    expect(samples.get('carillon_database_wait_seconds_count')).toBe(2);
    expect(samples.get('carillon_database_connections{state="used"}')).toBe(0);
    expect(samples.get('carillon_database_connections{state="idle"}')).toBeGreaterThan(0);
    expect(samples.get('carillon_database_waiting')).toBe(0);
  });
});
