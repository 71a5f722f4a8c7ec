import { randomUUID } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import { OperationBatches } from './operation-batch.js';
import { OperationKinds } from './operation-kind.js';
import { OperationLeaseStore, type FreeOperation } from './operation-lease.store.js';

/** How many operations one process works on at most: all have a batch within their leases. */
const MOST_HELD = 40;
/** How many of one tenancy. */
const MOST_OF_TENANCY = 2;
/** How often a batch is tried before its operation is given up. */
const MOST_FAILURES = 3;
const MOST_REST_MS = 1_000;
/** How long after one was woken it is looked for again. */
const LONGEST_HELD_MS = 5_000;

/**
 * Works on operations that need many batches. Tenancies take turns, one batch each, so that nobody waits for all that
 * another tenancy has waiting; the worker pauses after each batch for as long as the batch took. When a process dies,
 * another continues its operations after their leases have expired; a process that stops gives its leases back.
 */
@Injectable()
export class OperationWorker implements OnModuleDestroy {
  readonly holder = randomUUID();
  private readonly log = new Logger(OperationWorker.name);
  /** What this process holds, in the order of turns, and how often the next batch of each has failed. */
  private readonly held = new Map<string, { readonly tenancyId: number; readonly failures: number }>();
  private taking: Promise<void> = Promise.resolve();
  private working: Promise<void> | null = null;
  private readonly woken = new Set<string>();
  private waking: Promise<void> | null = null;
  /** When the first operation is to be looked for that this process has let rest. */
  private restsUntil: Instant = Infinity;
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
    await this.takeAndWork();
    await this.working;
  }

  /** Does the same where an operation has rested long enough that this process let rest; costs nothing otherwise. */
  async tickRested(): Promise<void> {
    if (this.clock.now() < this.restsUntil) return;
    this.restsUntil = Infinity;
    await this.tick();
  }

  /** Goes on with operations that rest: what they wait for has happened. Nobody waits for it; where it fails, they rest on. */
  wake(ids: Iterable<string>): void {
    for (const id of ids) this.woken.add(id);
    this.waking ??= this.freeWoken().catch((error: unknown) => this.lookLater(error));
  }

  private async freeWoken(): Promise<void> {
    try {
      while (this.woken.size > 0 && !this.isStopping) {
        const ids = [...this.woken].sort();
        this.woken.clear();
        await this.database.transaction((tx) => this.leases.free(tx, ids), 'upkeep');
        await this.takeAndWork();
        // Another process may have died while it held one of them.
        this.lookAgainAt(this.clock.now() + LONGEST_HELD_MS);
      }
    } finally {
      this.waking = null;
    }
  }

  /** Takes what is free, and begins to work on it. */
  private async takeAndWork(): Promise<void> {
    if (!this.config.isDispatching || this.isStopping) return;
    // One at a time: otherwise an operation that one call is about to take would look to the next call as if
    // another process held it.
    this.taking = this.taking.catch(() => undefined).then(() => this.take());
    await this.taking;
    if (this.held.size > 0) this.working ??= this.work();
  }

  private lookAgainAt(at: Instant): void {
    this.restsUntil = Math.min(this.restsUntil, at);
  }

  private lookLater(error: unknown): void {
    logUnlessUnavailable(error, (reason) => this.log.warn(`Operations are looked for later: ${reason}`));
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await Promise.allSettled([this.waking, this.taking, this.working]);
    await this.database
      .transaction((tx) => this.leases.release(tx, this.holder), 'upkeep')
      .catch((error: unknown) => this.log.warn(`Operations could not be given back: ${String(error)}`));
  }

  private async take(): Promise<void> {
    const limit = MOST_HELD - this.held.size;
    if (limit <= 0 || this.isStopping) return;
    const kinds = this.kinds.listBatched();
    const wish = { kinds, perTenancy: MOST_OF_TENANCY, limit };
    // Most checks find nothing: they cost one statement and no transaction.
    const free = await this.database.read((tx) => this.leases.listFree(tx, wish, this.clock.now()));
    const wanted = this.withinShares(free);
    if (wanted.length === 0) return;
    const ids = wanted.map(({ id }) => id);
    const claim = { kinds, holder: this.holder, ids, leases: this.kinds.listLeases() };
    const taken = await this.database.transaction(
      (tx) => this.leases.take(tx, claim, this.clock.now()),
      'upkeep',
    );
    for (const { id, tenancyId } of wanted) {
      if (taken.includes(id)) this.held.set(id, { tenancyId, failures: 0 });
    }
  }

  /** Returns the free operations that this process may hold beside those that it holds. */
  private withinShares(free: readonly FreeOperation[]): FreeOperation[] {
    const counts = new Map<number, number>();
    const count = (tenancyId: number) => {
      const next = (counts.get(tenancyId) ?? 0) + 1;
      counts.set(tenancyId, next);
      return next;
    };
    for (const { tenancyId } of this.held.values()) count(tenancyId);
    return free.filter(({ tenancyId }) => count(tenancyId) <= MOST_OF_TENANCY);
  }

  private async work(): Promise<void> {
    while (this.held.size > 0 && !this.isStopping) {
      for (const id of this.round()) {
        const startedAt = performance.now();
        if (!this.isStopping) await this.runOne(id);
        if (this.held.size > 0) await rest(Math.min(MOST_REST_MS, performance.now() - startedAt));
      }
      await this.takeMore();
    }
    this.working = null;
  }

  /** Returns the next operation of each tenancy, and puts it behind the others of that tenancy. */
  private round(): string[] {
    const byTenancy = new Map<number, string>();
    for (const [id, { tenancyId }] of this.held) {
      if (!byTenancy.has(tenancyId)) byTenancy.set(tenancyId, id);
    }
    for (const id of byTenancy.values()) {
      const held = this.held.get(id);
      this.held.delete(id);
      if (held) this.held.set(id, held);
    }
    return [...byTenancy.values()];
  }

  /** Takes what came meanwhile in place of what has ended. Where that fails, the next look takes it. */
  private async takeMore(): Promise<void> {
    this.taking = this.taking.catch(() => undefined).then(() => this.take());
    await this.taking.catch((error: unknown) => this.lookLater(error));
  }

  private async runOne(id: string): Promise<void> {
    const held = this.held.get(id);
    if (!held) return;
    const { batches, holder } = this;
    try {
      const { isOver, restUntil = Infinity } = await this.database.transaction((tx) =>
        held.failures < MOST_FAILURES
          ? batches.runOne(tx, id, holder, this.clock.now())
          : batches.giveUp(tx, id, holder, this.clock.now()),
      );
      this.lookAgainAt(restUntil);
      if (isOver) this.held.delete(id);
      else this.held.set(id, { ...held, failures: 0 });
    } catch (error) {
      this.log.error(`A batch of operation ${id} failed: ${String(error)}`);
      // Where giving it up also fails, the lease expires and some process tries again.
      if (held.failures >= MOST_FAILURES) this.held.delete(id);
      else this.held.set(id, { ...held, failures: held.failures + 1 });
    }
  }
}
