import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MINUTE_MS, SECOND_MS } from '../core/instant.js';
import { ChoreLease } from '../replica/chore-lease.js';
import { logUnlessUnavailable } from '../database/availability.js';
import { OperationSweeper } from './operation-sweeper.js';
import { OperationWorker } from './operation-worker.js';

const CHORE = 'operation-sweep';
const LEASE_MS = 30 * SECOND_MS;
/** What a process starts it works on at once; these looks are for what another one left. */
const LOOK_EVERY_MS = 15 * SECOND_MS;
const END_EVERY_MS = 30 * SECOND_MS;
const EXPIRE_EVERY_MS = 5 * MINUTE_MS;

/** Drives the slow side of operations by the wall clock: work that another process left, ends, and expiry. */
@Injectable()
export class OperationTimer implements BeforeApplicationShutdown {
  private readonly log = new Logger(OperationTimer.name);
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly worker: OperationWorker,
    private readonly sweeper: OperationSweeper,
    private readonly lease: ChoreLease,
  ) {}

  @Interval(LOOK_EVERY_MS)
  look(): void {
    this.start('look', () => this.worker.tick());
  }

  @Interval(END_EVERY_MS)
  endRunless(): void {
    this.startChore('end', () => this.sweeper.endRunless());
  }

  @Interval(EXPIRE_EVERY_MS)
  expire(): void {
    this.startChore('expire', () => this.sweeper.expire());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private startChore(name: string, work: () => Promise<unknown>): void {
    this.start(name, async () => {
      if (await this.lease.mayDo(CHORE, LEASE_MS)) await work();
    });
  }

  private start(name: string, work: () => Promise<unknown>): void {
    if (this.running.has(name)) return;
    const run = work()
      .then(() => undefined)
      .catch((error: unknown) =>
        logUnlessUnavailable(error, (reason) =>
          this.log.error(`'${name}' failed, the next one goes on: ${reason}`),
        ),
      )
      .finally(() => this.running.delete(name));
    this.running.set(name, run);
  }
}
