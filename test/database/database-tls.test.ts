import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { DAY_MS } from '../../src/core/instant.js';
import { openDatabase } from '../../src/database/open-database.js';
import { selfSigned } from '../../src/http/tls/self-signed.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { PrivateMariaDb } from '../support/mariadb/private-mariadb.js';
import { makeScratchFolder } from '../support/scratch.js';

/** An address of this machine that DATABASE_URL does not know as such. */
const ELSEWHERE = '0.0.0.0';

const folder = makeScratchFolder('carillon-test-');
atEndOfFile(() => rmSync(folder, { recursive: true }));

function certificate(name: string): { cert: string; key: string } {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const now = Date.now();
  const validity = { from: now - DAY_MS, until: now + DAY_MS };
  const made = selfSigned({ name, use: 'server', hosts: ['127.0.0.1', 'db.example.com'], ...validity });
  writeFileSync(files.cert, made.certificate);
  writeFileSync(files.key, made.privateKey, { mode: 0o644 });
  return files;
}

/** Starts a server with a database and returns how its URL reads for a host, with these parameters. */
async function server(settings: readonly string[]) {
  const mariaDb = await PrivateMariaDb.start({ settings });
  atEndOfFile(() => mariaDb.stop());
  const database = `tls_${randomBytes(4).toString('hex')}`;
  const admin = await createConnection({ uri: mariaDb.url() });
  await admin.query(`CREATE DATABASE ${database}`);
  await admin.end();
  return (host: string, parameters: string) => {
    const url = new URL(mariaDb.url(database));
    url.hostname = host;
    return `${url.href}${parameters}`;
  };
}

/** Returns whether the connection that a URL opens is encrypted. */
async function isEncrypted(url: string): Promise<boolean> {
  const database = await openDatabase(url);
  try {
    const rows = await database.read((tx) =>
      tx.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Ssl_cipher'"),
    );
    return rows[0]?.Value !== '';
  } finally {
    await database.close();
  }
}

describe('a server that offers encryption', () => {
  const own = certificate('server');
  const other = certificate('other');
  let url: Awaited<ReturnType<typeof server>>;
  beforeAll(async () => {
    url = await server([`--ssl-cert=${own.cert}`, `--ssl-key=${own.key}`]);
  });

  it.each([
    ['127.0.0.1', '', false],
    [ELSEWHERE, '', true],
    [ELSEWHERE, '?tls=off', false],
    ['127.0.0.1', '?tls=on', true],
    ['127.0.0.1', '?tls=skip-verify', true],
    ['127.0.0.1', `?tls=on&ca=${own.cert}`, true],
    ['127.0.0.1', `?tls=verify&ca=${own.cert}`, true],
  ])('is spoken to at %s with %s: encrypted is %s', async (host, parameters, expected) => {
    expect(await isEncrypted(url(host, parameters))).toBe(expected);
  });

  it.each([
    ['127.0.0.1', '?tls=verify', 'signed by no known authority'],
    ['127.0.0.1', `?tls=verify&ca=${other.cert}`, 'signed by another authority'],
    ['127.0.0.1', `?tls=on&ca=${other.cert}`, 'signed by another authority'],
    ['localhost', `?tls=verify&ca=${own.cert}`, 'of another name'],
    [ELSEWHERE, `?tls=verify&ca=${own.cert}`, 'of another address'],
  ])('is not spoken to at %s with %s: its certificate is %s', async (host, parameters) => {
    await expect(openDatabase(url(host, parameters))).rejects.toThrow(/did not prove who it is .*ca/);
  });

  it.each([
    ['nowhere.pem', /'nowhere\.pem', named as ca in DATABASE_URL, cannot be read \(ENOENT\)/],
    ['package.json', /'package\.json', named as ca in DATABASE_URL, holds no certificate/],
  ])('is not spoken to where the authority is the file %s', async (file, reason) => {
    await expect(openDatabase(url('127.0.0.1', `?tls=verify&ca=${file}`))).rejects.toThrow(reason);
  });
});

describe('a server that offers no encryption', () => {
  let url: Awaited<ReturnType<typeof server>>;
  beforeAll(async () => {
    url = await server(['--skip-ssl']);
  });

  it.each([
    ['127.0.0.1', ''],
    [ELSEWHERE, ''],
    [ELSEWHERE, '?tls=off'],
  ])('is spoken to in clear at %s with %s', async (host, parameters) => {
    expect(await isEncrypted(url(host, parameters))).toBe(false);
  });

  it.each(['on', 'skip-verify', 'verify'])('ends the start with tls=%s', async (tls) => {
    await expect(openDatabase(url('127.0.0.1', `?tls=${tls}`))).rejects.toThrow(
      /^The database server 127\.0\.0\.1:\d+, named in DATABASE_URL, offers no encryption/,
    );
  });
});
