/** The processes of the demo: the service as it is shipped, the example application, and the fake Cloud Controller. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const START_MS = 20_000;
/** Longer than the service gives to open calls when it stops. */
const STOP_MS = 25_000;
const KEPT_LINES = 12;

/** A failure that the demo foresees: its message is for the person at the terminal. */
export class DemoFailure extends Error {}

/** Runs a Node.js program of this repository and hears what it prints. */
export class Child {
  /** Fulfilled when the process has ended, with a sentence on how. */
  ended;
  hasEnded = false;
  #process;
  #lines = [];

  /**
   * @param {string} name what the person at the terminal reads
   * @param {string} file path from the root of the repository
   * @param {Record<string, string>} env all of the environment that it gets, beside PATH
   * @param {(line: string) => void} [onLine] hears each line of its standard output
   * @param {'ignore' | 'pipe'} [stdin] a pipe for a process that ends with it
   */
  constructor(name, file, { env, onLine = () => {}, stdin = 'ignore' }) {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    this.name = name;
    this.#process = spawn(process.execPath, [path], {
      env: { PATH: process.env.PATH, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches the demo alone, which then ends its processes in order.
      detached: true,
    });
    process.once('exit', () => this.#process.kill('SIGTERM'));
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#keep(line);
      onLine(line);
    });
    createInterface({ input: this.#process.stderr }).on('line', (line) => this.#keep(line));
    this.ended = once(this.#process, 'close').then(([code, signal]) => {
      this.hasEnded = true;
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      return [`The ${name} ${how}. Its last lines:`, ...this.#lines.map((line) => `  ${line}`)].join('\n');
    });
  }

  /** Waits for what is awaited, and fails where the process ends before it or it takes too long. */
  async orEnd(awaited) {
    const late = delay(START_MS, undefined, { ref: false }).then(() => {
      throw new DemoFailure(`The ${this.name} was not ready after ${START_MS / 1000} seconds.`);
    });
    const ended = this.ended.then((how) => {
      throw new DemoFailure(how);
    });
    return Promise.race([awaited, late, ended]);
  }

  /** Asks the process to end and waits until it has; returns whether it did so by itself. */
  async stop() {
    if (this.hasEnded) return true;
    this.#process.kill('SIGTERM');
    const isEnded = await Promise.race([this.ended.then(() => true), delay(STOP_MS, false, { ref: false })]);
    if (!isEnded) this.#process.kill('SIGKILL');
    return isEnded;
  }

  #keep(line) {
    this.#lines = [...this.#lines, line].slice(-KEPT_LINES);
  }
}

/** Returns a port of this host that nobody listens on. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function untilReady(child, url) {
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!child.hasEnded && !(await isReady())) await delay(50);
}

/** The line of the service's start that leads to its dashboard. */
const SIGN_IN_LINK = /^\s*(https?:\S+\/sign-in#code=\S+)$/;

/**
 * Starts the service on an empty SQLite file in a folder; returns it and what its first start
 * made. `ready` is the link to its dashboard, null where DASHBOARD=off. */
export async function startService(folder) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: 'development',
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: `sqlite:${join(folder, 'carillon.sqlite')}`,
    LOG_LEVEL: 'warn',
    DASHBOARD: process.env.DASHBOARD ?? 'on',
  };
  let shows;
  const link = new Promise((resolve) => (shows = resolve));
  const onLine = (line) => SIGN_IN_LINK.test(line) && shows(line.trim());
  const child = new Child('service', 'dist/main.js', { env, onLine });
  return {
    child,
    url,
    ready: child.orEnd(untilReady(child, url).then(() => (env.DASHBOARD === 'off' ? null : link))),
    vcapFile: join(folder, 'vcap-services.json'),
  };
}

/** Starts the example application with its binding; `onCall` hears of each call that it lets in. */
export function startApp(vcapServices, onCall) {
  let listens;
  const listening = new Promise((resolve) => (listens = resolve));
  const onLine = (line) => {
    const fact = JSON.parse(line);
    if (fact.event === 'listening') listens(`http://127.0.0.1:${fact.port}`);
    if (fact.event === 'called') onCall(fact);
  };
  const child = new Child('application', 'demo/app.mjs', { env: { VCAP_SERVICES: vcapServices }, onLine });
  return { child, ready: child.orEnd(listening) };
}

/** Starts a Cloud Controller that is none; `ready` says where it listens. */
export function startCloud() {
  let listens;
  const listening = new Promise((resolve) => (listens = resolve));
  const onLine = (line) => listens(JSON.parse(line));
  const file = 'test/support/cloud-controller/main.mjs';
  const child = new Child('fake Cloud Controller', file, { env: {}, onLine, stdin: 'pipe' });
  return { child, ready: child.orEnd(listening) };
}
