import { jest } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { openDatabase } from '../../src/database/open-database.js';
import { mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { PrivateMariaDb } from '../support/mariadb/private-mariadb.js';
import { gateFor, runRow, storedRuns, storeRuns, uuidBytes } from './rows.js';

async function setup() {
  const url = await mariaDb.createUrl();
  const database = await openDatabase(url);
  const admin = await createConnection({ uri: url });
  atEndOfFile(async () => {
    await database.close();
    await admin.end();
  });
  /** Cuts a connection from the server's side and waits until the server has let it go. */
  const kill = async (id: number) => {
    await admin.query(`KILL ${id}`);
    const isThere = async () => {
      const [rows] = await admin.query('SELECT id FROM information_schema.processlist WHERE id = ?', [id]);
      return (rows as unknown[]).length > 0;
    };
    while (await isThere());
  };
  return { database, kill };
}

async function connectionOf(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ id: number }>('SELECT CONNECTION_ID() AS id');
  return Number(row?.id);
}

const raise = (tx: Tx, number: number) =>
  tx.execute('UPDATE run SET tenancy_id = tenancy_id + 1 WHERE id = ?', [uuidBytes(number)]);

async function tenancies(database: Database): Promise<number[]> {
  const rows = await database.read((tx) => tx.manager.find(RunRow, { order: { id: 'ASC' } }));
  return rows.map((row) => row.tenancyId);
}

describe('two transactions that wait for each other', () => {
  it('both succeed, because the one that the database gives up is run again', async () => {
    const { database } = await setup();
    await storeRuns(database, [runRow(1), runRow(2)]);
    const bothHold = gateFor(2);
    let attempts = 0;
    const one = (first: number, second: number) =>
      database.transaction(async (tx) => {
        attempts++;
        await raise(tx, first);
        await bothHold();
        await raise(tx, second);
      });
    await Promise.all([one(1, 2), one(2, 1)]);
    expect(attempts).toBe(3);
    expect(await tenancies(database)).toEqual([3, 3]);
  });
});

describe('a connection that is cut', () => {
  it('in the middle of a transaction makes it run again, and its effect comes once', async () => {
    const { database, kill } = await setup();
    let attempts = 0;
    await database.transaction(async (tx) => {
      await tx.manager.insert(RunRow, runRow(1));
      if (++attempts === 1) await kill(await connectionOf(tx));
      await tx.manager.insert(RunRow, runRow(2));
    });
    expect(attempts).toBe(2);
    expect(await storedRuns(database)).toEqual([1, 2]);
  });

  it('while a statement runs makes the transaction run again', async () => {
    const { database, kill } = await setup();
    let attempts = 0;
    const answer = await database.transaction(async (tx) => {
      if (++attempts > 1) return 'done';
      const id = await connectionOf(tx);
      const sleeping = tx.query('SELECT SLEEP(60)');
      await Promise.all([sleeping, kill(id)]);
      return 'not cut';
    });
    expect(answer).toBe('done');
  });

  it('before the commit is told, and the work is not run again: it may have happened', async () => {
    const { database, kill } = await setup();
    let attempts = 0;
    const work = database.transaction(async (tx) => {
      attempts++;
      await tx.manager.insert(RunRow, runRow(1));
      await kill(await connectionOf(tx));
    });
    await expect(work).rejects.toThrow();
    expect(attempts).toBe(1);
    expect(await storedRuns(database)).toEqual([]);
  });

  it('while it is idle is not noticed by the work that comes next', async () => {
    const { database, kill } = await setup();
    const ids = await Promise.all([database.read(connectionOf), database.read(connectionOf)]);
    for (const id of ids) await kill(id);
    await database.transaction((tx) => tx.manager.insert(RunRow, runRow(1)));
    expect(await storedRuns(database)).toEqual([1]);
  });
});

describe('a commit that a cluster refuses, because another node changed the same rows', () => {
  it('is told as a deadlock, and the work is run again', async () => {
    const { database } = await setup();
    let attempts = 0;
    await database.transaction(async (tx) => {
      attempts++;
      await tx.manager.insert(RunRow, runRow(1));
      const runner = tx.manager.queryRunner;
      if (attempts > 1 || !runner) return;
      // What the nodes of a Galera cluster answer is all that is played here: the work is gone, and why.
      jest.spyOn(runner, 'commitTransaction').mockImplementationOnce(async () => {
        await runner.rollbackTransaction();
        throw Object.assign(new Error('Deadlock found'), { code: 'ER_LOCK_DEADLOCK' });
      });
    });
    expect(attempts).toBe(2);
    expect(await storedRuns(database)).toEqual([1]);
  });
});

describe('a node of a cluster that has lost the others', () => {
  /** Refuses every statement of a runner, as such a node does: the transaction stays open on its connection. */
  const refuse = (tx: Tx) => {
    const { queryRunner } = tx.manager;
    if (!queryRunner) throw new Error('There is no runner.');
    jest.spyOn(queryRunner, 'query').mockImplementation(async () => {
      throw Object.assign(new Error('WSREP has not yet prepared node'), { code: 'ER_UNKNOWN_COM_ERROR' });
    });
  };

  it.each([
    ['refuses the COMMIT', async () => undefined],
    ['refuses a statement', (tx: Tx) => tx.query('SELECT 1')],
  ])('%s: the work is run again, and its effect comes once', async (_says, more) => {
    const { database } = await setup();
    let attempts = 0;
    await database.transaction(async (tx) => {
      await tx.manager.insert(RunRow, runRow(++attempts));
      if (attempts > 1) return;
      refuse(tx);
      await more(tx);
    });
    expect(attempts).toBe(2);
    expect(await storedRuns(database)).toEqual([2]);
  });

  it('does not commit with the next transaction what it would neither commit nor roll back', async () => {
    const { database } = await setup();
    const given = database.transaction(async (tx) => {
      await tx.manager.insert(RunRow, runRow(1));
      refuse(tx);
      throw new Error('the reason');
    });
    await expect(given).rejects.toThrow('the reason');
    // Each connection of the pool begins a transaction, which commits what is still open on it.
    const atOnce = gateFor(10);
    await Promise.all(Array.from({ length: 10 }, () => database.transaction(() => atOnce())));
    expect(await storedRuns(database)).toEqual([]);
  });

  it('is told as an outage where it does not find them again', async () => {
    const { database } = await setup();
    const work = database.transaction(async (tx) => {
      refuse(tx);
      await tx.query('SELECT 1');
    });
    await expect(work).rejects.toThrow('The node of the database has lost the others of its cluster.');
  });
});

describe('work that never ends', () => {
  afterEach(() => void jest.useRealTimers());

  it('is given up after 30 s, is not run again, and leaves the database in use', async () => {
    const { database } = await setup();
    await database.read((tx) => tx.query('SELECT 1'));
    jest.useFakeTimers({ now: 0, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    let attempts = 0;
    let began: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (began = resolve));
    const stalled = database.transaction(async (tx) => {
      attempts++;
      const sleeping = tx.query('SELECT SLEEP(60)');
      began();
      await sleeping;
    });
    const ending = expect(stalled).rejects.toThrow('given up after 30 s');
    await hasBegun;
    jest.advanceTimersByTime(30_000);
    jest.useRealTimers();
    await ending;
    expect(attempts).toBe(1);
    await storeRuns(database, [runRow(1)]);
    expect(await storedRuns(database)).toEqual([1]);
  });
});

describe('a server that is gone', () => {
  it('fails the work that needs it, and serves the next once it is back with all that was committed', async () => {
    const server = await PrivateMariaDb.start();
    atEndOfFile(() => server.stop());
    const admin = await createConnection({ uri: server.url() });
    await admin.query('CREATE DATABASE here');
    await admin.end();
    const database = await openDatabase(server.url('here'));
    atEndOfFile(() => database.close());
    await storeRuns(database, [runRow(1)]);
    await server.kill();
    const away = expect.objectContaining({
      code: 'unavailable',
      message: expect.stringMatching(/^The database does not answer/),
    });
    await expect(storedRuns(database)).rejects.toEqual(away);
    expect(database.trouble).toMatch(/^The database does not answer/);
    await server.restart();
    await storeRuns(database, [runRow(2)]);
    expect(database.trouble).toBeNull();
    expect(await storedRuns(database)).toEqual([1, 2]);
  });
});
