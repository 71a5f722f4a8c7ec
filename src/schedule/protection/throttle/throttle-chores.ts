import { Injectable } from '@nestjs/common';
import { SECOND_MS } from '../../../core/instant.js';
import { parsePolicy } from '../../../core/policy/run-policy.js';
import { untilNone } from '../../../database/batches.js';
import { Database } from '../../../database/database.js';
import type { Tx } from '../../../database/tx.js';
import { Chores, CLEAN_UP } from '../../../replica/chores.js';
import { ThrottleStore } from './throttle.store.js';
import { ThrottlePlaces, type LimitedJob } from './throttle-places.js';

/** Rows that one transaction handles at most. */
const BATCH = 500;
const EVERY_MS = 30 * SECOND_MS;

/**
 * Looks after what nobody told of: places of runs that were deleted before they were called, and the rows of runs and jobs that are
 * gone.
 */
@Injectable()
export class ThrottleChores {
  constructor(
    private readonly database: Database,
    private readonly store: ThrottleStore,
    private readonly places: ThrottlePlaces,
    chores: Chores,
  ) {
    chores.register({ ...CLEAN_UP, name: 'throttles', everyMs: EVERY_MS, run: () => this.look() });
  }

  /** Returns how many rows are gone. */
  async look(): Promise<number> {
    const gone = await untilNone(this.database, (tx) => this.store.deleteStale(tx, BATCH));
    const waitedFor = await this.database.read((tx) => this.store.listWaitedFor(tx), 'upkeep');
    for (const { policy, ...job } of waitedFor) {
      const concurrency = concurrencyIn(policy);
      if (concurrency !== null)
        await this.database.transaction((tx) => this.giveFree(tx, { ...job, concurrency }), 'upkeep');
    }
    return gone;
  }

  private async giveFree(tx: Tx, job: LimitedJob): Promise<void> {
    await this.store.hold(tx, [job.id]);
    await this.places.giveFree(tx, [job]);
  }
}

/** A job whose settings cannot be read is called without limits; what waits of it is due at the end of its wait. */
function concurrencyIn(policy: string | null): number | null {
  try {
    return parsePolicy(policy).throttle?.concurrency ?? null;
  } catch {
    return null;
  }
}
