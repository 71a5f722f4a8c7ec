import { randomUUID } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../core/clock.js';
import { Database } from '../database/database.js';
import { OperationBatches } from './operation-batch.js';
import { OperationKinds } from './operation-kind.js';
import { OperationLeaseStore } from './operation-lease.store.js';

/** How many operations one process works on at most. */
const MOST_HELD = 20;
/** How often a batch is tried before its operation is given up. */
const MOST_FAILURES = 3;
const MOST_REST_MS = 1_000;

/**
 * Works on operations that need many batches. It runs one batch of each operation in turn, so that a long
 * operation does not delay a short one, and pauses after each batch for as long as the batch took. When a process
 * dies, another continues its operations after their leases have expired; a process that stops gives its leases
 * back.
 */
@Injectable()
export class OperationWorker implements OnModuleDestroy {
  readonly holder = randomUUID();
  private readonly log = new Logger(OperationWorker.name);
  private readonly failures = new Map<string, number>();
  private taking: Promise<void> = Promise.resolve();
  private working: Promise<void> | null = null;
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly leases: OperationLeaseStore,
    private readonly batches: OperationBatches,
    private readonly kinds: OperationKinds,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Takes operations that no process holds, continues the ones that this process holds, and resolves when it
   * holds none.
   */
  async tick(): Promise<void> {
    if (!this.config.isDispatching || this.isStopping) return;
    // One at a time: otherwise an operation that one call is about to take would look to the next call as if
    // another process held it.
    this.taking = this.taking.catch(() => undefined).then(() => this.take());
    await this.taking;
    if (this.failures.size > 0) this.working ??= this.work();
    await this.working;
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await Promise.allSettled([this.taking, this.working]);
    await this.database
      .transaction((tx) => this.leases.release(tx, this.holder), 'upkeep')
      .catch((error: unknown) => this.log.warn(`Operations could not be given back: ${String(error)}`));
  }

  private async take(): Promise<void> {
    const limit = MOST_HELD - this.failures.size;
    if (limit <= 0 || this.isStopping) return;
    const claim = { kinds: this.kinds.listBatched(), holder: this.holder, limit };
    // Most checks find nothing: they cost one statement and no transaction.
    if (!(await this.database.read((tx) => this.leases.isAnyFree(tx, claim.kinds, this.clock.now())))) return;
    const taken = await this.database.transaction(
      (tx) => this.leases.take(tx, claim, this.clock.now()),
      'upkeep',
    );
    for (const id of taken) this.failures.set(id, 0);
  }

  private async work(): Promise<void> {
    while (this.failures.size > 0 && !this.isStopping) {
      for (const id of [...this.failures.keys()]) {
        const startedAt = performance.now();
        if (!this.isStopping) await this.runOne(id);
        if (this.failures.size > 0) await rest(Math.min(MOST_REST_MS, performance.now() - startedAt));
      }
    }
    this.working = null;
  }

  private async runOne(id: string): Promise<void> {
    const failures = this.failures.get(id) ?? 0;
    const { batches, holder } = this;
    try {
      const isOver = await this.database.transaction((tx) =>
        failures < MOST_FAILURES
          ? batches.runOne(tx, id, holder, this.clock.now())
          : batches.giveUp(tx, id, holder, this.clock.now()),
      );
      if (isOver) this.failures.delete(id);
      else this.failures.set(id, 0);
    } catch (error) {
      this.log.error(`A batch of operation ${id} failed: ${String(error)}`);
      // Where giving it up also fails, the lease expires and some process tries again.
      if (failures >= MOST_FAILURES) this.failures.delete(id);
      else this.failures.set(id, failures + 1);
    }
  }
}
