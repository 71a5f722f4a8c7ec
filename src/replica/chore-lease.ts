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

  private async ask(chore: string, now: Instant, until: Instant): Promise<boolean> {
    const isHeld = await this.database.transaction((tx) =>
      this.store.take(tx, chore, this.holder, { now, until }),
    );
    this.heldUntil.set(chore, isHeld ? until : 0);
    return isHeld;
  }
}
