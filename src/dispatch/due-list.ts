import { shareOut, type Contender, type Share } from '../core/fair-share.js';
import type { Instant } from '../core/instant.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import type { DueTenancies, DueTenancy } from '../run-log/queue/due-tenancy.store.js';
import { ClaimSize, MOST_PER_ROUND } from './claim-size.js';
import { LEAST_SHARE, type FairQueue } from './queue/fair-queue.js';

/** How long the list is used before it is read again. */
const USED_FOR_MS = 100;
const NOTHING = { count: 0, lastAt: Number.NEGATIVE_INFINITY };

/** Whom the next claim serves: the shares, and whether there were tenancies left whose turn has not come. */
export interface Round {
  readonly shares: readonly Share[];
  readonly isTurnLeft: boolean;
}

/** The tenancies that have due runs, as the last look found them, and whose turn it is. */
export class DueList {
  private due: DueTenancy[] = [];
  private waiting: ReadonlySet<number> = new Set();
  private readAt = Number.NEGATIVE_INFINITY;
  private earliestAt: Instant | null = null;
  private lastServed = 0;
  private readonly size = new ClaimSize();

  constructor(private readonly queue: FairQueue) {}

  /** When the earliest planned run is due that was not yet claimed at the last look; null when there was none. */
  get nextAt(): Instant | null {
    return this.earliestAt;
  }

  get isEmpty(): boolean {
    return this.due.length === 0;
  }

  /** How many runs to claim in one transaction. */
  get perClaim(): number {
    return this.size.perClaim;
  }

  /** Whether a tenancy has runs due that went back to the queue. */
  hasWaiting(tenancyId: number): boolean {
    return this.waiting.has(tenancyId);
  }

  /** Whether somebody should look again before the next claim. */
  get isOld(): boolean {
    return this.isEmpty || performance.now() - this.readAt >= USED_FOR_MS;
  }

  /** Lets the next round look again: there are plans that the list does not know. */
  outdate(): void {
    this.readAt = Number.NEGATIVE_INFINITY;
  }

  /** Takes what a look found that began at `readAt` (of performance.now()). */
  renew({ due, nextAt }: DueTenancies, readAt: number): void {
    this.due = due;
    this.waiting = new Set(due.filter(({ hasWaiting }) => hasWaiting).map(({ tenancyId }) => tenancyId));
    this.earliestAt = nextAt;
    this.readAt = readAt;
  }

  /** Divides the room of the queue among the tenancies that have due runs and room for them. */
  nextRound(): Round {
    const hungry = this.contenders();
    const most = this.size.mostOf(hungry.length);
    const wanting = hungry.map((one) => ({ ...one, wants: Math.min(one.wants, most) }));
    const room = Math.min(MOST_PER_ROUND, this.queue.room);
    const shares = shareOut(wanting, room, { after: this.lastServed, least: Math.min(LEAST_SHARE, most) });
    this.lastServed = shares.at(-1)?.tenancyId ?? 0;
    return { shares, isTurnLeft: shares.length < hungry.length };
  }

  /**
   * Notes what was claimed. Tenancies leave the list that need no further claim until it is read again: those that gave
   * fewer runs than they were asked for, and those whose last one is due later than `soon`: the next look is early
   * enough for what they have left. Those that are `behind` stay: what was planned after their runs is due already.
   */
  served(
    shares: readonly Share[],
    claimed: readonly ClaimedRun[],
    { soon, behind }: { readonly soon: Instant; readonly behind: ReadonlySet<number> },
  ): void {
    this.size.observe(shares, claimed.length);
    const got = new Map<number, typeof NOTHING>();
    for (const { tenancyId, dueAt } of claimed) {
      const { count, lastAt } = got.get(tenancyId) ?? NOTHING;
      got.set(tenancyId, { count: count + 1, lastAt: Math.max(lastAt, dueAt) });
    }
    const isServed = ({ tenancyId, limit }: Share) => {
      if (behind.has(tenancyId)) return false;
      const { count, lastAt } = got.get(tenancyId) ?? NOTHING;
      return count < limit || lastAt > soon;
    };
    const served = new Set(shares.filter(isServed).map(({ tenancyId }) => tenancyId));
    this.due = this.due.filter(({ tenancyId }) => !served.has(tenancyId));
  }

  private contenders(): Contender[] {
    const contenders = this.due.map(({ tenancyId, maxCalls }) => ({
      tenancyId,
      wants: this.queue.wantsOf(tenancyId, maxCalls, this.due.length),
    }));
    return contenders.filter(({ wants }) => wants > 0);
  }
}
