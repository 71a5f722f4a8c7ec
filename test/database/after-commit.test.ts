import type { Database } from '../../src/database/database.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { gateFor, runRow, storedRuns, storeRuns, uuidBytes } from './rows.js';

describe.each(databaseKinds)('what follows a commit on $name', (kind) => {
  const setup = () => kind.open();

  it('runs once what was written is there, and before the caller goes on', async () => {
    const database = await setup();
    const seen: number[][] = [];
    await database.transaction(async (tx) => {
      tx.afterCommit(async () => seen.push(await storedRuns(database)));
      await tx.manager.insert(RunRow, runRow(1));
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual([[1]]);
  });

  it('is dropped where the transaction is rolled back', async () => {
    const database = await setup();
    const followed: string[] = [];
    const failing = database.transaction(async (tx) => {
      tx.afterCommit(() => followed.push('failed'));
      await tx.manager.insert(RunRow, runRow(1));
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    await database.transaction(async (tx) => tx.afterCommit(() => followed.push('committed')));
    expect(followed).toEqual(['committed']);
  });

  it('comes once per function, in the order in which it was asked for', async () => {
    const database = await setup();
    const followed: string[] = [];
    const hint = () => followed.push('hint');
    await database.transaction(async (tx) => {
      for (const work of [hint, () => followed.push('other'), hint]) tx.afterCommit(work);
    });
    expect(followed).toEqual(['hint', 'other']);
  });

  it('may fail without harm to who asked for the transaction', async () => {
    const database = await setup();
    const followed: string[] = [];
    const answer = database.transaction(async (tx) => {
      tx.afterCommit(() => Promise.reject(new Error('nobody listens')));
      tx.afterCommit(() => followed.push('next'));
      await tx.manager.insert(RunRow, runRow(1));
      return 'done';
    });
    await expect(answer).resolves.toBe('done');
    expect(followed).toEqual(['next']);
    expect(await storedRuns(database)).toEqual([1]);
  });

  it('is refused where nothing is committed', async () => {
    const database = await setup();
    const reading = database.read(async (tx) => tx.afterCommit(() => undefined));
    await expect(reading).rejects.toThrow('A read commits nothing');
  });

  it('belongs to its own transaction, whichever of two that overlap commits first', async () => {
    const database = await setup();
    const followed: string[] = [];
    const [first, second] = [opened(), opened()];
    const work = (name: string, { open, mayEnd }: Opened) =>
      database.transaction(async (tx) => {
        tx.afterCommit(() => followed.push(name));
        open();
        if (!database.dialect.isSerial) await mayEnd;
      });
    const a = work('a', first);
    await first.isOpen;
    const b = work('b', second);
    await second.isOpen;
    second.end();
    await b;
    const afterB = [...followed];
    first.end();
    await a;
    // One connection commits them in the order in which they came.
    expect([afterB, followed]).toEqual(
      database.dialect.isSerial
        ? [
            ['a', 'b'],
            ['a', 'b'],
          ]
        : [['b'], ['b', 'a']],
    );
  });
});

describe('what follows a commit that a deadlock put off', () => {
  it('comes once for both, and not for the attempt that was given up', async () => {
    const database = await mariaDb.open();
    await storeRuns(database, [runRow(1), runRow(2)]);
    const bothHold = gateFor(2);
    const followed: number[] = [];
    let attempts = 0;
    const one = (first: number, second: number) =>
      database.transaction(async (tx) => {
        attempts++;
        tx.afterCommit(() => followed.push(first));
        await raise(tx, first);
        await bothHold();
        await raise(tx, second);
      });
    await Promise.all([one(1, 2), one(2, 1)]);
    expect(attempts).toBe(3);
    expect(followed.sort()).toEqual([1, 2]);
  });
});

const raise = (tx: Parameters<Parameters<Database['transaction']>[0]>[0], number: number) =>
  tx.execute('UPDATE run SET tenancy_id = tenancy_id + 1 WHERE id = ?', [uuidBytes(number)]);

interface Opened {
  readonly open: () => void;
  readonly isOpen: Promise<void>;
  readonly end: () => void;
  readonly mayEnd: Promise<void>;
}

function opened(): Opened {
  let open: () => void = () => undefined;
  let end: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => (open = resolve));
  const mayEnd = new Promise<void>((resolve) => (end = resolve));
  return { open: () => open(), isOpen, end: () => end(), mayEnd };
}
