import type { Instant } from './instant.js';

/**
 * The only source of "now". Code that decides by time takes `now` as an argument. Code that must find out the
 * time asks a Clock, so that tests can set it by hand.
 */
export abstract class Clock {
  /** Returns the current instant (epoch milliseconds, UTC). */
  abstract now(): Instant;
}

/** The clock of the host: it is only as correct as the time synchronisation of the host. */
export class SystemClock extends Clock {
  now(): Instant {
    return Date.now();
  }
}
