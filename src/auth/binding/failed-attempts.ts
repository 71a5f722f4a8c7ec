import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { BoundedMap } from '../../core/bounded-map.js';
import { Clock } from '../../core/clock.js';
import { DomainError } from '../../core/errors.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';

/** Attempts within a minute after which an address has to wait: for one client, and for clients of any name. */
const MOST_OF_CLIENT = 10;
const MOST_OF_ADDRESS = 15;
const WINDOW_MS = MINUTE_MS;
const MOST_COUNTS = 50_000;
const LONGEST_NAME = 255;

/** Too many secrets were tried from this address: the next one is looked at after `retryAfterS` seconds. */
export class TooManyAttempts extends DomainError {
  readonly oauthCode = 'slow_down';

  constructor(readonly retryAfterS: number) {
    super('tooManyRequests', `Too many failed attempts: try again in ${retryAfterS} seconds.`);
  }
}

/** Who tries a secret. */
export interface Trial {
  readonly clientId: string;
  readonly address: string;
  /** Whether there is a binding with this client id. */
  readonly isKnown: boolean;
}

/** An attempt that is counted as failed until it is forgiven. */
export interface CountedAttempt {
  /** Takes it out of the counts: it has not failed. */
  forgive(): void;
  /** Ends it as a wrong one. Throws TooManyAttempts where its address has had too many. */
  refuse(): void;
}

interface Count {
  readonly since: Instant;
  attempts: number;
}

/**
 * Counts attempts per client and address, in this process's memory. An attempt counts from its begin, before
 * anything slow, so that a thousand at once are not all tried. The counts are bounded and start anew each minute.
 */
@Injectable()
export class FailedAttempts {
  private readonly counts = new BoundedMap<Count>(MOST_COUNTS);

  constructor(private readonly clock: Clock) {}

  /**
   * Counts an attempt. Throws TooManyAttempts where the client has had too many at this address, or where the
   * address has and the client is unknown. A known client is let through there, because whoever tries names at
   * random must not lock out the others behind the same address; where its secret is wrong it gets the same answer.
   */
  begin({ clientId, address, isKnown }: Trial): CountedAttempt {
    const now = this.clock.now();
    const network = networkOf(address);
    const ofClient = this.countOf(`${network} ${clientId.slice(0, LONGEST_NAME)}`, now);
    const ofAddress = this.countOf(network, now);
    refuseBeyond(ofClient, MOST_OF_CLIENT, now);
    const isOver = ofAddress.attempts >= MOST_OF_ADDRESS;
    if (!isKnown) refuseBeyond(ofAddress, MOST_OF_ADDRESS, now);
    for (const count of [ofClient, ofAddress]) count.attempts += 1;
    return {
      forgive: () => {
        for (const count of [ofClient, ofAddress]) count.attempts -= 1;
      },
      refuse: () => {
        if (isOver) throw tooMany(ofAddress, now);
      },
    };
  }

  private countOf(key: string, now: Instant): Count {
    const known = this.counts.get(key);
    // A clock that was set back begins a new minute too: the old one would last until it has caught up.
    if (known && now >= known.since && now - known.since < WINDOW_MS) return known;
    const fresh = { since: now, attempts: 0 };
    this.counts.set(key, fresh);
    return fresh;
  }
}

/** Returns what counts as one address: an IPv6 network of 64 bits, all of which one customer has, or an IPv4 address. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

function refuseBeyond(count: Count, most: number, now: Instant): void {
  if (count.attempts >= most) throw tooMany(count, now);
}

function tooMany(count: Count, now: Instant): TooManyAttempts {
  return new TooManyAttempts(Math.max(1, Math.ceil((count.since + WINDOW_MS - now) / SECOND_MS)));
}
