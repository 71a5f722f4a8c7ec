import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** Returns a new secret of 256 random bits: what a session's cookie or a link holds. */
export function newCode(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** Returns the digest by which such a secret is stored. It needs no salt and no slow hash: nobody guesses 256 bits. */
export function digestOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}
