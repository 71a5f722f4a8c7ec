import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import { ChoreLeaseStore } from './chore-lease.store.js';

/**
 * Chooses one replica for work that must happen once among all replicas: the holder of the chore's row. When a
 * holder dies, another replica follows after its lease has expired.
 */
@Injectable()
export class ChoreLease {
  private readonly holder = randomUUID();
  private readonly heldUntil = new Map<string, Instant>();
  private readonly asking = new Map<string, Promise<boolean>>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: ChoreLeaseStore,
  ) {}

  /**
   * Returns whether this process may do the chore now. It then holds the chore for `forMs`, and renews it when
   * half of that time is over. Calls at the same time share one answer: if two transactions of this process added
   * the row, one of them would find it taken by the other.
   */
  async mayDo(chore: string, forMs: number): Promise<boolean> {
    const now = this.clock.now();
    const until = this.heldUntil.get(chore) ?? 0;
    if (until - now > forMs / 2) return true;
    let asking = this.asking.get(chore);
    if (!asking) {
      asking = this.ask(chore, now, now + forMs).finally(() => this.asking.delete(chore));
      this.asking.set(chore, asking);
    }
    return asking;
  }

  /** Notes that a chore was done now, for the processes that come after this one. */
  noteDone(chore: string): Promise<void> {
    return this.database.transaction((tx) => this.store.noteDone(tx, chore, this.clock.now()));
  }

  /** Returns which of these chores were last done longer ago than their pace, by whatever process, or never. */
  async listOverdue(
    chores: readonly { readonly name: string; readonly everyMs: number }[],
  ): Promise<string[]> {
    const done = await this.database.read((tx) => this.store.listDone(tx));
    const now = this.clock.now();
    return chores
      .filter(({ name, everyMs }) => now - (done.get(name) ?? Number.NEGATIVE_INFINITY) >= everyMs)
      .map(({ name }) => name);
  }

  private async ask(chore: string, now: Instant, until: Instant): Promise<boolean> {
    // Each of its statements decides by itself: a transaction would only add two.
    const isHeld = await this.database.single((tx) =>
      this.store.take(tx, chore, this.holder, { now, until }),
    );
    this.heldUntil.set(chore, isHeld ? until : 0);
    return isHeld;
  }
}
