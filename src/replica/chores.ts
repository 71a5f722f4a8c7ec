import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { MINUTE_MS } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { ChoreLease } from './chore-lease.js';
import { Ticker } from './ticker.js';

/** Periodic work beside requests and dispatch. */
export interface Chore {
  /** The name in the log; unique within the process. */
  readonly name: string;
  readonly everyMs: number;
  /**
   * The lease that lets one replica at a time do the chore; chores may share a lease. Undefined: every replica
   * does it for itself.
   */
  readonly lease?: { readonly name: string; readonly forMs: number };
  /** True for work that belongs to dispatch: a replica with DISPATCH=off leaves it to the others. */
  readonly isForDispatch?: boolean;
  /**
   * Does the work once; long work is done in batches of limited size. When it resolves with a number above 0, the
   * log says that this many rows were handled.
   */
  run(): Promise<unknown>;
}

/**
 * The settings that all clean-up chores share: one replica at a time does all of them, and only one that
 * dispatches.
 */
export const CLEAN_UP = { lease: { name: 'sweep', forMs: MINUTE_MS }, isForDispatch: true } as const;

/**
 * All periodic work. Each module registers its chores here when it is created. From the start of the application,
 * each chore is done at its interval: on one replica at a time where it has a lease, and never twice at once in a
 * process. When a chore fails, the failure is logged and the chore is done again at its next time. A process that
 * stops starts no more chores and waits for the running ones to end.
 */
@Injectable()
export class Chores implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly log = new Logger('Chores');
  private readonly chores = new Map<string, Chore>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly stops: (() => void)[] = [];
  private isStopping = false;

  constructor(
    private readonly ticker: Ticker,
    private readonly lease: ChoreLease,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Adds a chore. Call it in a constructor or in `onModuleInit`. */
  register(chore: Chore): void {
    if (this.chores.has(chore.name)) throw new Error(`There is a chore of the name '${chore.name}' already.`);
    this.chores.set(chore.name, chore);
  }

  onApplicationBootstrap(): void {
    for (const { name, everyMs, isForDispatch } of this.chores.values()) {
      if (isForDispatch && !this.config.isDispatching) continue;
      this.stops.push(this.ticker.every(everyMs, () => void this.start(name)));
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    for (const stop of this.stops.splice(0)) stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /**
   * Does a chore now, unless it is already running, another replica has its lease, or the process is stopping.
   * Resolves when it is over and never rejects.
   */
  start(name: string): Promise<void> {
    const chore = this.chores.get(name);
    if (!chore) throw new Error(`There is no chore of the name '${name}'.`);
    if (this.isStopping) return Promise.resolve();
    const known = this.underWay.get(name);
    if (known) return known;
    const run = this.run(chore).finally(() => this.underWay.delete(name));
    this.underWay.set(name, run);
    return run;
  }

  private async run(chore: Chore): Promise<void> {
    try {
      if (chore.lease && !(await this.lease.mayDo(chore.lease.name, chore.lease.forMs))) return;
      // The process may have been asked to stop while the lease was requested.
      if (this.isStopping) return;
      const done = await chore.run();
      if (typeof done === 'number' && done > 0)
        this.log.debug(`The chore '${chore.name}' handled ${done} rows.`);
    } catch (error) {
      logUnlessUnavailable(error, (reason) =>
        this.log.error(`The chore '${chore.name}' failed, the next one goes on: ${reason}`),
      );
    }
  }
}
