import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { findServer } from './find-server.js';
import { freePort } from '../free-port.js';
import { makeScratchFolder } from '../scratch.js';
import type { ServerProgram } from './server-program.js';
import { startWatchdog, type Watchdog } from './watchdog.js';

const START_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 25;

/** Settings that any run wants: small, and the same whatever the host is set to. */
const SETTINGS = [
  '--skip-name-resolve',
  '--skip-log-bin',
  '--character-set-server=utf8mb4',
  '--performance-schema=OFF',
  '--max-connections=400',
  '--innodb-buffer-pool-size=128M',
];
/** Quick: commits outlive a crash of the server, but not one of the machine. */
const QUICK = [
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-doublewrite=0',
  '--innodb-flush-method=nosync',
];

/**
 * A MariaDB (or MySQL) server of one's own on a free port of 127.0.0.1. It ends with its owner: a watchdog ends
 * the server and removes its data when the process that started it is gone, however that went.
 */
export class PrivateMariaDb {
  private server: ChildProcess | null = null;

  private constructor(
    private readonly program: ServerProgram,
    private readonly watchdog: Watchdog,
    private readonly place: { folder: string; password: string; port: number },
    private readonly settings: readonly string[],
  ) {}

  /**
   * Starts a server with no databases and returns it once it takes connections. Its commits outlive `kill`; with
   * `durable` each also waits for the disk, as in production: for benchmarks. `settings` are options of the server.
   */
  static async start({
    durable = false,
    settings = [],
  }: { durable?: boolean; settings?: readonly string[] } = {}): Promise<PrivateMariaDb> {
    const folder = makeScratchFolder('carillon-mariadb-', { onDisk: durable });
    const password = randomBytes(12).toString('hex');
    const program = await findServer(folder, password).catch((error: unknown) => {
      rmSync(folder, { recursive: true });
      throw error;
    });
    const watchdog = startWatchdog(program.cleanup);
    const place = { folder, password, port: await freePort() };
    const speed = durable ? [] : QUICK;
    const server = new PrivateMariaDb(program, watchdog, place, [...SETTINGS, ...speed, ...settings]);
    try {
      await program.prepare();
      await server.launch();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Returns the URL of a database on this server; without a name, of the server itself. */
  url(database = ''): string {
    return `mysql://carillon:${this.place.password}@127.0.0.1:${this.place.port}/${database}`;
  }

  /** Ends the server at once, as a crash would. `restart` brings it back with what it had committed. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the server in good order where it runs, and starts it on the same port with the same data. */
  async restart(): Promise<void> {
    await this.end('SIGTERM');
    await this.launch();
  }

  /** Ends the server and removes its data. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await this.watchdog.dismiss();
  }

  private async launch(): Promise<void> {
    const { folder, port } = this.place;
    const logFile = join(folder, 'server.log');
    const log = openSync(logFile, 'a');
    const [command, ...words] = this.program.command(port, this.settings);
    // A group of its own: Ctrl-C ends the tests, and the tests end the server.
    const server = spawn(command, words, { stdio: ['ignore', log, log], detached: true });
    server.unref();
    closeSync(log);
    this.server = server;
    const failure = new AbortController();
    server.once('error', (error) => failure.abort(error.message));
    server.once('exit', (code, signal) => failure.abort(`it ended with ${code ?? signal}`));
    if (server.pid) this.watchdog.watch(server.pid);
    const within = AbortSignal.any([failure.signal, AbortSignal.timeout(START_WITHIN_MS)]);
    while (!(await this.takesConnections())) {
      if (within.aborted) {
        const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
        throw new Error(`${this.program.name} did not start: ${String(within.reason)}\n${tail}`);
      }
      await pause(ASK_EVERY_MS);
    }
  }

  private async takesConnections(): Promise<boolean> {
    try {
      const connection = await createConnection({ uri: this.url(), connectTimeout: 5_000 });
      await connection.end();
      return true;
    } catch {
      return false;
    }
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const server = this.server;
    this.server = null;
    if (!server || server.exitCode !== null || server.signalCode !== null || !server.pid) return;
    server.ref();
    const ended = once(server, 'exit');
    const stuck = setTimeout(() => this.program.signal(server, 'SIGKILL'), STOP_WITHIN_MS);
    this.program.signal(server, signal);
    await ended;
    clearTimeout(stuck);
    this.watchdog.watch(null);
  }
}
