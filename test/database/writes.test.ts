import { addUp } from '../../src/database/sums.js';
import type { Tx } from '../../src/database/tx.js';
import type { Cell } from '../../src/database/dialects/dialect.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { databaseKinds } from '../support/databases.js';
import { numberOf, runCells, runRow, storedRuns, storeRuns, uuidBytes } from './rows.js';

const COLUMNS = Object.keys(runCells(0));

const cells = (number: number, scheduleNumber = number, plannedAt = 0): Cell[] =>
  Object.values(runCells(number, { schedule_id: uuidBytes(scheduleNumber), planned_at: plannedAt }));

const permutations = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) =>
        permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
      );

/** What beats at 2, 3, 4 and 5 answer where they come in this order. */
const answersInOrder = (order: readonly number[], first: number): number[] =>
  [2, 3, 4, 5].map((beat) => Math.max(first, ...order.slice(0, order.indexOf(beat))));

describe.each(databaseKinds)('on $name', (kind) => {
  const setup = async (...numbers: readonly number[]) => {
    const database = await kind.open();
    await storeRuns(
      database,
      numbers.map((number) => runRow(number)),
    );
    return database;
  };

  describe('isDuplicateKey', () => {
    it.each([
      ['the primary key', runRow(1, { plannedAt: 77 })],
      ['another unique key', runRow(2, { scheduleId: runRow(1).scheduleId, plannedAt: 1 })],
    ])('knows a violation of %s', async (_key, row) => {
      const database = await setup(1);
      const error = await storeRuns(database, [row]).catch((thrown: unknown) => thrown);
      expect(database.dialect.isDuplicateKey(error)).toBe(true);
    });

    it.each([
      ['a missing value', 'INSERT INTO run (id) VALUES (NULL)'],
      ['a table that is not there', 'SELECT * FROM no_such_table'],
      ['bad SQL', 'SELEC 1'],
    ])('does not mistake %s for one', async (_name, sql) => {
      const database = await setup();
      const error = await database.transaction((tx) => tx.query(sql)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(database.dialect.isDuplicateKey(error)).toBe(false);
      expect(database.dialect.isTransient(error)).toBe(false);
    });
  });

  describe('addUp', () => {
    it('inserts sums, and raises those that are there', async () => {
      const database = await setup();
      const sums = {
        ...{ table: 'usage_day', columns: ['tenancy_id', 'day', 'instance_id', 'runs', 'failures'] },
        ...{ keys: ['tenancy_id', 'day'], sums: ['runs', 'failures'] },
      };
      const add = (...rows: number[][]) => database.transaction((tx) => addUp(tx, sums, rows));
      await add();
      await add([1, 0, 7, 5, 1], [2, 0, 7, 1, 0]);
      await add(...Array.from({ length: 600 }, (_, n) => [n + 1, 0, 8, 10, n]));
      const rows = await database.read((tx) =>
        tx.query<object>('SELECT * FROM usage_day WHERE tenancy_id IN (1, 2, 600) ORDER BY tenancy_id'),
      );
      expect(rows.map((row) => Object.values(row).map(Number))).toEqual([
        [1, 0, 7, 15, 1],
        [2, 0, 7, 11, 1],
        [600, 0, 8, 10, 599],
      ]);
    });
  });

  describe('insertIgnore', () => {
    it('stores rows and leaves out those that a unique key refuses', async () => {
      const database = await setup(1);
      const rows = [cells(1), cells(2), cells(3, 2), cells(3, 2, 5), cells(4)];
      const stored = await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', COLUMNS, rows));
      expect(stored).toBe(3);
      expect(await storedRuns(database)).toEqual([1, 2, 3, 4]);
    });

    it('stores nothing and says so where there is nothing', async () => {
      const database = await setup();
      expect(await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', COLUMNS, []))).toBe(0);
    });

    it('takes more values than one statement of the database may bind', async () => {
      const database = await setup();
      const rows = Array.from({ length: 6_000 }, (_, index) => cells(index + 1));
      expect(await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', COLUMNS, rows))).toBe(
        6_000,
      );
    });
  });

  describe('bulkUpdate', () => {
    const update = (tx: Tx, rows: readonly (readonly Cell[])[], guard = 't.state = ?', ...given: number[]) =>
      tx.dialect.bulkUpdate(tx, {
        table: 'run',
        columns: { id: 'uuid', schedule_id: 'uuid', completed_at: 'integer', end_text: 'text' },
        rows,
        guard,
        guardParameters: guard.includes('?') && given.length === 0 ? [0] : given,
      });

    const ends = async (database: Awaited<ReturnType<typeof setup>>) => {
      const rows = await database.read((tx) => tx.manager.find(RunRow, { order: { id: 'ASC' } }));
      return rows.map((row) => [numberOf(row.id), numberOf(row.scheduleId), row.completedAt, row.endText]);
    };

    it('sets all columns of the rows that it names, and touches no other row', async () => {
      const database = await setup(1, 2, 3);
      const rows = [
        [uuidBytes(3), uuidBytes(33), 5, 'three'],
        [uuidBytes(1), uuidBytes(11), 8_640_000_000_000_000, 'one'],
        [uuidBytes(9), uuidBytes(99), 6, 'not there'],
      ];
      expect(await database.transaction((tx) => update(tx, rows))).toBe(2);
      expect(await ends(database)).toEqual([
        [1, 11, 8_640_000_000_000_000, 'one'],
        [2, 1_000_002, null, null],
        [3, 33, 5, 'three'],
      ]);
    });

    it('leaves alone what its guard does not hold for', async () => {
      const database = await setup(1);
      await storeRuns(database, [runRow(2, { state: 'TRIGGERED', claimedBy: 7 })]);
      const rows = [1, 2].map((n) => [uuidBytes(n), uuidBytes(n), n, 'x']);
      const guard = 't.state = ? AND t.claimed_by = ?';
      expect(await database.transaction((tx) => update(tx, rows, guard, 1, 8))).toBe(0);
      expect(await database.transaction((tx) => update(tx, rows, guard, 1, 7))).toBe(1);
      expect((await ends(database)).map(([number, , completedAt]) => [number, completedAt])).toEqual([
        [1, null],
        [2, 2],
      ]);
    });

    it('counts a row that already is as it should be', async () => {
      const database = await setup(1);
      const rows = [[uuidBytes(1), uuidBytes(1), 5, 'same']];
      expect(await database.transaction((tx) => update(tx, rows))).toBe(1);
      expect(await database.transaction((tx) => update(tx, rows))).toBe(1);
    });

    it('sets a value back to null', async () => {
      const database = await setup(1);
      await database.transaction((tx) => update(tx, [[uuidBytes(1), uuidBytes(1), 5, 'text']]));
      await database.transaction((tx) => update(tx, [[uuidBytes(1), uuidBytes(1), null, null]]));
      expect(await ends(database)).toEqual([[1, 1, null, null]]);
    });

    it('takes true and false as 1 and 0', async () => {
      const database = await setup(1, 2);
      const rows = [
        [uuidBytes(1), uuidBytes(1), true, ''],
        [uuidBytes(2), uuidBytes(2), false, ''],
      ];
      await database.transaction((tx) => update(tx, rows));
      expect((await ends(database)).map(([, , completedAt]) => completedAt)).toEqual([1, 0]);
    });

    it.each([
      ['nothing', ''],
      ['white space at both ends', '  \t a \r\n '],
      ['quotes and backslashes', `'"\\ \\n \\' \\u0041 $[0] ?`],
      ['letters of many alphabets', 'Grüße, 世界, שלום, ा'],
      ['characters beyond the basic plane', '😀 👩‍👩‍👧 𝒳'],
      ['control characters, NUL among them', 'a\u0000b\u0001\u001f\u007f\u0080c'],
      ['line separators', 'a\u2028b\u2029c'],
      ['what looks like JSON', '{"a":[1,null]}'],
      ['64 KB', 'ä😀"\\'.repeat(8_192)],
    ])('keeps a text with %s as it is', async (_name, text) => {
      const database = await setup(1);
      await database.transaction((tx) => update(tx, [[uuidBytes(1), uuidBytes(1), 1, text]]));
      expect((await ends(database))[0]?.[3]).toBe(text);
    });

    it('takes a text that was cut within a character', async () => {
      const database = await setup(1, 2);
      const cut = '😀'.slice(0, 1);
      const rows = [
        [uuidBytes(1), uuidBytes(1), 1, `a${cut}`],
        [uuidBytes(2), uuidBytes(2), 1, 'whole'],
      ];
      expect(await database.transaction((tx) => update(tx, rows))).toBe(2);
      expect((await ends(database)).map(([, , , text]) => text)).toEqual(['a\ufffd', 'whole']);
    });

    it('changes a thousand rows in one statement', async () => {
      const numbers = Array.from({ length: 1_000 }, (_, index) => index + 1);
      const database = await setup(...numbers);
      const rows = numbers.map((n) => [uuidBytes(n), uuidBytes(n), n, 'x'.repeat(200)]);
      expect(await database.transaction((tx) => update(tx, rows))).toBe(1_000);
    });
  });

  describe('upsertHeartbeat', () => {
    it('answers the beat before, null at first, and never goes back', async () => {
      const database = await setup();
      const beat = (now: number) => database.transaction((tx) => tx.dialect.upsertHeartbeat(tx, now));
      expect([await beat(50), await beat(70), await beat(60), await beat(80)]).toEqual([null, 50, 70, 70]);
    });

    it('lets concurrent beats come one after the other', async () => {
      const database = await setup();
      const beat = (now: number) => database.transaction((tx) => tx.dialect.upsertHeartbeat(tx, now));
      await beat(1);
      // Who gets the lock first is the database's choice: some order of the four must explain all answers.
      const answers = await Promise.all([2, 3, 4, 5].map(beat));
      expect(permutations([2, 3, 4, 5]).map((order) => answersInOrder(order, 1))).toContainEqual(answers);
      expect(await beat(9)).toBe(5);
    });
  });

  describe('databaseNow', () => {
    it('is the time of a server, and of nobody where the database has no clock of its own', async () => {
      const database = await setup();
      const [now, elsewhere] = await database.read(async (tx) => {
        const here = await tx.dialect.databaseNow(tx);
        if (tx.dialect.name === 'mysql') await tx.query("SET SESSION time_zone = '+05:30'");
        return [here, await tx.dialect.databaseNow(tx)];
      });
      if (kind.name === 'SQLite') {
        expect([now, elsewhere]).toEqual([null, null]);
      } else {
        expect(Math.abs(Number(now) - Date.now())).toBeLessThan(10_000);
        expect(Math.abs(Number(elsewhere) - Date.now())).toBeLessThan(10_000);
        expect(Number.isInteger(now)).toBe(true);
      }
    });
  });
});
