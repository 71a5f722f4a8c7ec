import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { LAST_INSTANT, MINUTE_MS, type Instant } from '../../core/instant.js';
import { BindingIndex } from './binding-index.js';
import type { Binding } from './binding.reader.js';
import { BoundedMap } from '../../core/bounded-map.js';

const REMEMBERED_MS = 5 * MINUTE_MS;
const MOST = 5_000;

/** A binding, and the secret by which it was proven. */
export interface ProvenBinding {
  readonly binding: Binding;
  /** Row id of the secret. */
  readonly secretId: number;
}

/** A client id and secret as a keyed digest, which means nothing outside this process. */
export type PairDigest = string;

/**
 * Pairs of client id and secret that were verified, as keyed digests in memory. For a few minutes the slow hash is
 * not paid again, unless the binding changes in any way. After that a pair has to be verified again, but is still
 * known to have been right: it is no guess.
 */
@Injectable()
export class SecretCache {
  private readonly key = randomBytes(32);
  private readonly pairs = new BoundedMap<{ proven: ProvenBinding; until: Instant }>(MOST);

  constructor(
    private readonly clock: Clock,
    private readonly bindings: BindingIndex,
  ) {}

  /** Returns the digest of a pair. */
  digestOf(clientId: string, secret: string): PairDigest {
    return createHmac('sha256', this.key).update(`${clientId.length}:${clientId}${secret}`).digest('base64');
  }

  /** Returns the live binding of a remembered pair, with its secret; null where the pair must be verified. */
  find(pair: PairDigest): ProvenBinding | null {
    const known = this.pairs.get(pair);
    if (!known || this.clock.now() >= known.until) return null;
    const { binding } = known.proven;
    return this.bindings.find(binding.clientId) === binding ? known.proven : null;
  }

  /** Returns whether a pair was right when it was last verified. */
  wasRight(pair: PairDigest): boolean {
    return this.pairs.get(pair) !== null;
  }

  /** Remembers that a pair was verified, no longer than its secret lives. */
  remember(pair: PairDigest, proven: ProvenBinding, expiresAt: Instant | null): void {
    const until = Math.min(this.clock.now() + REMEMBERED_MS, expiresAt ?? LAST_INSTANT);
    this.pairs.set(pair, { proven, until });
  }

  /** Forgets a pair that is not right any more. */
  forget(pair: PairDigest): void {
    this.pairs.delete(pair);
  }
}
