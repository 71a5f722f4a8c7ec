import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';

/** What a request may do: go on after a delay, or come back later. */
export type Passage =
  | { readonly kind: 'granted'; readonly delayMs: number }
  | { readonly kind: 'denied'; readonly retryAfterS: number };

/** The last part of the budget, in which answers are delayed the more the less is left. */
const NEAR = 0.2;
const LONGEST_DELAY_MS = 1_000;
const LONGEST_RETRY_S = 59;

/**
 * A budget of requests per minute that fills up again steadily: who stays below the rate never notices it, a burst
 * may take a whole minute's budget at once (rest-api.md, "Rate limits").
 */
export class RateBucket {
  private left: number;
  private at: Instant;

  constructor(perMinute: number, now: Instant) {
    this.left = perMinute;
    this.at = now;
  }

  /** Takes one request out of a budget of `perMinute`, which may have changed since the last time. */
  take(perMinute: number, now: Instant): Passage {
    // A clock that goes back takes nothing away.
    const refill = (Math.max(0, now - this.at) * perMinute) / MINUTE_MS;
    this.left = Math.min(perMinute, this.left + refill);
    this.at = now;
    if (this.left < 1) {
      const waitMs = ((1 - this.left) * MINUTE_MS) / perMinute;
      const seconds = Math.ceil(waitMs / SECOND_MS);
      return { kind: 'denied', retryAfterS: Math.min(LONGEST_RETRY_S, Math.max(1, seconds)) };
    }
    const share = this.left / (perMinute * NEAR);
    this.left -= 1;
    return { kind: 'granted', delayMs: share >= 1 ? 0 : Math.round(LONGEST_DELAY_MS * (1 - share)) };
  }
}
