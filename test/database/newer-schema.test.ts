import { CannotStart } from '../../src/config/cannot-start.js';
import { openDatabase, type OpenOptions } from '../../src/database/open-database.js';
import { MigrationSteps } from '../../src/database/start/migration-steps.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { migrationFiles, migrationSource } from '../support/migrations.js';

const NEWER = 'WhatIsToCome1700000009999';

/** Opens a database and closes it again, as a start and its end do. */
async function openAndClose(url: string, options: OpenOptions = {}): Promise<void> {
  await (await openDatabase(url, options)).close();
}

describe.each(databaseKinds)('A database on $name that a newer version has changed', (kind) => {
  async function setup() {
    const url = await kind.createUrl();
    const database = await openDatabase(url);
    const close = () => database.close();
    atEndOfFile(close);
    const change = () =>
      database.transaction(async (tx) => {
        await tx.execute('ALTER TABLE job ADD COLUMN what_is_to_come VARCHAR(10)');
        await tx.execute('INSERT INTO migrations (timestamp, name) VALUES (?, ?)', [
          1_700_000_009_999,
          NEWER,
        ]);
      });
    return { url, database, change, close };
  }

  it('is refused to a start and to a command, in one sentence that says what to do', async () => {
    const { url, change, close } = await setup();
    await change();
    await close();
    for (const isGuest of [false, true]) {
      const opening = openAndClose(url, { isGuest });
      await expect(opening).rejects.toBeInstanceOf(CannotStart);
      await expect(opening).rejects.toThrow(
        /^The database, named in DATABASE_URL, was changed by a newer version \(up to 9999\), and this is version \d\S+: start the newer version, or restore the backup that was made before the upgrade\.$/,
      );
    }
  });

  it('goes on to serve a process that had it open before', async () => {
    const { database, change } = await setup();
    await change();
    await database.transaction((tx) => tx.execute('INSERT INTO outage (from_at, to_at) VALUES (1, 2)'));
    expect(await database.read((tx) => tx.query('SELECT from_at FROM outage'))).toEqual([{ from_at: 1 }]);
  });

  it('is opened again where it is as this version left it', async () => {
    const { url, close } = await setup();
    await close();
    await openAndClose(url);
    await openAndClose(url, { isGuest: true });
  });
});

describe('A MariaDB on which a newer version was killed within its migration', () => {
  it('is refused, and what it had noted stays for the next start of that version', async () => {
    const url = await mariaDb.createUrl();
    await openAndClose(url);
    const source = await migrationSource(url);
    const runner = source.createQueryRunner();
    const steps = await MigrationSteps.read(runner);
    await steps.take('CREATE TABLE what_is_to_come (id INT)');
    const noted = () => runner.query('SELECT applied, is_done FROM migration_step');
    const before = await noted();
    expect(before).toEqual([{ applied: migrationFiles().length, is_done: 1 }]);
    await expect(openAndClose(url)).rejects.toThrow('was changed in part by a newer version');
    expect(await noted()).toEqual(before);
    await runner.release();
  });
});
