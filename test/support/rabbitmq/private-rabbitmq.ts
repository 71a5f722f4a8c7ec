import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import rhea, { type Connection } from 'rhea';
import { startWatchdog, type Watchdog } from '../mariadb/watchdog.js';
import { freePort } from '../free-port.js';
import { makeScratchFolder } from '../scratch.js';
import { findRabbitMq, type RabbitMqPrograms } from './find-rabbitmq.js';

const START_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 30_000;

/**
 * A RabbitMQ of one's own with its AMQP 1.0 plug-in, on free ports of 127.0.0.1, all its files in one folder. It
 * and its name service are one group of processes, which a watchdog ends when their owner is gone.
 */
export class PrivateRabbitMq {
  private group: ChildProcess | null = null;

  private constructor(
    private readonly programs: RabbitMqPrograms,
    private readonly folder: string,
    private readonly watchdog: Watchdog,
    private readonly ports: { readonly amqp: number; readonly names: number; readonly nodes: number },
  ) {}

  /** Prepares a broker on ports of its own; `start` runs it. */
  static async prepare(): Promise<PrivateRabbitMq> {
    const programs = await findRabbitMq();
    const folder = makeScratchFolder('carillon-rabbitmq-', { onDisk: true });
    const cleanup = `[ -z "$server" ] || kill -9 -- "-$server"; rm -rf '${folder}'`;
    const ports = { amqp: await freePort(), names: await freePort(), nodes: await freePort() };
    return new PrivateRabbitMq(programs, folder, startWatchdog(cleanup), ports);
  }

  /** Returns the AMQP_URL of the broker; the path is the address that is written to. */
  url(path = ''): string {
    return `amqp://guest:guest@127.0.0.1:${this.ports.amqp}${path}`;
  }

  /** Starts the broker, with what it had stored where it ran before, and resolves once it takes connections. */
  async start(): Promise<void> {
    const logFile = join(this.folder, 'server.log');
    const log = openSync(logFile, 'a');
    const { server, epmd } = this.programs;
    const script = `'${epmd}' -port ${this.ports.names} & exec '${server}'`;
    const env = this.environment();
    const group = spawn('sh', ['-c', script], { stdio: ['ignore', log, log], detached: true, env });
    group.unref();
    closeSync(log);
    this.group = group;
    if (group.pid) this.watchdog.watch(group.pid);
    const until = performance.now() + START_WITHIN_MS;
    while (!(await this.takesConnections())) {
      if (group.exitCode !== null || performance.now() > until) {
        const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-20).join('\n');
        throw new Error(`RabbitMQ did not start (exit code ${group.exitCode}):\n${tail}`);
      }
      await pause(100);
    }
  }

  /** Opens a connection to the broker as any client does. */
  async connect(): Promise<Connection> {
    const connection = rhea.create_container().connect({
      ...{ host: '127.0.0.1', port: this.ports.amqp, username: 'guest', password: 'guest' },
      reconnect: false,
    });
    await new Promise<void>((resolve, reject) => {
      connection.once('connection_open', () => resolve());
      for (const failure of ['disconnected', 'connection_error', 'protocol_error']) {
        connection.once(failure, () => reject(new Error(`The broker refuses: ${failure}`)));
      }
    });
    return connection;
  }

  /** Ends the broker in good order; `start` brings it back. */
  async stop(): Promise<void> {
    const group = this.group;
    this.group = null;
    if (!group?.pid || group.exitCode !== null || group.signalCode !== null) return;
    const { pid } = group;
    group.ref();
    const ended = once(group, 'exit');
    const stuck = setTimeout(() => process.kill(-pid, 'SIGKILL'), STOP_WITHIN_MS);
    process.kill(-pid, 'SIGTERM');
    await ended;
    clearTimeout(stuck);
    this.watchdog.watch(null);
  }

  /** Ends the broker for good and removes its files. */
  async remove(): Promise<void> {
    await this.stop();
    await this.watchdog.dismiss();
  }

  private async takesConnections(): Promise<boolean> {
    try {
      const connection = await this.connect();
      const closed = once(connection, 'connection_close');
      connection.close();
      await closed;
      return true;
    } catch {
      return false;
    }
  }

  private environment(): NodeJS.ProcessEnv {
    const file = (name: string, text: string) => {
      const path = join(this.folder, name);
      writeFileSync(path, text);
      return path;
    };
    return {
      PATH: process.env['PATH'],
      HOME: this.folder,
      ERL_EPMD_PORT: String(this.ports.names),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: 'carillon-test@localhost',
      RABBITMQ_DIST_PORT: String(this.ports.nodes),
      RABBITMQ_BASE: this.folder,
      RABBITMQ_MNESIA_BASE: join(this.folder, 'mnesia'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_CONF_ENV_FILE: file('environment.conf', ''),
      RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', `listeners.tcp.1 = 127.0.0.1:${this.ports.amqp}\n`),
      RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins', '[rabbitmq_amqp1_0].\n'),
      // One scheduler: the broker of a test has little to do, and the machine much else.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1',
    };
  }
}
