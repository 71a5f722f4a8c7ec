import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { CannotStart } from '../../src/config/cannot-start.js';
import { dialectFor, openDatabase } from '../../src/database/open-database.js';
import type { Sql } from '../../src/database/sql.js';
import { mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { runRow, storeRuns } from './rows.js';

const MYSQL = dialectFor('mysql://nobody@127.0.0.1/nowhere');

describe('What keeps a MySQL or MariaDB server from any work', () => {
  it.each([
    ['ER_TOO_MANY_USER_CONNECTIONS', 'no more connections of this user'],
    ['ER_USER_LIMIT_REACHED', 'limit is reached'],
    ['ER_NET_PACKET_TOO_LARGE', 'max_allowed_packet'],
    ['ER_BINLOG_STMT_MODE_AND_ROW_ENGINE', 'binlog_format'],
    ['ER_TABLEACCESS_DENIED_ERROR', 'no right'],
    ['ER_DBACCESS_DENIED_ERROR', 'no right'],
    ['ER_ACCESS_DENIED_ERROR', 'no right'],
    ['ER_OPTION_PREVENTS_STATEMENT', 'read-only'],
    ['ER_BAD_DB_ERROR', 'not on its server'],
    ['ER_ACCESS_DENIED_NO_PASSWORD_ERROR', 'no right'],
    ['ER_HOST_IS_BLOCKED', 'this machine'],
    ['ECONNREFUSED', 'does not answer'],
    ['EHOSTUNREACH', 'does not answer'],
    ['ENOTFOUND', 'does not answer'],
    ['HANDSHAKE_SSL_ERROR', 'who it is'],
  ])('is told for %s', (code, reason) => {
    expect(MYSQL.outageOf({ driverError: { code } })).toContain(reason);
  });

  it.each(['ER_DUP_ENTRY', 'ER_PARSE_ERROR', 'ER_DATA_TOO_LONG'])(
    'is not %s, which is a fault of ours',
    (code) => {
      expect(MYSQL.outageOf({ driverError: { code } })).toBeNull();
    },
  );

  it.each(['ER_READ_ONLY_MODE', 'ER_SERVER_OFFLINE_MODE', 'ER_OUT_OF_RESOURCES', 'ER_CONNECTION_KILLED'])(
    'is told at the start too, where an operator reads it: %s',
    (code) => {
      const failure = MYSQL.startFailure({ driverError: { code, message: 'as the server says it' } });
      expect(failure).toBeInstanceOf(CannotStart);
    },
  );

  it.each(['ER_DUP_ENTRY', 'ER_PARSE_ERROR'])('is not %s at the start, which is told whole', (code) => {
    const error = { driverError: { code } };
    expect(MYSQL.startFailure(error)).toBe(error);
  });

  it.each([
    ['ECONNREFUSED', true],
    ['ENETUNREACH', true],
    ['ER_LOCK_DEADLOCK', true],
    ['ER_ACCESS_DENIED_ERROR', false],
    ['ER_DISK_FULL', false],
  ])('is tried again where it may pass by itself: %s, %s', (code, isTransient) => {
    expect(MYSQL.isTransient({ driverError: { code } })).toBe(isTransient);
  });

  it('is told of a user whose account is taken away in the middle', async () => {
    const url = new URL(await mariaDb.createUrl());
    const admin = await createConnection({ uri: url.href });
    atEndOfFile(() => admin.end());
    const name = `carillon_${randomBytes(4).toString('hex')}`;
    await admin.query(`CREATE USER ${name} IDENTIFIED BY 'x'`);
    await admin.query(`GRANT ALL ON ${url.pathname.slice(1)}.* TO ${name}`);
    [url.username, url.password] = [name, 'x'];
    const database = await openDatabase(url.href);
    atEndOfFile(() => database.close());
    await storeRuns(database, [runRow(1)]);
    await admin.query(`DROP USER ${name}`);
    const [threads] = await admin.query(
      `SELECT id FROM information_schema.processlist WHERE user = '${name}'`,
    );
    for (const { id } of threads as { id: number }[]) await admin.query(`KILL ${id}`);
    await expect(storeRuns(database, [runRow(2)])).rejects.toEqual(
      expect.objectContaining({
        code: 'unavailable',
        message: expect.stringContaining('The user of the database has no right'),
      }),
    );
  });
});

describe('A server whose settings do not fit', () => {
  const serverWith = (row: object): Sql => ({
    query: () => Promise.resolve([row] as never),
    execute: () => Promise.resolve(0),
    executeEach: () => Promise.resolve(0),
  });

  it.each([
    [{ log: 1, format: 'STATEMENT', packet: 16_777_216 }, 'binlog_format=ROW'],
    [{ log: 0, format: 'ROW', packet: 1_048_576 }, 'max_allowed_packet'],
    [{ log: 0, format: 'STATEMENT', packet: 16_777_216 }, null],
    [{ log: 1, format: 'ROW', packet: 67_108_864 }, null],
    [{ log: 1, format: 'MIXED', packet: 67_108_864 }, null],
  ])('is refused at the start with what to set: %j', async (row, remedy) => {
    const reason = await MYSQL.unfitness(serverWith(row));
    if (remedy === null) expect(reason).toBeNull();
    else expect(reason).toContain(remedy);
  });
});
