import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../src/database/database.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { openDatabase } from '../../src/database/open-database.js';
import { hearDatabase } from '../support/database-log.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { makeScratchFolder } from '../support/scratch.js';
import { runRow, storedRuns, storeRuns } from './rows.js';

const FULL = 'The database cannot be written: its disk is full.';

/** A database in a file, and a limit of its size that the database itself keeps: to the product it is a full disk. */
async function setup() {
  const folder = makeScratchFolder('carillon-test-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  const url = `sqlite:${join(folder, 'carillon.sqlite')}`;
  const database = await openDatabase(url);
  atEndOfFile(() => database.close());
  const { said } = hearDatabase();
  const limit = (pages: string) => database.read((tx) => tx.query(`PRAGMA max_page_count = ${pages}`));
  const fill = async () => {
    const [row] = await database.read((tx) => tx.query<{ page_count: number }>('PRAGMA page_count'));
    await limit(String(row?.page_count));
  };
  return { url, database, said, fill, makeRoom: () => limit('4294967294') };
}

/**
 * Stores more than there is room for, row by row: where a statement of one row finds the disk full, SQLite rolls
 * the whole transaction back by itself.
 */
const storeMuch = (database: Database) =>
  database.transaction(async (tx) => {
    for (let number = 1_000; number < 4_000; number++) await tx.manager.insert(RunRow, runRow(number));
  });

describe('SQLite on a full disk', () => {
  it('says what is wrong, stores nothing of the work, and is in trouble until a transaction is committed', async () => {
    const { database, fill, makeRoom } = await setup();
    await storeRuns(database, [runRow(1)]);
    expect(database.trouble).toBeNull();
    await fill();
    const refused = expect.objectContaining({ code: 'unavailable', message: `${FULL} Try again later.` });
    await expect(storeMuch(database)).rejects.toEqual(refused);
    expect(database.trouble).toBe(FULL);
    expect(await storedRuns(database)).toEqual([1]);
    expect(database.trouble).toBe(FULL);
    await makeRoom();
    await storeRuns(database, [runRow(2)]);
    expect(database.trouble).toBeNull();
  });

  it('loses nothing of what is stored afterwards: it is there for whoever opens the file next', async () => {
    const { url, database, fill, makeRoom } = await setup();
    await fill();
    for (let times = 0; times < 3; times++) await expect(storeMuch(database)).rejects.toThrow(FULL);
    await makeRoom();
    await storeRuns(database, [runRow(1)]);
    await expect(storeRuns(database, [runRow(1)])).rejects.toThrow('UNIQUE');
    await storeRuns(database, [runRow(2)]);
    await database.close();
    const beside = await openDatabase(url);
    expect(await storedRuns(beside)).toEqual([1, 2]);
    await beside.close();
  });

  it('says so in one line while the trouble lasts, however much fails, and in one that it is over', async () => {
    const { database, said, fill, makeRoom } = await setup();
    await fill();
    for (let times = 0; times < 3; times++) await expect(storeMuch(database)).rejects.toThrow(FULL);
    await makeRoom();
    await storeRuns(database, [runRow(1)]);
    await storeRuns(database, [runRow(2)]);
    expect(said).toEqual([
      `${FULL} What needs the database fails until it works again, and is tried again where it can be.`,
      'The database takes work again, failures: 3.',
    ]);
  });
});
