import type { KeyObject } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Caller } from '../caller.js';

/** Whose tokens the service accepts: where its keys are and what its claims mean here. */
export interface TrustedIssuer {
  readonly issuer: string;
  /** Returns the public key of a key id, null where the issuer has none of that name or does not sign by that algorithm. */
  findKey(kid: string, algorithm: Algorithm): Promise<KeyObject | null>;
  /** Returns who the claims of a verified token name; throws Unauthenticated where they name nobody here. */
  callerOf(claims: JWTPayload): Promise<Caller>;
}

/** The signature algorithms that are accepted: asymmetric ones alone, so that a public key is never taken for a shared secret. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
