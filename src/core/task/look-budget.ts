import { MINUTE_MS, type Instant } from '../instant.js';

/** How many looks a runner's platform gets within any minute. */
export const MOST_LOOKS_A_MINUTE = 60;

/** Counts the looks of one runner over any minute. */
export class LookBudget {
  private looks: Instant[] = [];

  /** Returns how many looks may be made now. */
  roomAt(now: Instant): number {
    // A look of the future: the clock was set back.
    this.looks = this.looks.filter((at) => at > now - MINUTE_MS && at <= now);
    return MOST_LOOKS_A_MINUTE - this.looks.length;
  }

  /** Returns whether so many more looks may be made now, and counts them. */
  take(now: Instant, count = 1): boolean {
    if (this.roomAt(now) < count) return false;
    for (let look = 0; look < count; look++) this.looks.push(now);
    return true;
  }
}
