import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startWatchdog } from '../../support/mariadb/watchdog.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
const SAMPLE_MS = 50;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 40_000;

/** A process that the benchmark started and ends; should the benchmark itself be killed, a watchdog ends it. */
export class Child {
  private peakBytes = 0;
  private readonly sampler: NodeJS.Timeout;
  private readonly watchdog = startWatchdog('[ -z "$server" ] || kill -9 "$server"');

  constructor(readonly process: ChildProcess) {
    this.watchdog.watch(process.pid ?? null);
    process.once('exit', () => this.watchdog.watch(null));
    this.sampler = setInterval(() => this.sample(), SAMPLE_MS);
    this.sampler.unref();
  }

  /** CPU seconds, user and system, that the process and what it started have used. */
  get cpuSeconds(): number {
    return cpuSecondsOf(this.process.pid ?? 0);
  }

  /** The most resident memory seen, in bytes, sampled every 50 ms. */
  get peakMemory(): number {
    this.sample();
    return this.peakBytes;
  }

  resetPeak(): void {
    this.peakBytes = 0;
  }

  async stop(): Promise<void> {
    clearInterval(this.sampler);
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      const stuck = setTimeout(() => this.process.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(stuck);
    }
    await this.watchdog.dismiss();
  }

  private sample(): void {
    try {
      const pages = Number(readFileSync(`/proc/${this.process.pid}/statm`, 'utf8').split(' ')[1]);
      this.peakBytes = Math.max(this.peakBytes, pages * PAGE_BYTES);
    } catch {
      // The process has ended.
    }
  }
}

/** Returns the CPU seconds that a process, its children and those that it has waited for have used; 0 where it is gone. */
export function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.reduce((sum, child) => sum + cpuSecondsOf(Number(child)), own);
  } catch {
    return 0;
  }
}

/** Starts the echo server and returns it with its address. */
export function startEcho(): Promise<{ child: Child; url: string }> {
  return startEndpoint('support/echo-server.mjs');
}

/** Starts an endpoint of test/bench, which prints its port, and returns it with its address. */
export async function startEndpoint(file: string): Promise<{ child: Child; url: string }> {
  const child = spawn(process.execPath, [`${ROOT}test/bench/${file}`], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (!child.stdout) throw new Error('The endpoint has no standard output.');
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child: new Child(child), url: `http://127.0.0.1:${port}` };
}

/** Runs a program of test/bench that talks over `process.send`. */
export function startProgram(file: string, words: readonly string[]): Child {
  const loader = ['--import', `${ROOT}scripts/typescript-loader.mjs`];
  return new Child(
    fork(`${ROOT}test/bench/${file}`, [...words], { execArgv: [...loader, ...nodeArguments()] }),
  );
}

/** Starts the built service as an operator would and returns it once it is ready. */
export async function startService(env: Record<string, string>): Promise<Child> {
  const port = env['PORT'] ?? '38080';
  // The arguments of `npm start`, and more where they are asked for.
  const words = [
    '--max-semi-space-size=32',
    '--heap-growing-percent=100',
    ...nodeArguments(),
    `${ROOT}dist/main.js`,
  ];
  const process_ = spawn(process.execPath, words, {
    cwd: env['BENCH_CWD'] ?? ROOT,
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', PORT: port, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const child = new Child(process_);
  const within = AbortSignal.timeout(READY_WITHIN_MS);
  for (;;) {
    if (process_.exitCode !== null) throw new Error(`The service ended with ${process_.exitCode}.`);
    const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return child;
    if (within.aborted) {
      await child.stop();
      throw new Error(`The service was not ready after ${READY_WITHIN_MS / 1000} s.`);
    }
    await pause(20);
  }
}

/** More arguments for Node.js, such as `--cpu-prof --cpu-prof-dir=/tmp/profiles`. */
function nodeArguments(): string[] {
  return process.env['BENCH_NODE_ARGS']?.split(' ').filter(Boolean) ?? [];
}
