import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { gateFor, numberOf, runRow, storeRuns } from './rows.js';

const NOW = 1_000;

async function claim(tx: Tx, quotas: Readonly<Record<number, number>>, dueUntil = NOW): Promise<number[]> {
  const asked = Object.entries(quotas).map(([id, limit]) => ({ tenancyId: Number(id), limit }));
  return (await tx.dialect.claimDue(tx, asked, dueUntil)).map(numberOf);
}

const marked = (tx: Tx, ids: readonly Buffer[]) =>
  ids.length === 0
    ? Promise.resolve(0)
    : tx.execute(`UPDATE run SET state = 1 WHERE id IN (${ids.map(() => '?').join(',')})`, ids);

describe.each(databaseKinds)('claimDue on $name', (kind) => {
  async function setup(rows: Parameters<typeof storeRuns>[1]) {
    const database = await kind.open();
    await storeRuns(database, rows);
    const claimed = (quotas: Readonly<Record<number, number>>, dueUntil?: number) =>
      database.transaction((tx) => claim(tx, quotas, dueUntil));
    return { database, claimed };
  }

  it('answers what is planned up to the instant, that instant included', async () => {
    const { claimed } = await setup([
      runRow(1, { plannedAt: NOW - 1 }),
      runRow(2, { plannedAt: NOW }),
      runRow(3, { plannedAt: NOW + 1 }),
    ]);
    expect(await claimed({ 1: 10 })).toEqual([1, 2]);
    expect(await claimed({ 1: 10 }, NOW + 1)).toEqual([1, 2, 3]);
  });

  it('goes by when runs are due, not by what they were planned for', async () => {
    const { claimed } = await setup([
      runRow(1, { plannedAt: 10, dueAt: NOW }),
      runRow(2, { plannedAt: 20, dueAt: NOW - 1 }),
      runRow(3, { plannedAt: 30, dueAt: NOW + 1 }),
    ]);
    expect(await claimed({ 1: 10 })).toEqual([2, 1]);
  });

  it('answers planned runs only: no run of any other state', async () => {
    const { claimed } = await setup([
      runRow(1),
      ...(['TRIGGERED', 'ACK_RECVD', 'SUCCESS', 'ERROR', 'TIMEOUT'] as const).map((state, index) =>
        runRow(2 + index, { state }),
      ),
    ]);
    expect(await claimed({ 1: 10 })).toEqual([1]);
  });

  it('answers the oldest runs of a tenancy first, in order', async () => {
    const { claimed } = await setup([
      runRow(1, { plannedAt: 30 }),
      runRow(2, { plannedAt: 10 }),
      runRow(3, { plannedAt: 40 }),
      runRow(4, { plannedAt: 20 }),
    ]);
    expect(await claimed({ 1: 3 })).toEqual([2, 4, 1]);
  });

  it('answers to each tenancy at most its limit, and nothing to those that are not asked for', async () => {
    const rows = [1, 2, 3].flatMap((tenancyId) =>
      [1, 2, 3].map((place) => runRow(tenancyId * 10 + place, { tenancyId, plannedAt: place })),
    );
    const { claimed } = await setup(rows);
    expect((await claimed({ 1: 2, 3: 5 })).sort()).toEqual([11, 12, 31, 32, 33]);
    expect(await claimed({ 4: 5 })).toEqual([]);
    expect(await claimed({})).toEqual([]);
  });

  it('never answers one run to two claimers', async () => {
    const { database } = await setup(Array.from({ length: 200 }, (_, index) => runRow(index + 1)));
    // Where transactions run side by side, nobody goes on before all three have claimed: one cannot take everything.
    const allHaveClaimed = database.dialect.isSerial ? () => Promise.resolve() : gateFor(3);
    const claimer = async () => {
      const mine: number[] = [];
      for (;;) {
        const batch = await database.transaction(async (tx) => {
          const ids = await tx.dialect.claimDue(tx, [{ tenancyId: 1, limit: 7 }], NOW);
          await marked(tx, ids);
          await allHaveClaimed();
          return ids;
        });
        if (batch.length === 0) return mine;
        mine.push(...batch.map(numberOf));
      }
    };
    const shares = await Promise.all([claimer(), claimer(), claimer()]);
    expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(shares.filter((share) => share.length > 0)).toHaveLength(3);
  });
});

describe('two replicas that claim at the same moment on MariaDB', () => {
  async function setup() {
    const url = await mariaDb.createUrl();
    const replicas = [await openDatabase(url), await openDatabase(url)] as const;
    atEndOfFile(() => Promise.all(replicas.map((replica) => replica.close())));
    await storeRuns(
      replicas[0],
      Array.from({ length: 10 }, (_, index) => runRow(index + 1)),
    );
    return replicas;
  }

  /** Lets both replicas look before either marks what it found: the moment in which a run can be claimed twice. */
  function race(replicas: readonly Database[], look: (tx: Tx) => Promise<Buffer[]>) {
    const bothHaveLooked = gateFor(replicas.length);
    return Promise.all(
      replicas.map((replica) =>
        replica.transaction(async (tx) => {
          const found = await look(tx);
          await bothHaveLooked();
          await marked(tx, found);
          return found.map(numberOf);
        }),
      ),
    );
  }

  it('would both take the same runs where the claim did not lock them', async () => {
    const unlocked = async (tx: Tx) => {
      const sql = 'SELECT id FROM run WHERE state = 0 ORDER BY due_at LIMIT 4';
      return (await tx.query<{ id: Buffer }>(sql)).map(({ id }) => id);
    };
    expect(await race(await setup(), unlocked)).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
  });

  it('take different runs, and neither waits for the other', async () => {
    const shares = await race(await setup(), (tx) =>
      tx.dialect.claimDue(tx, [{ tenancyId: 1, limit: 4 }], NOW),
    );
    // Which of them takes which run depends on who is faster at each row.
    expect(shares.map((share) => share.length)).toEqual([4, 4]);
    expect(new Set(shares.flat()).size).toBe(8);
  });

  it('take different runs of many tenancies in one statement', async () => {
    const replicas = await setup();
    await storeRuns(
      replicas[0],
      Array.from({ length: 10 }, (_, index) => runRow(101 + index, { tenancyId: 2 })),
    );
    const quotas = [1, 2].map((tenancyId) => ({ tenancyId, limit: 3 }));
    const shares = await race(replicas, (tx) => tx.dialect.claimDue(tx, quotas, NOW));
    expect(new Set(shares.flat()).size).toBe(12);
  });

  it('give back what they claimed when their transaction fails', async () => {
    const [first, second] = await setup();
    const failing = first.transaction(async (tx) => {
      await claim(tx, { 1: 10 });
      throw new Error('the replica stumbles');
    });
    await expect(failing).rejects.toThrow('stumbles');
    expect(await second.transaction((tx) => claim(tx, { 1: 10 }))).toHaveLength(10);
  });
});
