import { wireText } from '../core/instant.js';
import type { MadeKey } from './signing-key.service.js';
import type { SigningKey } from './signing-key.store.js';

/** Returns a key without its secret. */
export function keyWire({ id, kind, createdAt, publicKey }: SigningKey) {
  return { keyId: id, kind, createdAt: wireText(createdAt), ...(publicKey !== null && { publicKey }) };
}

/** Returns a key that was made just now, with what the receiver of calls needs. */
export function madeKeyWire({ key, secret }: MadeKey) {
  return { ...keyWire(key), ...(secret !== null && { secret }) };
}
