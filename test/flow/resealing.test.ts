import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { KeyRing } from '../../src/auth/key/key-ring.js';
import { Database } from '../../src/database/database.js';
import { listSealedOtherwise, replaceSealed } from '../../src/database/sealing/sealed-column.js';
import { Sealing } from '../../src/database/sealing/sealing.js';
import { RESEALING } from '../../src/replica/resealing.js';
import { ChangeFeed } from '../../src/tenant/change-feed.js';
import { tokenFor, type Uaa } from '../auth/setup.js';
import { startApp, type TestApp } from '../support/app.js';
import { databaseKinds, mariaDb, type DatabaseKind } from '../support/databases.js';
import type { ManualClock } from '../support/manual-clock.js';

const OLD = 'the old value of it all';
const NEW = 'the new value of it all';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** For so long the chore stays with a process that is gone. */
const LEASE_MS = 10 * MINUTE_MS;
const DONE = expect.stringContaining('nothing needs the others any more');
const PASSWORDS = { table: 'job', column: 'action_password', key: ['id'], beforeFirst: [0] };

const said = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
beforeEach(() => {
  said.mockClear();
  warned.mockClear();
});
afterAll(() => jest.restoreAllMocks());

const lines = (spy: typeof said) => spy.mock.calls.map(([line]) => String(line));

interface Stored {
  readonly column: string;
  readonly text: string;
}

/** Every text of the database that may be sealed. */
async function storedIn({ app }: TestApp): Promise<Stored[]> {
  return app.get(Database, { strict: false }).read((tx) =>
    tx.query<Stored>(
      `SELECT 'key' AS "column", private_key AS text FROM signing_key UNION ALL
       SELECT 'password', action_password FROM job WHERE action_password IS NOT NULL UNION ALL
       SELECT 'headers', headers FROM job WHERE headers IS NOT NULL UNION ALL
       SELECT 'webhook key', secret FROM webhook_key UNION ALL
       SELECT 'part', input FROM operation_part`.replace('"column"', '`column`'),
    ),
  );
}

const job = (name: string) => ({
  name,
  action: 'https://app.example.com/x',
  user: 'robot',
  password: `password of ${name}`,
  headers: { 'X-Key': `header of ${name}` },
  schedules: [{ cron: '* * * * 10 0 0' }],
});

describe.each(databaseKinds)('Sealing anew on $name', (kind) => {
  async function setup(first: string | null, of: DatabaseKind = kind) {
    const DATABASE_URL = await of.createUrl();
    let before: { uaa: Uaa; clock: ManualClock } | undefined;
    /** Starts the service, again where it was stopped, with this setting. */
    const start = async (setting: string | null) => {
      const env = {
        DATABASE_URL,
        DISPATCH: 'off',
        ...(setting === null ? {} : { KEY_ENCRYPTION_SECRET: setting }),
      };
      const app = await startApp({ env, ...before });
      before ??= { uaa: app.uaa, clock: app.clock };
      return app;
    };
    const app = await start(first);
    await app.acme.post('/scheduler/jobs', job('stored')).expect(201);
    await app.acme.post('/scheduler/signingKeys', { kind: 'v1a' }).expect(201);
    await app.acme.post('/scheduler/import', [job('waits'), job('waits too')]).expect(202);
    const restart = async (running: TestApp, setting: string | null) => {
      await running.stop();
      return start(setting);
    };
    return { app, start, restart };
  }

  const pass = (app: TestApp) => app.chores.start(RESEALING);

  it('goes through keys, passwords and orders, so that the old value can go', async () => {
    const { app, restart } = await setup(OLD);
    const swapped = await restart(app, `${NEW},${OLD}`);
    const before = await storedIn(swapped);
    expect(before.map(({ column }) => column).sort()).toEqual([
      'headers',
      'key',
      'part',
      'password',
      'webhook key',
    ]);
    await pass(swapped);
    const after = await storedIn(swapped);
    expect(after.map(({ text }) => text)).not.toEqual(expect.arrayContaining([before[0]?.text]));
    for (const { text } of after) expect(text).not.toMatch(/(password|header) of|whsk_/);
    const final = await restart(swapped, NEW);
    const sealing = final.app.get(Sealing, { strict: false });
    const opened = (await storedIn(final)).map(({ column, text }) => {
      if (column !== 'part') return sealing.open(text);
      const entries = JSON.parse(text) as { sealedPassword: string; sealedHeaders: string }[];
      return entries.flatMap((entry) =>
        [entry.sealedPassword, entry.sealedHeaders].map((one) => sealing.open(one)),
      );
    });
    expect(opened).toEqual([
      expect.stringContaining('PRIVATE KEY'),
      'password of stored',
      '{"X-Key":"header of stored"}',
      expect.stringMatching(/^whsk_/),
      [
        ...['password of waits', '{"X-Key":"header of waits"}'],
        ...['password of waits too', '{"X-Key":"header of waits too"}'],
      ],
    ]);
    await tokenFor(final, final.uaa);
  });

  it('says how much it did, and once an hour at most that nothing is left', async () => {
    const { app, restart } = await setup(OLD);
    const swapped = await restart(app, `${NEW},${OLD}`);
    await pass(swapped);
    expect(lines(said)).toEqual(
      expect.arrayContaining([expect.stringContaining('Sealed 5 stored secrets'), DONE]),
    );
    said.mockClear();
    await pass(swapped);
    expect(lines(said)).not.toContainEqual(DONE);
    swapped.clock.advance(HOUR_MS);
    await pass(swapped);
    expect(lines(said)).toContainEqual(DONE);
    expect(lines(said)).not.toContainEqual(expect.stringContaining('Sealed '));
  });

  it('does nothing where there is one value and everything is sealed, and seals what was stored before', async () => {
    const { app, restart } = await setup(null);
    expect((await storedIn(app)).every(({ text }) => !text.startsWith('sealed:'))).toBe(true);
    await pass(app);
    expect((await storedIn(app)).some(({ text }) => text.includes('sealed:'))).toBe(false);
    const sealed = await restart(app, OLD);
    sealed.clock.advance(LEASE_MS);
    await pass(sealed);
    for (const { text } of await storedIn(sealed)) expect(text).toContain('sealed:1:');
    const stored = await storedIn(sealed);
    said.mockClear();
    await pass(sealed);
    expect(await storedIn(sealed)).toEqual(stored);
    expect(lines(said)).toEqual([]);
  });

  it('leaves a text that no value opens, warns of it and does not say that it is done', async () => {
    const { app, restart } = await setup(OLD);
    const foreign = new Sealing('the value of somebody else').seal('x');
    await app.app
      .get(Database, { strict: false })
      .transaction((tx) => tx.execute('UPDATE job SET action_password = ?', [foreign]));
    const swapped = await restart(app, `${NEW},${OLD}`);
    await pass(swapped);
    expect(await storedIn(swapped)).toContainEqual({ column: 'password', text: foreign });
    expect(lines(said)).not.toContainEqual(DONE);
    expect(lines(warned)).toContainEqual(
      expect.stringContaining('1 stored secrets can be opened by no value'),
    );
  });

  it('finds each of many rows, in stretches and batches of limited size', async () => {
    const { app } = await setup(`${NEW},${OLD}`);
    const database = app.app.get(Database, { strict: false });
    const [old, sealing] = [new Sealing(OLD), app.app.get(Sealing, { strict: false })];
    await database.transaction(async (tx) => {
      const [row] = await tx.query<Record<string, string | number | null>>('SELECT * FROM job');
      const columns = Object.keys(row ?? {}).filter((name) => name !== 'id');
      const rows = Array.from({ length: 4_500 }, (_, n) => {
        const isOld = n % 9 === 0 || (n > 2_100 && n < 2_350);
        const changed = {
          ...row,
          name: `copy ${n}`,
          action_password: isOld ? old.seal(`secret ${n}`) : null,
        };
        return columns.map((name) => (changed as Record<string, string | number | null>)[name] ?? null);
      });
      await tx.dialect.insertIgnore(tx, 'job', columns, rows);
    });
    const [count] = await database.read((tx) =>
      tx.query<{ n: number }>("SELECT COUNT(*) AS n FROM job WHERE action_password LIKE 'sealed:1:%'"),
    );
    expect(Number(count?.n)).toBeGreaterThan(700);
    await pass(app);
    const rows = await database.read((tx) =>
      tx.query<{ name: string; action_password: string }>(
        "SELECT name, action_password FROM job WHERE name LIKE 'copy %' AND action_password IS NOT NULL",
      ),
    );
    expect(rows).toHaveLength(Number(count?.n));
    const first = new Sealing(NEW);
    for (const row of rows) {
      expect(sealing.resealed(row.action_password)).toBeNull();
      expect(first.open(row.action_password)).toBe(row.name.replace('copy', 'secret'));
    }
  });

  it('does not write over a row that was changed meanwhile', async () => {
    const { app, restart } = await setup(OLD);
    const swapped = await restart(app, `${NEW},${OLD}`);
    const database = swapped.app.get(Database, { strict: false });
    const sealing = swapped.app.get(Sealing, { strict: false });
    const { rows, next } = await database.read((tx) => listSealedOtherwise(tx, PASSWORDS, sealing, [0]));
    expect(next).toBeNull();
    const [row] = rows;
    if (row === undefined) throw new Error('There is a row to seal anew.');
    const change = { user: 'robot', password: 'changed meanwhile' };
    await swapped.acme.put(`/scheduler/jobs/${String(row.key[0])}`, change).expect(200);
    const replace = () => database.transaction((tx) => replaceSealed(tx, PASSWORDS, row, 'sealed anew'));
    expect(await replace()).toBe(false);
    const stored = (await storedIn(swapped)).find(({ column }) => column === 'password');
    expect(sealing.open(stored?.text ?? '')).toBe('changed meanwhile');
    const fresh = { ...row, text: stored?.text ?? '' };
    expect(await database.transaction((tx) => replaceSealed(tx, PASSWORDS, fresh, 'sealed anew'))).toBe(true);
  });
});

describe('Replacing the value of KEY_ENCRYPTION_SECRET replica by replica', () => {
  it('lets all of them read each other all the while: added as second, swapped, removed', async () => {
    const DATABASE_URL = await mariaDb.createUrl();
    const first = await startApp({ env: { DATABASE_URL, KEY_ENCRYPTION_SECRET: OLD } });
    const { uaa, clock } = first;
    const start = (setting: string) =>
      startApp({ env: { DATABASE_URL, KEY_ENCRYPTION_SECRET: setting }, uaa, clock });
    let running = [first, await start(OLD)];
    const readEachOther = async () => {
      for (const app of running) {
        const name = `job ${(await storedIn(app)).length}`;
        await app.acme.post('/scheduler/jobs', job(name)).expect(201);
        clock.advance(MINUTE_MS);
        await app.app.get(KeyRing, { strict: false }).rotate(MINUTE_MS);
      }
      for (const app of running) {
        await app.app.get(ChangeFeed, { strict: false }).poll();
        const sealing = app.app.get(Sealing, { strict: false });
        for (const { column, text } of await storedIn(app)) {
          const opened = sealing.open(text);
          expect(opened).toMatch(column === 'key' ? /PRIVATE KEY/ : /(password|header) of job/);
        }
      }
    };
    await readEachOther();
    for (const setting of [`${OLD},${NEW}`, `${NEW},${OLD}`]) {
      for (const place of [0, 1]) {
        await running[place]?.stop();
        const next = await start(setting);
        running = running.map((app, index) => (index === place ? next : app));
        await readEachOther();
      }
    }
    clock.advance(HOUR_MS);
    for (const app of running) await app.chores.start(RESEALING);
    expect(lines(said)).toContainEqual(DONE);
    for (const place of [0, 1]) {
      await running[place]?.stop();
      const next = await start(NEW);
      running = running.map((app, index) => (index === place ? next : app));
      await readEachOther();
    }
  });
});
