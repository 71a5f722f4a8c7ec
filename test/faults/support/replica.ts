import { ServiceProcess } from '../../support/service-process.js';
import type { DatabaseProxy } from './database-proxy.js';

/** One of the equal processes of a deployment: it may come and go, its place and its environment stay. */
export class Replica {
  private process: ServiceProcess | null = null;
  private isFrozen = false;

  constructor(
    readonly name: string,
    private readonly env: Readonly<Record<string, string>>,
    /** Its way to the database, where it has one of its own. */
    readonly proxy: DatabaseProxy | null,
  ) {}

  get isRunning(): boolean {
    return this.process !== null;
  }

  /** Whether its API answers: a frozen process would do what it is asked only once it thaws. */
  get isServing(): boolean {
    return this.process !== null && !this.isFrozen;
  }

  /** Where its API is; throws where it does not run. */
  get url(): string {
    return this.running.url;
  }

  get pid(): number {
    return this.running.pid;
  }

  /** The last lines that it logged. */
  get said(): readonly string[] {
    return this.running.said;
  }

  /**
   * Starts a process in this place, with more variables where they are given, and resolves once it listens. `main` is the
   * main file of another build.
   */
  async start(more: Readonly<Record<string, string>> = {}, main?: string): Promise<void> {
    const way = this.proxy === null ? {} : { DATABASE_URL: this.proxy.url };
    this.process = await ServiceProcess.start({ ...this.env, ...way, ...more }, [], main);
  }

  /** Ends the process as a crash does. */
  async kill(): Promise<void> {
    const process = this.running;
    this.process = null;
    await process.end('SIGKILL');
  }

  /** Asks the process to end and resolves once it has; throws where it did not end well. */
  async stop(): Promise<void> {
    const process = this.running;
    this.process = null;
    const { code, signal } = await process.end('SIGTERM');
    if (code === 0) return;
    throw new Error(`${this.name} ended with ${signal ?? code}:\n${process.said.join('\n')}`);
  }

  freeze(): void {
    this.isFrozen = true;
    this.running.freeze();
  }

  thaw(): void {
    this.running.thaw();
    this.isFrozen = false;
  }

  private get running(): ServiceProcess {
    if (this.process === null) throw new Error(`${this.name} does not run.`);
    return this.process;
  }
}
