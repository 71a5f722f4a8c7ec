import type { Instant } from './instant.js';

/**
 * The one source of "now". Everything that decides by time takes `now` as an argument; everything that must
 * know the time asks a Clock, so that tests can turn it by hand.
 */
export abstract class Clock {
  /** Answers the current instant (epoch milliseconds, UTC). */
  abstract now(): Instant;
}

/**
 * The host's clock, corrected by a measured offset, so that replicas on skewed hosts agree with the database
 * they share (runs-and-behaviour.md, "Guarantees").
 */
export class SystemClock extends Clock {
  private offsetMs = 0;

  now(): Instant {
    return Date.now() + this.offsetMs;
  }

  /** Sets how far the reference clock is ahead of this host (milliseconds, negative when it is behind). */
  correct(offsetMs: number): void {
    this.offsetMs = offsetMs;
  }

  /** Answers the host's own time, uncorrected: what an offset is measured against. */
  hostNow(): Instant {
    return Date.now();
  }
}
