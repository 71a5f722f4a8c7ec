import { HOUR_MS, MINUTE_MS, type Instant } from '../../core/instant.js';

/** How often the list is chosen anew, and for how long a tenancy stays in it at least. */
export const CHOICE_EVERY_MS = 10 * MINUTE_MS;
const STAYS_MS = HOUR_MS;
const PERIODS_PER_HOUR = HOUR_MS / CHOICE_EVERY_MS;

/** How the list has changed. */
export interface Choice {
  readonly joined: readonly number[];
  readonly left: readonly number[];
}

/**
 * The tenancies of which most runs ended within the last hour, as this replica saw it: so many at most, chosen anew every ten
 * minutes. One that is in the list stays for an hour, so that its series are worth something, and keeps its place from
 * others until then.
 */
export class BusiestTenancies {
  private readonly since = new Map<number, Instant>();
  private counting = new Map<number, number>();
  /** The periods of the last hour that are over, the latest last. */
  private readonly past: ReadonlyMap<number, number>[] = [];
  private endsAt: Instant;

  constructor(
    private readonly most: number,
    startedAt: Instant,
  ) {
    this.endsAt = startedAt + CHOICE_EVERY_MS;
  }

  /** Counts a run of a tenancy that ended. */
  count(tenancyId: number): void {
    this.counting.set(tenancyId, (this.counting.get(tenancyId) ?? 0) + 1);
  }

  /** Chooses anew once a period is over; null before. A tenancy that is gone leaves whenever that is. */
  turn(now: Instant, isThere: (tenancyId: number) => boolean): Choice | null {
    if (now < this.endsAt && this.endsAt - now <= CHOICE_EVERY_MS) return null;
    this.beginPeriod(now);
    const busiest = this.ranked().filter(isThere).slice(0, this.most);
    const isBusy = new Set(busiest);
    const left: number[] = [];
    for (const [id, since] of this.since) {
      if (isThere(id) && (isBusy.has(id) || now - since < STAYS_MS)) continue;
      this.since.delete(id);
      left.push(id);
    }
    const joined = busiest.filter((id) => !this.since.has(id)).slice(0, this.most - this.since.size);
    for (const id of joined) this.since.set(id, now);
    return { joined, left };
  }

  /** Nobody may have asked for more than one period; and a clock that was set back begins a new one. */
  private beginPeriod(now: Instant): void {
    const over = Math.max(1, Math.floor((now - this.endsAt) / CHOICE_EVERY_MS) + 1);
    // One more than an hour has: what was being counted may be older than that, too.
    for (let period = 0; period < Math.min(over, PERIODS_PER_HOUR + 1); period++) {
      this.past.push(this.counting);
      this.counting = new Map();
    }
    this.past.splice(0, this.past.length - PERIODS_PER_HOUR);
    this.endsAt = now < this.endsAt ? now + CHOICE_EVERY_MS : this.endsAt + over * CHOICE_EVERY_MS;
  }

  private ranked(): number[] {
    const sums = new Map<number, number>();
    for (const counts of this.past) {
      for (const [id, runs] of counts) sums.set(id, (sums.get(id) ?? 0) + runs);
    }
    return [...sums].sort(([a, runs], [b, more]) => more - runs || a - b).map(([id]) => id);
  }
}
