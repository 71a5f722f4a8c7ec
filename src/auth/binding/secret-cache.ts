import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { LAST_INSTANT, MINUTE_MS, type Instant } from '../../core/instant.js';
import { BindingIndex } from './binding-index.js';
import type { Binding } from './binding.reader.js';
import { BoundedMap } from '../../core/bounded-map.js';

const REMEMBERED_MS = 5 * MINUTE_MS;
const MOST = 5_000;

/**
 * Pairs of client id and secret that were verified a moment ago, as keyed digests in memory, so that the slow
 * hash is not paid per call. A pair is forgotten as soon as its binding changes in any way.
 */
@Injectable()
export class SecretCache {
  private readonly key = randomBytes(32);
  private readonly pairs = new BoundedMap<{ binding: Binding; until: Instant }>(MOST);

  constructor(
    private readonly clock: Clock,
    private readonly bindings: BindingIndex,
  ) {}

  /** Returns the live binding of a remembered pair, null where the pair must be verified. */
  find(clientId: string, secret: string): Binding | null {
    const digest = this.digestOf(clientId, secret);
    const pair = this.pairs.get(digest);
    if (!pair) return null;
    if (this.clock.now() < pair.until && this.bindings.find(clientId) === pair.binding) return pair.binding;
    this.pairs.delete(digest);
    return null;
  }

  /** Remembers a pair that was verified, no longer than its secret lives, and returns its binding; null where the binding is revoked. */
  remember(clientId: string, secret: string, expiresAt: Instant | null): Binding | null {
    const binding = this.bindings.find(clientId);
    if (!binding) return null;
    const until = Math.min(this.clock.now() + REMEMBERED_MS, expiresAt ?? LAST_INSTANT);
    this.pairs.set(this.digestOf(clientId, secret), { binding, until });
    return binding;
  }

  private digestOf(clientId: string, secret: string): string {
    return createHmac('sha256', this.key).update(`${clientId.length}:${clientId}${secret}`).digest('base64');
  }
}
