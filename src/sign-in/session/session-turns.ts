import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../core/bounded-map.js';
import { Clock } from '../../core/clock.js';
import { DomainError } from '../../core/errors.js';
import { RateBucket } from '../../tenant/rate-limit/rate-bucket.js';

const PER_MINUTE = 600;
const MOST_COUNTED = 10_000;

/** A session asks too often. */
class TooManyRequests extends DomainError {
  constructor(readonly retryAfterS: number) {
    super('tooManyRequests', `Too many requests of this session: try again in ${retryAfterS} s.`);
  }
}

/** Counts the requests of each session in this process. */
@Injectable()
export class SessionTurns {
  private readonly buckets = new BoundedMap<RateBucket>(MOST_COUNTED);

  constructor(private readonly clock: Clock) {}

  /** Counts a request. Throws TooManyRequests beyond 600 a minute. */
  take(digest: string): void {
    const now = this.clock.now();
    const bucket = this.buckets.get(digest) ?? new RateBucket(PER_MINUTE, now);
    this.buckets.set(digest, bucket);
    const passage = bucket.take(PER_MINUTE, now);
    if (passage.kind === 'denied') throw new TooManyRequests(passage.retryAfterS);
  }
}
