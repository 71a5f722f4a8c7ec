import { Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../../core/clock.js';
import { Unauthenticated } from '../../core/errors.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import type { Caller } from '../caller.js';
import { Issuers } from './issuers.js';
import { ALGORITHMS } from './trusted-issuer.js';

/** How far the clocks of an issuer and of this service may be apart. */
export const LEEWAY_MS = MINUTE_MS;

/** Why there is no key for a token: passport mixes it with what is wrong with the token itself. */
export class KeyNotFound extends Error {
  constructor(override readonly cause: unknown) {
    super('There is no key for the token.');
  }
}

/**
 * Passport's strategy for bearer tokens: signature and algorithm are verified by passport-jwt, the times by the
 * product's own Clock, and what the claims mean here by their issuer.
 */
@Injectable()
export class JwtStrategy extends Strategy {
  constructor(issuers: Issuers, clock: Clock) {
    super(
      {
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        algorithms: [...ALGORITHMS],
        ignoreExpiration: true,
        jsonWebTokenOptions: { ignoreNotBefore: true },
        secretOrKeyProvider: (_request, token: string, done) => {
          issuers
            .keyOf(token)
            .then(
              // jsonwebtoken takes a KeyObject too; the types of passport-jwt know of text and bytes only.
              (key) => done(null, key as never),
              (error: unknown) => done(new KeyNotFound(error)),
            )
            // What the libraries throw at a token that they cannot digest.
            .catch((error: Error) => done(error));
        },
      },
      (claims: JWTPayload, done: (error: unknown, caller?: Caller) => void) => {
        callerOf(claims, issuers, clock.now()).then((caller) => done(null, caller), done);
      },
    );
  }
}

async function callerOf(claims: JWTPayload, issuers: Issuers, now: Instant): Promise<Caller> {
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || exp * SECOND_MS + LEEWAY_MS <= now) {
    throw new Unauthenticated('The access token has expired: request a new one.');
  }
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf * SECOND_MS - LEEWAY_MS <= now)) {
    throw new Unauthenticated('The access token is not valid yet: check the clocks.');
  }
  return issuers.callerOf(claims);
}
