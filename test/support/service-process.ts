import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atEndOfFile } from './end-of-file.js';
import { freePort } from './free-port.js';
import { makeScratchFolder } from './scratch.js';

export { build } from './build.js';

const ROOT = new URL('../../', import.meta.url);
const MAIN = fileURLToPath(new URL('dist/main.js', ROOT));
const KEPT_LINES = 20;

/** The service as it is shipped, in a process of its own: real time, real signals. It ends with the file at the latest. */
export class ServiceProcess {
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  private lines: string[] = [];
  private readonly heard: (() => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    /** Where its API listens. */
    readonly url: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.hear(line));
    }
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Starts the service with these variables and resolves once it listens; `main` is the main file of another build. */
  static async start(
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    main = MAIN,
  ): Promise<ServiceProcess> {
    const folder = makeScratchFolder('carillon-test-');
    atEndOfFile(() => rmSync(folder, { recursive: true }));
    const port = await freePort();
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: String(port), LOG_FORMAT: 'json', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServiceProcess(child, `http://127.0.0.1:${port}`);
    atEndOfFile(() => service.end('SIGKILL'));
    const died = service.ended.then(() => Promise.reject(new Error(service.lines.join('\n'))));
    await Promise.race([service.says(' listens on '), died]);
    return service;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The last lines that it wrote. */
  get said(): readonly string[] {
    return this.lines;
  }

  /** Lets the process stand still, whatever it is doing, until `thaw`. Its connections stay open. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Sends a signal and returns how the process ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL') {
    this.child.kill(signal);
    return this.ended;
  }

  /** Resolves once one of its last lines has this text. */
  async says(text: string): Promise<void> {
    while (!this.lines.some((line) => line.includes(text))) {
      await new Promise<void>((resolve) => this.heard.push(resolve));
    }
  }

  private hear(line: string): void {
    this.lines = [...this.lines, line].slice(-KEPT_LINES);
    for (const resolve of this.heard.splice(0)) resolve();
  }
}
