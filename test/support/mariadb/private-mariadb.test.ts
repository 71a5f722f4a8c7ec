import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createConnection } from 'mysql2/promise';
import { atEndOfFile } from '../end-of-file.js';
import { PrivateMariaDb } from './private-mariadb.js';

async function query(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection({ uri: url });
  const [rows] = await connection.query(sql).finally(() => connection.end());
  return rows;
}

async function isThere(url: string): Promise<boolean> {
  return query(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

describe('a private database server', () => {
  async function setup() {
    const server = await PrivateMariaDb.start();
    atEndOfFile(() => server.stop());
    return server;
  }

  it('keeps its port and what was committed when it crashes and comes back', async () => {
    const server = await setup();
    await query(server.url(), 'CREATE DATABASE kept');
    await query(server.url('kept'), 'CREATE TABLE t (n INT) ENGINE=InnoDB');
    await query(server.url('kept'), 'INSERT INTO t VALUES (7)');
    await server.kill();
    expect(await isThere(server.url())).toBe(false);
    await server.restart();
    expect(await query(server.url('kept'), 'SELECT n FROM t')).toEqual([{ n: 7 }]);
  });

  it('is for one run: a second one has another port and another password', async () => {
    const [one, other] = await Promise.all([setup(), setup()]);
    expect(new URL(one.url()).port).not.toBe(new URL(other.url()).port);
    expect(new URL(one.url()).password).not.toBe(new URL(other.url()).password);
  });

  it('is gone when it is stopped', async () => {
    const server = await setup();
    await server.stop();
    expect(await isThere(server.url())).toBe(false);
  });

  it('ends with its owner, however that ends', async () => {
    const script = `
      import { PrivateMariaDb } from './test/support/mariadb/private-mariadb.ts';
      console.log((await PrivateMariaDb.start()).url());
      setInterval(() => {}, 60_000);
    `;
    const words = ['--import', './scripts/typescript-loader.mjs', '--input-type=module', '--eval', script];
    const owner = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
    expect(await isThere(url)).toBe(true);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    while (await isThere(url));
  });
});
