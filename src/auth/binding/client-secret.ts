import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of one hash, the N of scrypt. */
export const HASH_COST = Symbol('cost of a hash');
/** 16 MB and some 40 ms. Secrets are 256 random bits, so that more would protect nothing more. */
export const SLOW = 16_384;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** Returns a new client secret: 256 random bits in characters that need no encoding anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns a new salt, `<cost>$<random>`; the secrets of one binding share theirs, so that trying two costs no more time than trying one. */
export function newSalt(cost: number): string {
  return `${cost}$${randomBytes(SALT_BYTES).toString('base64url')}`;
}

/** Returns what is stored for a secret: `scrypt$<salt>$<hash>`. */
export async function proofOf(secret: string, salt: string): Promise<string> {
  return `scrypt$${salt}$${(await slowHash(secret, salt)).toString('base64url')}`;
}

/** Returns the salt of a stored proof, its cost included. */
export function saltOf(proof: string): string {
  return proof.split('$').slice(1, 3).join('$');
}

/**
 * Returns which of the proofs of one binding a secret fits, null for none. It costs one slow hash whatever is
 * given, no proofs at all included (then one of this cost): the time tells nobody whether a client exists.
 */
export async function fittingProof(
  secret: string,
  proofs: readonly string[],
  cost: number,
): Promise<string | null> {
  const salt = proofs[0] === undefined ? newSalt(cost) : saltOf(proofs[0]);
  const given = await slowHash(secret, salt);
  const fits = proofs.filter((proof) => {
    const stored = Buffer.from(proof.split('$')[3] ?? '', 'base64url');
    return stored.length === given.length && timingSafeEqual(stored, given);
  });
  return fits[0] ?? null;
}

function slowHash(secret: string, salt: string): Promise<Buffer> {
  const [cost, random = ''] = salt.split('$');
  const options = { N: Number(cost), r: 8, p: 1 };
  return new Promise((resolve, reject) => {
    scrypt(secret, Buffer.from(random, 'base64url'), HASH_BYTES, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}
