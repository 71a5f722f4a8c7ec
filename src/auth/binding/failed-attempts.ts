import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { DomainError } from '../../core/errors.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import { BoundedMap } from '../../core/bounded-map.js';

/** Failures within a minute after which an address has to wait: for one client, and for clients of any name. */
const MOST_OF_CLIENT = 10;
const MOST_OF_ADDRESS = 100;
const WINDOW_MS = MINUTE_MS;
const MOST_COUNTS = 50_000;

/** Too many wrong secrets came from this address: the next one is looked at after `retryAfterS` seconds. */
export class TooManyAttempts extends DomainError {
  readonly oauthCode = 'slow_down';

  constructor(readonly retryAfterS: number) {
    super('tooManyRequests', `Too many failed attempts: try again in ${retryAfterS} seconds.`);
  }
}

interface Count {
  readonly since: Instant;
  failures: number;
}

/** Counts failed attempts per client and address, in this process's memory; the counts are bounded and start anew each minute. */
@Injectable()
export class FailedAttempts {
  private readonly counts = new BoundedMap<Count>(MOST_COUNTS);

  constructor(private readonly clock: Clock) {}

  /** Throws TooManyAttempts where the address has failed too often a moment ago. */
  check(clientId: string, address: string): void {
    const now = this.clock.now();
    for (const [key, most] of limits(clientId, address)) {
      const count = this.counts.get(key);
      const waitMs = count && count.failures >= most ? count.since + WINDOW_MS - now : 0;
      if (waitMs > 0) throw new TooManyAttempts(Math.ceil(waitMs / SECOND_MS));
    }
  }

  /** Notes a failed attempt. */
  note(clientId: string, address: string): void {
    const now = this.clock.now();
    for (const [key] of limits(clientId, address)) {
      const count = this.counts.get(key);
      if (count && count.since + WINDOW_MS > now) count.failures += 1;
      else this.counts.set(key, { since: now, failures: 1 });
    }
  }
}

function limits(clientId: string, address: string): readonly [key: string, most: number][] {
  return [
    [`${address} ${clientId.slice(0, 255)}`, MOST_OF_CLIENT],
    [address, MOST_OF_ADDRESS],
  ];
}
