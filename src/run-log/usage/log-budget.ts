import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { shortened } from '../../core/action-outcome.js';
import { Clock } from '../../core/clock.js';
import { DAY_MS, HOUR_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import { Chores, CLEAN_UP } from '../../replica/chores.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { TenantLimits } from '../../tenant/tenant-limits.js';
import { LogBytesStore, type LogBytes } from './log-bytes.store.js';
import { RunUsageStore } from './run-usage.store.js';

/** How often what this replica has stored is added to the database, and what others have stored is read. */
const SETTLE_EVERY_MS = 5 * SECOND_MS;

/** Bytes of one tenancy on one day: of all replicas as the database knew them, and of this one since. */
interface Count {
  settled: number;
  own: number;
}

/**
 * Keeps the run logs of each tenant to the bytes a day (UTC) that it is limited to: beyond them texts are cut
 * (runs-and-behaviour.md, "Run logs"). It counts in memory, so that a run costs no statement, and settles with the
 * database every five seconds: by so much several replicas may together pass a limit, and by so much less is counted
 * where a replica dies.
 */
@Injectable()
export class LogBudget implements OnModuleInit, OnModuleDestroy {
  private readonly days = new Map<Instant, Map<number, Count>>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: LogBytesStore,
    private readonly usage: RunUsageStore,
    private readonly limits: TenantLimits,
    private readonly tenancies: TenancyIndex,
    chores: Chores,
  ) {
    chores.register({ name: 'log-bytes', everyMs: SETTLE_EVERY_MS, run: () => this.settle() });
    const forget = () => database.transaction((tx) => store.deleteOld(tx, clock.now()), 'upkeep');
    chores.register({ ...CLEAN_UP, name: 'old-log-bytes', everyMs: HOUR_MS, run: forget });
  }

  async onModuleInit(): Promise<void> {
    await this.read(dayOf(this.clock.now()));
  }

  async onModuleDestroy(): Promise<void> {
    await this.settle().catch(() => undefined);
  }

  /** Returns a text as it is to be stored now: cut where the tenant's bytes of the day are used up. */
  cut(tenancyId: number, text: string): string {
    return this.cutBy(this.countOfToday(tenancyId), tenancyId, text);
  }

  /** Counts a text that is stored. */
  count(tenancyId: number, text: string): void {
    this.countOfToday(tenancyId).own += Buffer.byteLength(text);
  }

  /** Cuts a text that is certain to be stored, counts what is left of it, and returns that. */
  take(tenancyId: number, text: string): string {
    const count = this.countOfToday(tenancyId);
    const stored = this.cutBy(count, tenancyId, text);
    count.own += Buffer.byteLength(stored);
    return stored;
  }

  /** Adds to the database what this replica has stored, and reads what all have stored today. */
  async settle(): Promise<void> {
    const today = dayOf(this.clock.now());
    let wasAny = false;
    for (const [day, counts] of [...this.days]) {
      const own = [...counts].filter(([id, { own: bytes }]) => bytes > 0 && this.tenancies.find(id) !== null);
      const stored = own.map(([tenancyId, count]) => ({ tenancyId, day, bytes: count.own }));
      if (stored.length > 0) {
        await this.database.transaction((tx) => this.add(tx, day, stored), 'upkeep');
        wasAny = true;
        for (const { tenancyId, bytes } of stored) {
          const count = this.countOf(day, tenancyId);
          count.own -= bytes;
          count.settled += bytes;
        }
      }
      if (day < today) this.days.delete(day);
    }
    // A replica that stores nothing need not know what others store.
    if (wasAny) await this.read(today);
  }

  private async add(tx: Tx, day: Instant, stored: readonly LogBytes[]): Promise<void> {
    await this.store.add(tx, day, stored);
    const ids = stored.map(({ tenancyId }) => tenancyId);
    await this.usage.touch(tx, day, ids);
  }

  private async read(day: Instant): Promise<void> {
    const stored = await this.database.read((tx) => this.store.ofDay(tx, day), 'upkeep');
    for (const { tenancyId, bytes } of stored) this.countOf(day, tenancyId).settled = bytes;
  }

  private cutBy({ settled, own }: Count, tenancyId: number, text: string): string {
    return settled + own >= this.limits.one(tenancyId, 'maxLogBytesPerDay') ? shortened(text) : text;
  }

  private countOfToday(tenancyId: number): Count {
    return this.countOf(dayOf(this.clock.now()), tenancyId);
  }

  private countOf(day: Instant, tenancyId: number): Count {
    const counts = this.days.get(day) ?? new Map<number, Count>();
    this.days.set(day, counts);
    const count = counts.get(tenancyId) ?? { settled: 0, own: 0 };
    counts.set(tenancyId, count);
    return count;
  }
}

function dayOf(now: Instant): Instant {
  return now - (now % DAY_MS);
}
