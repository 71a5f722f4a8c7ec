import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { Database } from '../database/database.js';
import { ChoreLeaseStore } from './chore-lease.store.js';

/**
 * Lets what must happen once among all replicas be done by one of them: the holder of the chore's row. A holder
 * that dies is followed by another once its time is up.
 */
@Injectable()
export class ChoreLease {
  private readonly holder = randomUUID();
  private readonly heldUntil = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: ChoreLeaseStore,
  ) {}

  /** Returns whether this process may do the chore now; it then holds the chore for `forMs`, renewed when half of that is over. */
  async mayDo(chore: string, forMs: number): Promise<boolean> {
    const now = this.clock.now();
    const until = this.heldUntil.get(chore) ?? 0;
    if (until - now > forMs / 2) return true;
    const isHeld = await this.database.transaction((tx) =>
      this.store.take(tx, chore, this.holder, { now, until: now + forMs }),
    );
    this.heldUntil.set(chore, isHeld ? now + forMs : 0);
    return isHeld;
  }
}
