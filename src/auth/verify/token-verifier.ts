import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import passport from 'passport';
import { Clock } from '../../core/clock.js';
import { Unauthenticated } from '../../core/errors.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { BindingIndex } from '../binding/binding-index.js';
import { KeyRing } from '../key/key-ring.js';
import { BoundedMap } from '../../core/bounded-map.js';
import type { Caller } from '../caller.js';
import { JwtStrategy, KeyNotFound, LEEWAY_MS } from './jwt.strategy.js';

const MOST = 10_000;

/** Whether what a caller's credentials stand on is still there: asked on every request, from memory. */
@Injectable()
export class LiveCallers {
  constructor(
    private readonly bindings: BindingIndex,
    private readonly tenancies: TenancyIndex,
  ) {}

  /** Returns false once the caller's binding is revoked or its tenancy is gone. */
  isLive(caller: Caller): boolean {
    return (
      (caller.clientId === null || this.bindings.find(caller.clientId) !== null) &&
      (caller.tenancyId === null || this.tenancies.find(caller.tenancyId) !== null)
    );
  }

  /** Returns whether the caller's tenant is suspended. */
  isSuspended(caller: Caller): boolean {
    const tenancy = caller.tenancyId === null ? null : this.tenancies.find(caller.tenancyId);
    return tenancy !== null && tenancy.suspendedAt !== null;
  }
}

/**
 * Verifies bearer tokens through passport, and remembers those that held until they expire, so that a token that
 * was seen before costs one digest and no signature. What it stands on is looked at every time, and where a key is gone everything is
 * verified anew.
 */
@Injectable()
export class TokenVerifier {
  // An own passport: the package's own one is shared by the whole process and takes the last strategy it was given.
  private readonly passport = new passport.Passport();
  private readonly verified = new BoundedMap<Caller>(MOST);
  /** The losses of the key ring that `verified` knows of. */
  private losses = 0;

  constructor(
    private readonly clock: Clock,
    private readonly live: LiveCallers,
    private readonly keys: KeyRing,
    strategy: JwtStrategy,
  ) {
    this.passport.use('jwt', strategy);
  }

  /** Returns who a token names. Throws Unauthenticated where its signature, its times, its audience or what it stands on does not hold. */
  async callerOf(token: string): Promise<Caller> {
    const { losses } = this.keys;
    if (losses !== this.losses) this.verified.clear();
    this.losses = losses;
    const digest = hash('sha256', token, 'base64');
    const known = this.verified.get(digest);
    if (known && this.holds(known)) return known;
    const caller = await this.verify(token);
    if (losses === this.keys.losses) this.verified.set(digest, caller);
    return caller;
  }

  private holds(caller: Caller): boolean {
    return this.clock.now() < caller.expiresAt + LEEWAY_MS && this.live.isLive(caller);
  }

  private verify(token: string): Promise<Caller> {
    // All that the strategy reads of a request is this header; a token may come from elsewhere too.
    const request = { headers: { authorization: `Bearer ${token}` } };
    return new Promise((resolve, reject) => {
      const finish = (error: unknown, caller: Caller | false | undefined, info: unknown) => {
        if (caller) resolve(caller);
        else reject(errorOf(error) ?? refusalOf(info));
      };
      const handle = this.passport.authenticate('jwt', { session: false }, finish) as (
        request: object,
        response: object,
        next: (error: Error) => void,
      ) => void;
      handle(request, {}, reject);
    });
  }
}

/**
 * Returns why passport did not accept a token. Whatever a library found wrong with it is told in one sentence: it was
 * written by a stranger, and none of its faults is a fault of the service.
 */
function refusalOf(reason: unknown): Error {
  const ours = reason instanceof KeyNotFound ? errorOf(reason.cause) : null;
  return ours ?? new Unauthenticated('The access token cannot be verified: request a new one.');
}

const errorOf = (thrown: unknown) => (thrown instanceof Error ? thrown : null);
