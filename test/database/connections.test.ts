import { createConnection } from 'mysql2/promise';
import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { openDatabase } from '../../src/database/open-database.js';
import { mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { gateFor, runRow, storedRuns, storeRuns, uuidBytes } from './rows.js';

/** The shortest limits that there are: upkeep is given up after 1 s, a silent connection is ended after 2 s. */
const LEASE_MS = 2_000;

async function setup() {
  const url = await mariaDb.createUrl();
  const database = await openDatabase(url, { leaseMs: LEASE_MS });
  atEndOfFile(() => database.close());
  return { url, database };
}

async function connectionOf(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ id: number }>('SELECT CONNECTION_ID() AS id');
  return Number(row?.id);
}

/** Returns the connections that so many pieces of work have at the same time. */
async function connectionsOf(database: Database, count: number): Promise<number[]> {
  const allAreHere = gateFor(count);
  return Promise.all(
    Array.from({ length: count }, () =>
      database.read(async (tx) => {
        const id = await connectionOf(tx);
        await allAreHere();
        return id;
      }),
    ),
  );
}

describe('requests that all wait for one lock', () => {
  it('leave connections for upkeep, and all go on once it is free', async () => {
    const { url, database } = await setup();
    await storeRuns(database, [runRow(1)]);
    const other = await createConnection({ uri: url });
    atEndOfFile(() => other.destroy());
    await other.beginTransaction();
    await other.query('SELECT id FROM run WHERE id = ? FOR UPDATE', [uuidBytes(1)]);
    const requests = Array.from({ length: 3 * database.dialect.mostRequests }, () =>
      database.transaction((tx) => tx.execute('UPDATE run SET tenancy_id = tenancy_id + 1')),
    );
    const isWaiting = async () => {
      const [rows] = await other.query(
        "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'UPDATE run%'",
      );
      return (rows as { n: number }[])[0]?.n === database.dialect.mostRequests;
    };
    while (!(await isWaiting()));
    await database.transaction((tx) => tx.manager.insert('run', runRow(2)), 'upkeep');
    await other.commit();
    await Promise.all(requests);
    expect(await storedRuns(database)).toEqual([1, 2]);
  });
});

describe('a connection that brings no answer', () => {
  it('is given up within the lease, and those that rest are replaced: they have perhaps the same fate', async () => {
    const { database } = await setup();
    const before = await connectionsOf(database, 3);
    expect(await connectionsOf(database, 3)).toEqual(expect.arrayContaining(before));
    const hanging = database.read((tx) => tx.query('SELECT SLEEP(60)'), 'upkeep');
    const given = { code: 'unavailable', message: expect.stringContaining('given up after 1 s') };
    await expect(hanging).rejects.toMatchObject(given);
    const after = await connectionsOf(database, 3);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
  });
});

describe('a transaction whose process stands still', () => {
  it('is rolled back by the server before long, so that others get what it had locked', async () => {
    const { database } = await setup();
    await storeRuns(database, [runRow(1)]);
    let go: () => void = () => undefined;
    const frozen = new Promise<void>((resolve) => (go = resolve));
    atEndOfFile(() => go());
    let attempts = 0;
    const hasLocked = gateFor(2);
    const first = database.transaction(async (tx) => {
      attempts++;
      await tx.execute('UPDATE run SET tenancy_id = 7');
      await hasLocked();
      if (attempts === 1) await frozen;
    });
    await hasLocked();
    await database.transaction((tx) => tx.execute('UPDATE run SET tenancy_id = tenancy_id + 100'));
    go();
    await expect(first).rejects.toMatchObject({ code: 'unavailable' });
    const [row] = await database.read((tx) => tx.query<{ n: number }>('SELECT tenancy_id AS n FROM run'));
    expect(row?.n).toBe(101);
  });
});
