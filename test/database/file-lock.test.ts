import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { CannotStart } from '../../src/config/cannot-start.js';
import { openDatabase } from '../../src/database/open-database.js';
import { hearDatabase } from '../support/database-log.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { makeScratchFolder } from '../support/scratch.js';
import { runRow, storedRuns, storeRuns } from './rows.js';

function setup() {
  const folder = makeScratchFolder('carillon-test-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'carillon.sqlite');
  const { said, heard } = hearDatabase();
  const open = async (waitMs: number) => {
    const database = await openDatabase(`sqlite:${file}`, { waitMs });
    atEndOfFile(() => database.close());
    return database;
  };
  return { file, open, said, heard };
}

describe('The file of the embedded database', () => {
  it('is refused to a second process, which is told who has it and what to do', async () => {
    const { file, open } = setup();
    await open(0);
    const second = open(0);
    await expect(second).rejects.toBeInstanceOf(CannotStart);
    await expect(second).rejects.toThrow(`${file} is in use by process ${process.pid} on `);
    await expect(second).rejects.toThrow('DATABASE_URL');
    expect(readFileSync(`${file}.holder`, 'utf8')).toContain(`process ${process.pid} `);
  });

  it('goes to a process that waits once the first is closed, and the log says for whom it waits', async () => {
    const { open, said, heard } = setup();
    const first = await open(0);
    await storeRuns(first, [runRow(1)]);
    const second = open(60_000);
    await heard;
    await first.close();
    expect(await storedRuns(await second)).toEqual([1]);
    expect(said).toEqual([expect.stringContaining(`is in use by process ${process.pid}`)]);
  });

  it('is free again after a start that failed', async () => {
    const { file, open } = setup();
    await (await open(0)).close();
    const other = await new DataSource({ type: 'better-sqlite3', database: file }).initialize();
    await other.query('DELETE FROM migrations');
    await other.destroy();
    await expect(open(0)).rejects.toThrow('already exists');
    await expect(open(0)).rejects.toThrow('already exists');
  });
});

describe('SQLite while another program holds the lock on its file', () => {
  async function locked() {
    const { file, open, said } = setup();
    const database = await open(0);
    const other = await new DataSource({ type: 'better-sqlite3', database: file }).initialize();
    atEndOfFile(() => other.destroy());
    await other.query('BEGIN IMMEDIATE');
    return { database, said, unlock: () => other.query('COMMIT') };
  }

  it('never waits inside the driver, where the whole process would stand still', async () => {
    const { database, unlock } = await locked();
    const [row] = await database.read((tx) => tx.query<{ timeout: number }>('PRAGMA busy_timeout'));
    expect(row?.timeout).toBe(0);
    await unlock();
  });

  it('is unavailable, stores nothing, and works again as soon as the lock is gone', async () => {
    const { database, said, unlock } = await locked();
    const refused = expect.objectContaining({
      code: 'unavailable',
      message: 'The database file is locked by another program. Try again later.',
    });
    await expect(storeRuns(database, [runRow(1)])).rejects.toEqual(refused);
    expect(database.trouble).toContain('locked by another program');
    await expect(storeRuns(database, [runRow(1)])).rejects.toEqual(refused);
    await unlock();
    await storeRuns(database, [runRow(2)]);
    expect(await storedRuns(database)).toEqual([2]);
    expect(database.trouble).toBeNull();
    expect(said[0]).toContain('locked by another program');
  });

  it('does the work where the lock is gone before it gives up', async () => {
    const { database, unlock } = await locked();
    const work = storeRuns(database, [runRow(1)]);
    await unlock();
    await work;
    expect(await storedRuns(database)).toEqual([1]);
  });
});
