import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { backUpFile } from '../../src/database/backup/back-up-file.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { makeScratchFolder } from '../support/scratch.js';

const PAGES = 12_000;
/** A copy that begins anew at each commit ends only after the last of them. */
const MOST_COMMITS = 400;

describe('A backup of a file that somebody writes all the while', () => {
  it('ends before the writer does, and holds the state of one moment', async () => {
    const folder = makeScratchFolder('carillon-test-');
    atEndOfFile(() => rmSync(folder, { recursive: true }));
    const options = { type: 'better-sqlite3', enableWAL: true } as const;
    const writer = await new DataSource({ ...options, database: join(folder, 'a') }).initialize();
    atEndOfFile(() => writer.destroy());
    await writer.query('CREATE TABLE one (n INTEGER)');
    await writer.query('CREATE TABLE two (n INTEGER)');
    await writer.query('CREATE TABLE bulk (filler BLOB)');
    await writer.query(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${PAGES / 100})
       INSERT INTO bulk SELECT zeroblob(400000) FROM n`,
    );
    let isBackedUp = false;
    const backingUp = backUpFile(join(folder, 'a'), join(folder, 'b')).then(() => (isBackedUp = true));
    let commits = 0;
    while (!isBackedUp && commits < MOST_COMMITS) {
      await writer.query('BEGIN');
      await writer.query('INSERT INTO one VALUES (?)', [commits]);
      await writer.query('INSERT INTO two VALUES (?)', [commits]);
      await writer.query('COMMIT');
      commits++;
      // The copy takes its next step.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await backingUp;
    expect(commits).toBeGreaterThan(0);
    expect(commits).toBeLessThan(MOST_COMMITS);

    const copy = await new DataSource({ type: 'better-sqlite3', database: join(folder, 'b') }).initialize();
    atEndOfFile(() => copy.destroy());
    const rowsOf = (table: string) => copy.query<object[]>(`SELECT n FROM ${table} ORDER BY n`);
    expect(await rowsOf('one')).toEqual(await rowsOf('two'));
    expect(await copy.query('SELECT COUNT(*) AS count FROM bulk')).toEqual([{ count: PAGES / 100 }]);
    expect(readdirSync(folder).filter((name) => name.startsWith('b'))).toEqual(['b']);
  });
});
