import { Clock } from '../../src/core/clock.js';
import type { Instant } from '../../src/core/instant.js';

/** A clock that stands still until a test turns it, forwards or back. */
export class ManualClock extends Clock {
  constructor(private instant: Instant = Date.UTC(2030, 0, 1)) {
    super();
  }

  now(): Instant {
    return this.instant;
  }

  /** Sets the clock to an instant, or to the instant that a text such as `2030-01-01T00:00:00Z` names. */
  set(at: Instant | string): void {
    this.instant = typeof at === 'string' ? Date.parse(at) : at;
  }

  /** Turns the clock by milliseconds; a negative number turns it back. */
  advance(byMs: number): void {
    this.instant += byMs;
  }
}
