import type { Instant } from './instant.js';

/**
 * The one source of "now". Everything that decides by time takes `now` as an argument; everything that must
 * know the time asks a Clock, so that tests can turn it by hand.
 */
export abstract class Clock {
  /** Returns the current instant (epoch milliseconds, UTC). */
  abstract now(): Instant;
}

/** The clock of the host: only as correct as the time synchronisation of the host. */
export class SystemClock extends Clock {
  now(): Instant {
    return Date.now();
  }
}
