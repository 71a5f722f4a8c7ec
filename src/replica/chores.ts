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

/** Something that is done again and again beside requests and dispatch. */
export interface Chore {
  /** Names it in the log; unique within the process. */
  readonly name: string;
  readonly everyMs: number;
  /**
   * The lease by which one replica at a time does it; chores may share one. Undefined: every replica does it for
   * itself.
   */
  readonly lease?: { readonly name: string; readonly forMs: number };
  /** True for what belongs to dispatch: a replica with DISPATCH=off leaves it to the others. */
  readonly isForDispatch?: boolean;
  /**
   * Does it once; long work is done in bounded batches. Where it resolves with a number above 0, the log says that so
   * many rows were handled.
   */
  run(): Promise<unknown>;
}

/** What all clean-up has in common: one replica at a time does all of it, and only one that dispatches. */
export const CLEAN_UP = { lease: { name: 'sweep', forMs: MINUTE_MS }, isForDispatch: true } as const;

/**
 * Everything periodic. Each module registers its chores here when it is made; from the start of the application on each
 * is done at its pace: on one replica at a time where it has a lease, and never twice at once in a process. One that
 * fails is said to have failed and is done again at its next moment. A process that stops starts none any more and lets
 * those under way end.
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

  /** Adds a chore; call it in a constructor or in `onModuleInit`. */
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

  /** Does a chore now, unless it is under way already, another replica has its lease, or the process stops. Resolves when it is over and never rejects. */
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
      // The process may have been asked to stop while the lease was asked for.
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
