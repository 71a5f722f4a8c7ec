import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startWatchdog } from '../../support/mariadb/watchdog.js';
import { freePort } from '../../support/free-port.js';
import { cpuSecondsOf } from './processes.js';

const START_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 20_000;

/** How a server is run: its words get its own folder and its port. */
export interface ServerPlan {
  readonly name: string;
  /** Makes the data that the server starts from. */
  prepare?(folder: string): Promise<void>;
  command(folder: string, port: number): readonly [string, ...string[]];
  /** The signal that ends the server in good order and at once. */
  readonly endSignal: 'SIGTERM' | 'SIGINT';
}

/** A server on a free port of 127.0.0.1 with data of its own, ended and removed with the benchmark, however that ends. */
export class OwnServer {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
    private readonly plan: ServerPlan,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(plan: ServerPlan): Promise<OwnServer> {
    const folder = mkdtempSync(join(tmpdir(), `carillon-bench-${plan.name}-`));
    const watchdog = startWatchdog(`[ -z "$server" ] || kill -9 "$server"; rm -rf '${folder}'`);
    try {
      await plan.prepare?.(folder);
      const port = await freePort();
      const [command, ...words] = plan.command(folder, port);
      const process = spawn(command, words, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
      watchdog.watch(process.pid ?? null);
      process.once('exit', () => watchdog.watch(null));
      const server = new OwnServer(port, process, plan, () => watchdog.dismiss());
      await server.listening();
      return server;
    } catch (error) {
      await watchdog.dismiss();
      throw error;
    }
  }

  get cpuSeconds(): number {
    return cpuSecondsOf(this.process.pid ?? 0);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill(this.plan.endSignal);
      const stuck = setTimeout(() => this.process.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(stuck);
    }
    await this.cleanUp();
  }

  private async listening(): Promise<void> {
    const within = AbortSignal.timeout(START_WITHIN_MS);
    while (!(await isListening(this.port))) {
      if (this.process.exitCode !== null || within.aborted) {
        throw new Error(`${this.plan.name} did not start (exit code ${this.process.exitCode}).`);
      }
      await pause(25);
    }
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isUp = await Promise.race([
    once(socket, 'connect').then(
      () => true,
      () => false,
    ),
    pause(1_000, false),
  ]);
  socket.destroy();
  return isUp;
}
