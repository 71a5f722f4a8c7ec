import { BoundedMap } from '../../core/bounded-map.js';
import type { Clock } from '../../core/clock.js';
import { DomainError } from '../../core/errors.js';
import { RateBucket } from './rate-bucket.js';

const MOST_COUNTED = 10_000;

/** Somebody asks too often, or for too much at once. */
export class TooManyRequests extends DomainError {
  constructor(
    what: string,
    readonly retryAfterS: number,
  ) {
    super('tooManyRequests', `Too many ${what}: try again in ${retryAfterS} s.`);
  }
}

/** Counts by the minute, in this process, how often something is done by each of many. */
export class Turns {
  private readonly buckets = new BoundedMap<RateBucket>(MOST_COUNTED);

  constructor(private readonly clock: Clock) {}

  /** Counts one turn of who is named by `key`. Throws TooManyRequests beyond `perMinute`, which tells of `what`. */
  take(key: string, perMinute: number, what: string): void {
    const now = this.clock.now();
    const bucket = this.buckets.get(key) ?? new RateBucket(perMinute, now);
    this.buckets.set(key, bucket);
    const passage = bucket.take(perMinute, now);
    if (passage.kind === 'denied') throw new TooManyRequests(what, passage.retryAfterS);
  }
}
