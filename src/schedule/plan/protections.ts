import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { Hold, HoldVerdict } from '../../core/protection/hold.js';
import type { RunPolicy } from '../../core/policy/run-policy.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';

/** What is away is not called, so it needs no turn of a throttle: the breaker is asked first. */
const ORDER: readonly Hold[] = ['breaker', 'throttle'];

/** One way to protect endpoints: it decides in the transaction of the claim which runs may not be called now. */
export interface Protection {
  /** What its runs are kept by. */
  readonly by: Hold;
  /** Whether a job with these settings has it. Asked for every claimed run, so it only looks at the settings. */
  isMeant(policy: RunPolicy): boolean;
  /** Returns what becomes of those of its runs that may not be called now, by their ids. The runs are in the order in which they are due. */
  meet(tx: Tx, runs: readonly ClaimedRun[], now: Instant): Promise<ReadonlyMap<string, HoldVerdict>>;
  /** Takes back what it gave to runs that it let go in the same claim and that are not called now: others of their schedules keep them. */
  takeBack(tx: Tx, runs: readonly ClaimedRun[], now: Instant): Promise<void>;
}

/**
 * Asks each protection about the runs of a claim. Runs that one keeps back are not shown to the next. Runs of jobs without such
 * settings cost a look at their settings and no statement.
 */
@Injectable()
export class Protections {
  private readonly protections: Protection[] = [];

  /** Adds a protection. Call it in `onModuleInit`. */
  join(protection: Protection): void {
    this.protections.push(protection);
    this.protections.sort((a, b) => ORDER.indexOf(a.by) - ORDER.indexOf(b.by));
  }

  /** Returns what becomes of claimed runs that may not be called now; null where all of them may. */
  async meet(
    tx: Tx,
    claimed: readonly ClaimedRun[],
    now: Instant,
  ): Promise<ReadonlyMap<string, HoldVerdict> | null> {
    let all: Map<string, HoldVerdict> | null = null;
    for (const protection of this.protections) {
      const meant = claimed.filter(
        ({ policy, runId }) => policy !== null && protection.isMeant(policy) && !all?.has(runId),
      );
      if (meant.length === 0) continue;
      const held = await protection.meet(
        tx,
        meant.sort((a, b) => a.dueAt - b.dueAt),
        now,
      );
      if (held.size > 0) all = new Map([...(all ?? []), ...held]);
    }
    return all;
  }

  /** Tells of the runs that may be called and are not, because of others of their schedules. */
  async takeBack(tx: Tx, runs: readonly ClaimedRun[], now: Instant): Promise<void> {
    for (const protection of this.protections) {
      const meant = runs.filter(({ policy }) => policy !== null && protection.isMeant(policy));
      if (meant.length > 0) await protection.takeBack(tx, meant, now);
    }
  }
}
