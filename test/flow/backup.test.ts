import { execFile } from 'node:child_process';
import {
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import { wireText } from '../../src/core/instant.js';
import { isFinal } from '../../src/core/run-state.js';
import { restoreFile } from '../../src/database/backup/restore-file.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ActionTarget, type ReceivedCall } from '../support/action-target.js';
import { databaseKinds, mariaDb, sqlite, type DatabaseKind } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { needClientPrograms } from '../support/mariadb/client-programs.js';
import { makeScratchFolder } from '../support/scratch.js';
import { build, ServiceProcess } from '../support/service-process.js';

const COMMAND = fileURLToPath(new URL('../../dist/command.js', import.meta.url));
const SCHEDULES = 5;
const LEASE_MS = 10_000;

beforeAll(build);
beforeAll(needClientPrograms);

function folder(): string {
  const path = makeScratchFolder('carillon-backup-');
  atEndOfFile(() => rmSync(path, { recursive: true }));
  return path;
}

type Env = Readonly<Record<string, string>>;

/** Runs a program and returns what it wrote and how it ended. */
function run(program: string, args: readonly string[], env: Env, cwd: string) {
  return new Promise<{ code: number; out: string; complaint: string }>((resolve) => {
    const options = { cwd, env: { PATH: process.env['PATH'], ...env } };
    execFile(program, args, options, (error, out, complaint) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, complaint });
    });
  });
}

const command = (env: Env, ...args: string[]) => run(process.execPath, [COMMAND, ...args], env, folder());

/** Runs the line that a command gave, as it is but for the password, for which it would ask. */
async function runLine(complaint: string, env: Env, cwd: string): Promise<void> {
  const line = complaint.trim().split('\n').at(-1)?.replace(' --password ', ' ') ?? '';
  const password = decodeURIComponent(new URL(env['DATABASE_URL'] ?? '').password);
  expect(complaint).not.toContain(password);
  const done = await run('/bin/sh', ['-c', line], { MYSQL_PWD: password }, cwd);
  expect(done).toEqual({ code: 0, out: '', complaint: '' });
}

/** How an operator makes a backup beside the service, and puts it back after a crash: returns the DATABASE_URL that is right then. */
interface Way {
  backUp(env: Env, cwd: string): Promise<void>;
  restore(env: Env, cwd: string): Promise<string>;
}

const ways: Record<DatabaseKind['name'], Way> = {
  SQLite: {
    async backUp(env, cwd) {
      const file = join(cwd, 'carillon.backup');
      const made = await command(env, 'backup', file);
      expect(made).toMatchObject({ code: 0, complaint: '' });
      expect(made.out).toMatch(/^Backed up \S+ to \S+: \d\S* [KM]B in \S+ s, schema \d{4}, read again/);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(cwd)).toEqual([basename(file)]);
    },
    async restore(env, cwd) {
      const put = await command(env, 'restore', join(cwd, 'carillon.backup'));
      expect(put).toMatchObject({ code: 0, complaint: '' });
      expect(put.out).toMatch(/before-restore-\d{8}T\d{6}Z: delete it[^]*until about 20\S+Z\./);
      return env['DATABASE_URL'] ?? '';
    },
  },
  MariaDB: {
    async backUp(env, cwd) {
      const told = await command(env, 'backup', 'carillon.backup');
      expect(told).toMatchObject({ code: 1, out: '' });
      await runLine(told.complaint, env, cwd);
      expect(statSync(join(cwd, 'carillon.sql')).mode & 0o777).toBe(0o600);
    },
    async restore(env, cwd) {
      const DATABASE_URL = await mariaDb.createEmptyUrl();
      const told = await command({ ...env, DATABASE_URL }, 'restore', 'carillon.sql');
      expect(told).toMatchObject({ code: 1, out: '' });
      await runLine(told.complaint, { DATABASE_URL }, cwd);
      return DATABASE_URL;
    },
  },
};

/** A planned run as a caller knows it: its schedule, and its instant. */
const keyOf = ({ headers }: ReceivedCall) =>
  `${String(headers['x-sap-job-schedule-id'])} ${String(headers['x-sap-run-at'])}`;

/** Returns which planned runs have ended by what the database holds, and which have not. */
async function plannedIn(url: string): Promise<{ ended: Set<string>; open: Set<string> }> {
  const database = await openDatabase(url);
  const rows = await database.read((tx) => tx.manager.find(RunRow));
  await database.close();
  const keysOf = (isEnded: boolean) =>
    rows
      .filter(({ state }) => isFinal(state) === isEnded)
      .map(({ scheduleId, plannedAt }) => `${scheduleId} ${wireText(plannedAt)}`);
  return { ended: new Set(keysOf(true)), open: new Set(keysOf(false)) };
}

describe.each(databaseKinds)(
  'A backup of $name that is made under load and put back after a crash',
  (kind) => {
    it('goes on where it was made: nothing that had ended is called again, nothing after it twice or not at all', async () => {
      const way = ways[kind.name];
      const cwd = folder();
      const target = await ActionTarget.start();
      atEndOfFile(() => target.stop());
      const env = {
        DATABASE_URL: await kind.createUrl(),
        CREDENTIALS_DIR: folder(),
        KEY_ENCRYPTION_SECRET: 'the secret that is kept elsewhere',
        LEASE_MS: String(LEASE_MS),
      };
      const first = await ServiceProcess.start(env);
      const { out: token } = await command({ ...env, PORT: new URL(first.url).port }, 'token');
      const often = Array.from({ length: SCHEDULES }, () => ({ cron: '* * * * * * *', active: true }));
      const made = await fetch(`${first.url}/scheduler/jobs`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token.trim()}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          ...{ name: 'often', action: target.url(), active: true },
          schedules: [...often, { time: 'now', active: true }],
        }),
      });
      expect(made.status).toBe(201);

      await target.received(3 * SCHEDULES);
      const [before] = await Promise.all([target.received(5 * SCHEDULES), way.backUp(env, cwd)]);
      const inAll = before.length;
      await target.received(inAll + 2 * SCHEDULES);
      await first.end('SIGKILL');

      const restored = { ...env, DATABASE_URL: await way.restore(env, cwd) };
      const { ended, open } = await plannedIn(restored.DATABASE_URL);
      expect(ended.size).toBeGreaterThan(SCHEDULES);
      const crashedAt = target.calls.length;
      const looking = await ServiceProcess.start({ ...restored, DISPATCH: 'off' });
      await looking.end('SIGTERM');
      expect(target.calls).toHaveLength(crashedAt);
      const second = await ServiceProcess.start(restored);
      // What was under way when a server was dumped is called once the lease of that moment is over.
      const called = () => target.calls.slice(crashedAt).map(keyOf);
      const isCalled = () => [...open].every((key) => called().includes(key));
      while (!isCalled() || called().length < 8 * SCHEDULES) await target.received(target.calls.length + 1);
      expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null });

      const keys = called();
      expect(keys.filter((key) => ended.has(key))).toEqual([]);
      expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
      expect(gapsIn([...ended, ...keys])).toEqual([]);
    });
  },
);

/** Returns after which planned runs of schedules of every second the next one is missing. */
function gapsIn(keys: readonly string[]): string[] {
  const known = new Set(keys);
  const latest = new Map<string, string>();
  for (const key of [...keys].sort()) latest.set(key.split(' ')[0] ?? '', key);
  return keys.filter((key) => {
    const [schedule = '', ...at] = key.split(' ');
    const next = wireText(Date.parse(`${at.join('T')}Z`) + 1_000);
    return latest.get(schedule) !== key && !known.has(`${schedule} ${next}`);
  });
}

describe('npm run backup and npm run restore', () => {
  async function setup() {
    const env = { DATABASE_URL: await sqlite.createEmptyUrl(), CREDENTIALS_DIR: folder() };
    const file = env.DATABASE_URL.replace('sqlite:', '');
    const complaintOf = async (more: Env, ...args: string[]) => {
      const { code, out, complaint } = await command({ ...env, ...more }, ...args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(complaint).not.toMatch(/^\s+at /m);
      return complaint;
    };
    return { env, file, copy: join(folder(), 'copy'), complaintOf };
  }

  it('say in one sentence what is to be mended', async () => {
    const { env, file, copy, complaintOf } = await setup();
    expect(await complaintOf({}, 'backup', copy)).toMatch(/^There is no database file .*npm start.*\n$/);
    expect(await complaintOf({}, 'backup')).toMatch(/^Name one file\./);
    expect(await complaintOf({}, 'backup', 'a', 'b')).toMatch(/^Name one file\./);
    expect(await complaintOf({}, 'restore', copy)).toMatch(/^There is no file .*\n$/);
    for (const name of ['backup', 'restore']) {
      const memory = { DATABASE_URL: 'sqlite::memory:' };
      expect(await complaintOf(memory, name, copy)).toMatch(/^The database is in memory/);
    }
    const service = await ServiceProcess.start(env);
    expect(await complaintOf({}, 'backup', dirname(copy))).toMatch(/is a folder/);
    expect(await complaintOf({}, 'backup', join(copy, 'x'))).toMatch(/^There is no folder/);
    expect(await complaintOf({}, 'backup', `${file}-wal`)).toMatch(/cannot be the database itself/);
    // A rename would put a file in the place of the one database that there is, or of a device.
    const links = folder();
    symlinkSync(dirname(file), join(links, 'folder'));
    const sameFile = join(links, 'folder', basename(file));
    expect(await complaintOf({}, 'backup', sameFile, '--overwrite')).toMatch(/cannot be the database itself/);
    const pipe = join(links, 'pipe');
    await run('mkfifo', [pipe], {}, links);
    expect(await complaintOf({}, 'backup', pipe, '--overwrite')).toMatch(/is no ordinary file/);
    expect((await command(env, 'backup', copy)).code).toBe(0);
    expect(await complaintOf({}, 'backup', copy)).toMatch(/^There is a file .*--overwrite/);
    const { code, out } = await command(env, 'backup', copy, '--overwrite');
    expect(code).toBe(0);
    // The command knows its own environment only, which may lack what the service has.
    expect(out).toMatch(/^KEY_ENCRYPTION_SECRET is not set here: where the service has none either, keys/m);
    const inUse = await complaintOf({}, 'restore', copy);
    expect(inUse).toMatch(new RegExp(`is in use by process ${service.pid} .*stop that process first`));
    await service.end('SIGTERM');
    expect(await complaintOf({}, 'restore', file)).toMatch(/is the database itself/);
  });

  it('put nothing in the place of a database that is not a whole backup', async () => {
    const { env, file, copy, complaintOf } = await setup();
    await (await ServiceProcess.start(env)).end('SIGTERM');
    expect((await command(env, 'backup', copy)).code).toBe(0);
    const before = readFileSync(file);
    truncateSync(copy, statSync(copy).size / 2);
    expect(await complaintOf({}, 'restore', copy)).toMatch(
      /was not restored: it is damaged.* is as it was\.\n$/,
    );
    writeFileSync(copy, 'no database at all, but long enough to have a header of its own '.repeat(4));
    expect(await complaintOf({}, 'restore', copy)).toMatch(/it is no SQLite database/);
    writeFileSync(copy, '');
    expect(await complaintOf({}, 'restore', copy)).toMatch(/it is no database of Carillon/);
    expect(await complaintOf({}, 'restore', dirname(copy))).toMatch(/it is no file/);
    const others = await new DataSource({ type: 'better-sqlite3', database: copy }).initialize();
    await others.query('CREATE TABLE migrations (id INTEGER, name TEXT)');
    await others.destroy();
    expect(await complaintOf({}, 'restore', copy)).toMatch(/it is no database of Carillon/);
    writeFileSync(`${copy}-wal`, '');
    expect(await complaintOf({}, 'restore', copy)).toMatch(/it is a database in use/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('keep every database of before, also those of one second', async () => {
    const { env, file, copy } = await setup();
    await (await ServiceProcess.start(env)).end('SIGTERM');
    expect((await command(env, 'backup', copy)).code).toBe(0);
    const kept = [];
    for (let time = 0; time < 2; time++) kept.push((await restoreFile(copy, file, 0)).kept);
    expect(new Set(kept).size).toBe(2);
    expect(kept.map((name) => statSync(name ?? '').isFile())).toEqual([true, true]);
  });
});
