import { DataSource } from 'typeorm';
import { RunRow } from '../../src/database/entities/run.row.js';
import { dialectFor, openDatabase } from '../../src/database/open-database.js';
import { databaseKinds, sqlite } from '../support/databases.js';
import { runRow, storedRuns, uuidBytes } from './rows.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe.each(databaseKinds)('a transaction on $name', (kind) => {
  const setup = () => kind.open();

  it('stores what its work wrote and answers what its work answers', async () => {
    const database = await setup();
    const answer = await database.transaction(async (tx) => {
      await tx.manager.insert(RunRow, runRow(1));
      return 'done';
    });
    expect(answer).toBe('done');
    expect(await storedRuns(database)).toEqual([1]);
  });

  it('stores nothing where its work fails, and throws what the work threw', async () => {
    const database = await setup();
    const failing = database.transaction(async (tx) => {
      await tx.manager.insert(RunRow, runRow(1));
      throw new Error('the reason');
    });
    await expect(failing).rejects.toThrow('the reason');
    expect(await storedRuns(database)).toEqual([]);
  });

  it('stores nothing where a statement fails, and goes on with the next transaction', async () => {
    const database = await setup();
    const failing = database.transaction(async (tx) => {
      await tx.manager.insert(RunRow, runRow(1));
      await tx.query('SELECT * FROM no_such_table');
    });
    await expect(failing).rejects.toThrow(/no_such_table/);
    await database.transaction((tx) => tx.manager.insert(RunRow, runRow(2)));
    expect(await storedRuns(database)).toEqual([2]);
  });

  it('counts the rows that a statement matched, changed or not', async () => {
    const database = await setup();
    await database.transaction((tx) => tx.manager.insert(RunRow, [runRow(1), runRow(2)]));
    const matched = await database.transaction(async (tx) => [
      await tx.execute('UPDATE run SET tenancy_id = 1 WHERE id = ?', [uuidBytes(1)]),
      await tx.execute('UPDATE run SET tenancy_id = 5'),
      await tx.execute('DELETE FROM run WHERE tenancy_id = ?', [7]),
      await tx.execute('DELETE FROM run'),
    ]);
    expect(matched).toEqual([1, 2, 0, 2]);
  });

  it.each(['transaction', 'read'] as const)('refuses a %s inside it at once', async (inner) => {
    const database = await setup();
    const nested = database.transaction(() => database[inner](async () => 1));
    await expect(nested).rejects.toThrow(/opened inside database work: pass the Tx on/);
    const nestedInRead = database.read(() => database[inner](async () => 1));
    await expect(nestedInRead).rejects.toThrow(/opened inside database work/);
  });

  it('may follow another one, and run beside it', async () => {
    const database = await setup();
    const one = (number: number) =>
      database.transaction((tx) => tx.manager.insert(RunRow, runRow(number)).then(() => number));
    const first = await one(1);
    expect([first, ...(await Promise.all([one(2), one(3)]))]).toEqual([1, 2, 3]);
    expect(await storedRuns(database)).toEqual([1, 2, 3]);
  });

  it('keeps what it reported as stored, whatever its neighbours do', async () => {
    const database = await setup();
    const one = (number: number) =>
      database.transaction(async (tx) => {
        await tx.manager.insert(RunRow, runRow(number));
        for (let turns = number % 4; turns > 0; turns--) await turn();
        if (number % 3 === 0) throw new Error('refused');
      });
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => one(index + 1)));
    const reported = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []));
    expect(reported).toHaveLength(40);
    expect(await storedRuns(database)).toEqual(reported);
  });
});

describe.each(databaseKinds)('closing the database on $name', (kind) => {
  it('lets the work under way end, and refuses what comes later', async () => {
    const url = await kind.createUrl();
    const database = await openDatabase(url);
    let end: () => void = () => undefined;
    const ending = new Promise<void>((resolve) => (end = resolve));
    const work = database.transaction(async (tx) => {
      await tx.manager.insert(RunRow, runRow(1));
      await ending;
      await tx.manager.insert(RunRow, runRow(2));
    });
    const queued = database.transaction((tx) => tx.manager.insert(RunRow, runRow(3)));
    const closing = database.close();
    await expect(storedRuns(database)).rejects.toThrow('The database is closed');
    end();
    await Promise.all([work, queued, closing]);
    const again = await openDatabase(url);
    expect(await storedRuns(again)).toEqual([1, 2, 3]);
    await again.close();
  });
});

describe.each(databaseKinds)('a closed database on $name', (kind) => {
  it('follows no promise any more: one that began inside its work is outside', async () => {
    const database = await kind.open();
    let goOn: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => (goOn = resolve));
    let later: Promise<unknown> | undefined;
    await database.read(async () => {
      later = isClosed.then(() => database.ping());
      later.catch(() => undefined);
    });
    await database.close();
    goOn();
    await expect(later).rejects.toThrow('The database is closed');
  });
});

describe('the same neighbours without the seam, on SQLite', () => {
  it('lose what was reported as stored', async () => {
    const url = await sqlite.createUrl();
    const options = dialectFor(url).dataSourceOptions();
    const source = await new DataSource({ ...options, synchronize: false }).initialize();
    await source.query('CREATE TABLE t (n INTEGER)');
    let fail: () => void = () => undefined;
    const failed = new Promise<void>((_resolve, reject) => (fail = () => reject(new Error('refused'))));
    const loser = source.transaction(() => failed);
    await turn();
    const winner = source.transaction((manager) => manager.query('INSERT INTO t VALUES (1)'));
    await expect(winner).resolves.toBeDefined();
    fail();
    await expect(loser).rejects.toThrow('refused');
    expect(await source.query('SELECT n FROM t')).toEqual([]);
    await source.destroy();
  });
});
