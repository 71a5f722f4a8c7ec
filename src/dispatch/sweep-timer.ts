import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONFIG, type Config } from '../config/config.js';
import { MINUTE_MS, SECOND_MS } from '../core/instant.js';
import { ChoreLease } from '../replica/chore-lease.js';
import { logUnlessUnavailable } from '../database/availability.js';
import { RunChores } from '../run-log/run-chores.js';

const CHORE = 'sweep';
const LEASE_MS = MINUTE_MS;
/** A run whose report is overdue ends within 5 s of the limit. */
const EXPIRE_EVERY_MS = 4 * SECOND_MS;
const PURGE_EVERY_MS = 30 * SECOND_MS;
const RETIRE_EVERY_MS = 10 * MINUTE_MS;

/** Drives the sweeps by the wall clock, on one replica at a time, never two at once in a process, and lets one end before the process does. */
@Injectable()
export class SweepTimer implements BeforeApplicationShutdown {
  private readonly log = new Logger(SweepTimer.name);
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly sweeper: RunChores,
    private readonly lease: ChoreLease,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Interval(EXPIRE_EVERY_MS)
  expire(): void {
    this.start('expire', () => this.sweeper.expireReports());
  }

  @Interval(PURGE_EVERY_MS)
  purge(): void {
    this.start('purge', () => this.sweeper.purge());
  }

  @Interval(RETIRE_EVERY_MS)
  retire(): void {
    this.start('retire', () => this.sweeper.retire());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private start(name: string, sweep: () => Promise<number>): void {
    if (!this.config.isDispatching || this.running.has(name)) return;
    const run = this.sweepOnce(name, sweep).finally(() => this.running.delete(name));
    this.running.set(name, run);
  }

  private async sweepOnce(name: string, sweep: () => Promise<number>): Promise<void> {
    try {
      if (!(await this.lease.mayDo(CHORE, LEASE_MS))) return;
      const done = await sweep();
      if (done > 0) this.log.debug(`Sweep '${name}' handled ${done} rows.`);
    } catch (error) {
      logUnlessUnavailable(error, (reason) =>
        this.log.error(`Sweep '${name}' failed, the next one goes on: ${reason}`),
      );
    }
  }
}
