import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { MINUTE_MS, SECOND_MS } from '../core/instant.js';
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
 * From this pace on it is kept in the database when a chore was last done: a process may be restarted more often than
 * that, and its own pace would never come to an end.
 */
const RARE_FROM_MS = MINUTE_MS;
/** How often a new process looks for rare chores that are overdue, until it has found none. */
export const FIRST_LOOK_MS = 5 * SECOND_MS;

/**
 * All periodic work. Each module registers its chores here when it is created. From the start of the application,
 * each chore is done at its interval: on one replica at a time where it has a lease, and never twice at once in a
 * process. A rare chore that is overdue when the process starts is done soon after it. When a chore fails, the failure
 * is logged and the chore is done again at its next time. A process that
 * stops starts no more chores and waits for the running ones to end.
 */
@Injectable()
export class Chores implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly log = new Logger('Chores');
  private readonly chores = new Map<string, Chore>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly stops: (() => void)[] = [];
  /** The rare chores that this process has begun: they now keep their pace. */
  private readonly begun = new Set<string>();
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
    const own = [...this.chores.values()].filter(
      (chore) => !chore.isForDispatch || this.config.isDispatching,
    );
    for (const { name, everyMs } of own) {
      this.stops.push(this.ticker.every(everyMs, () => void this.start(name)));
    }
    if (own.some(isRare)) this.lookForOverdue(own.filter(isRare));
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

  /**
   * Looks again and again until nothing is overdue: for a while the lease may be that of a process that was killed.
   * What this process has begun once is not begun by a look again, even where it failed.
   */
  private lookForOverdue(rare: readonly Chore[]): void {
    const look = async () => {
      try {
        const overdue = await this.lease.listOverdue(rare.filter(({ name }) => !this.begun.has(name)));
        if (overdue.length === 0) stop();
        else await Promise.all(overdue.map((name) => this.start(name)));
      } catch (error) {
        logUnlessUnavailable(error, (reason) =>
          this.log.error(`When the chores were last done cannot be read, the next look goes on: ${reason}`),
        );
      }
    };
    const name = 'look for overdue chores';
    const stop = this.ticker.every(FIRST_LOOK_MS, () => {
      if (this.underWay.has(name)) return;
      this.underWay.set(
        name,
        look().finally(() => this.underWay.delete(name)),
      );
    });
    this.stops.push(stop);
  }

  private async run(chore: Chore): Promise<void> {
    try {
      if (chore.lease && !(await this.lease.mayDo(chore.lease.name, chore.lease.forMs))) return;
      // The process may have been asked to stop while the lease was requested.
      if (this.isStopping) return;
      this.begun.add(chore.name);
      const done = await chore.run();
      if (isRare(chore)) await this.lease.noteDone(chore.name);
      if (typeof done === 'number' && done > 0)
        this.log.debug(`The chore '${chore.name}' handled ${done} rows.`);
    } catch (error) {
      logUnlessUnavailable(error, (reason) =>
        this.log.error(`The chore '${chore.name}' failed, the next one goes on: ${reason}`),
      );
    }
  }
}

/** Returns whether a chore that is done once among all replicas has a pace that a process may not live to see. */
function isRare({ everyMs, lease }: Chore): boolean {
  return lease !== undefined && everyMs >= RARE_FROM_MS;
}
