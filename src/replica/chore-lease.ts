import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import { ChoreLeaseStore } from './chore-lease.store.js';

/**
 * Lets what must happen once among all replicas be done by one of them: the holder of the chore's row. A holder
 * that dies is followed by another once its time is up.
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
   * Returns whether this process may do the chore now; it then holds the chore for `forMs`, renewed when half of that
   * is over. Those who ask at the same time share the answer: of two transactions that add the row, one would find it
   * taken, by its own process.
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
