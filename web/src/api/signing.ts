/** What the routes of signing keys answer: those of the tenant with whose eyes one looks, or of the provider itself. */

export type SigningKind = 'v1' | 'v1a';

export interface SigningKey {
  readonly keyId: string;
  readonly kind: SigningKind;
  /** `YYYY-MM-DD HH:mm:ss` in UTC */
  readonly createdAt: string;
  /** Of a pair. */
  readonly publicKey?: string;
}

/** A key that was made just now. */
export interface MadeSigningKey extends SigningKey {
  /** Of a key that is no pair: it is not shown again. */
  readonly secret?: string;
}

export interface SigningKeys {
  readonly results: readonly SigningKey[];
}

export const SIGNING_KEYS = '/scheduler/signingKeys';
/** So that receivers can change from one to the other. */
export const MOST_SIGNING_KEYS = 2;
