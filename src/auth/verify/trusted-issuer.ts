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

/** RSA keys with fewer bits are refused (RFC 7518, section 3.3). */
const LEAST_RSA_BITS = 2048;

/** Returns whether a public key is of the kind that an algorithm needs: type, curve and length. */
export function fits(key: KeyObject, algorithm: Algorithm): boolean {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  switch (algorithm) {
    case 'RS256':
    case 'PS256':
      return key.asymmetricKeyType === 'rsa' && (modulusLength ?? 0) >= LEAST_RSA_BITS;
    case 'ES256':
      return key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1';
  }
}
