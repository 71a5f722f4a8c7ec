import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { PrivateMariaDb } from '../support/mariadb/private-mariadb.js';
import { freePort } from '../support/free-port.js';
import type { Figure } from './dispatch/figures.js';
import { machine, printTable } from './dispatch/report.js';
import { sizesOf, type Sizes } from './sizes/table-sizes.js';
import { ApiClient } from './support/api-client.js';
import { startService } from './support/processes.js';

/**
 * `npm run bench -- sizes [mariadb] [sqlite] [runs=100000] [text=11]`: how large the tables and indexes become per million runs.
 * The service itself makes the runs, by schedules of every second whose endpoint answers `text` bytes, so rows are
 * inserted, changed twice and indexed as in use. Printed is what grew between a tenth of the runs and all of them.
 */
const words = process.argv.slice(2);
const numberOf = (name: string, preset: number) =>
  Number(words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? preset);
const wanted = numberOf('runs', 100_000);
const text = numberOf('text', 11);
const asked = ['mariadb', 'sqlite'].filter((kind) => words.includes(kind));
const SCHEDULES = 1_000;
const MILLION = 1_000_000;
const LOOK_MS = 500;

/** An endpoint that counts its calls and answers with text. */
class Endpoint {
  calls = 0;
  private readonly server: Server = createServer((request, response) => {
    this.calls++;
    request.resume();
    response.end('x'.repeat(text));
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`; // TCP has an AddressInfo
  }

  async called(count: number): Promise<void> {
    while (this.calls < count) await pause(LOOK_MS);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function grown(databaseUrl: string, folder: string): Promise<{ from: Sizes; to: Sizes }> {
  const port = await freePort();
  const endpoint = new Endpoint();
  const action = await endpoint.start();
  const env = { DATABASE_URL: databaseUrl, CREDENTIALS_DIR: folder, PORT: String(port) };
  const limits = { MAX_CALLS_PER_HOST_PER_SECOND: '10000..10000', MAX_CALLS_PER_TENANT: '500' };
  const start = () => startService({ ...env, ...limits, PUBLIC_URL: 'http://carillon.test' });
  const service = await start();
  const api = new ApiClient(`http://127.0.0.1:${port}`, folder);
  const token = await api.tokenOf();
  const often = Array.from({ length: SCHEDULES }, () => ({ cron: '* * * * * * *', active: true }));
  const job = { name: 'sizes', action, active: true, schedules: often };
  await api.call('POST', '/scheduler/jobs', token, job);
  await endpoint.called(wanted / 10);
  await service.stop();
  const from = await sizesOf(databaseUrl);
  const again = await start();
  await endpoint.called(wanted);
  await again.stop();
  const to = await sizesOf(databaseUrl);
  await api.close();
  endpoint.stop();
  return { from, to };
}

function figuresOf(kind: string, { from, to }: { from: Sizes; to: Sizes }): Figure[] {
  const runs = to.runs - from.runs;
  const each = Object.entries(to.bytes).map(([name, bytes]) => ({
    name,
    bytes: ((bytes - (from.bytes[name] ?? 0)) / runs) * MILLION,
  }));
  const largest = each.filter(({ bytes }) => bytes > MILLION).sort((a, b) => b.bytes - a.bytes);
  const inAll = each.reduce((sum, { bytes }) => sum + bytes, 0);
  return [...largest, { name: 'all together', bytes: inAll }].map(({ name, bytes }) => ({
    workload: `${kind}, ${runs.toLocaleString('en')} runs`,
    figure: name,
    value: bytes / MILLION,
    unit: 'MB per million runs',
  }));
}

const folder = mkdtempSync(join(tmpdir(), 'carillon-sizes-'));
try {
  const figures: Figure[] = [];
  for (const kind of asked.length > 0 ? asked : ['mariadb', 'sqlite']) {
    const own = mkdtempSync(join(folder, kind));
    if (kind === 'sqlite') {
      figures.push(...figuresOf(kind, await grown(`sqlite:${join(own, 'carillon.sqlite')}`, own)));
      continue;
    }
    const server = await PrivateMariaDb.start({ settings: ['--innodb-buffer-pool-size=512M'] });
    try {
      const admin = await createConnection({ uri: server.url() });
      await admin.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
      await admin.end();
      figures.push(...figuresOf(kind, await grown(server.url('bench'), own)));
    } finally {
      await server.stop();
    }
  }
  console.log(`\n${machine()}; answers of ${text} bytes`);
  printTable(figures);
} finally {
  rmSync(folder, { recursive: true });
}
