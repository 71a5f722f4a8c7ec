import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { SECOND_MS, type Instant } from '../core/instant.js';

/** How calls are signed (Standard Webhooks): by a secret that both sides have, or by a pair of which the receiver has the public half. */
export const SIGNING_KINDS = ['v1', 'v1a'] as const;
export type SigningKind = (typeof SIGNING_KINDS)[number];

/** A new key, as texts that begin as Standard Webhooks says. */
export interface NewKey {
  /** `whsec_...` or, of a pair, `whsk_...`. */
  readonly secret: string;
  /** `whpk_...`; null for a key that is no pair. */
  readonly publicKey: string | null;
}

/** Signs a text and returns the signature as it stands in the header: `v1,...`. */
export type Signer = (content: string) => string;

/** What is signed of a call: its id, when it is sent, and the text of its body. */
export interface SignedCall {
  readonly id: string;
  readonly at: Instant;
  readonly body: string;
}

/** Of 24 to 64 that are permitted: as long as what HMAC-SHA256 makes of it. */
const SECRET_BYTES = 32;
/** What stands before the 32 bytes of a private key of Ed25519 in PKCS #8 (RFC 8410). */
const PKCS8_START = Buffer.from('302e020100300506032b657004220420', 'hex');
const RAW_BYTES = 32;

/** Makes a key. */
export function newKey(kind: SigningKind): NewKey {
  if (kind === 'v1')
    return { secret: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`, publicKey: null };
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = lastBytes(privateKey.export({ type: 'pkcs8', format: 'der' }));
  return { secret: `whsk_${seed}`, publicKey: `whpk_${publicHalf(privateKey)}` };
}

/** Returns what signs by a key's secret, as `newKey` made it. */
export function signerOf(secret: string): Signer {
  const [kind = '', encoded = ''] = splitAt(secret, secret.indexOf('_') + 1);
  const bytes = Buffer.from(encoded, 'base64');
  if (kind === 'whsec_') {
    return (content) => `v1,${createHmac('sha256', bytes).update(content, 'utf8').digest('base64')}`;
  }
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_START, bytes]), format: 'der', type: 'pkcs8' });
  return (content) => `v1a,${sign(null, Buffer.from(content, 'utf8'), key).toString('base64')}`;
}

/** Returns the headers of a signed call: a signature by each key, so that a receiver may know either while they change. */
export function signatureHeaders(
  signers: readonly Signer[],
  { id, at, body }: SignedCall,
): Record<string, string> {
  const timestamp = String(Math.floor(at / SECOND_MS));
  const content = `${id}.${timestamp}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signers.map((sign) => sign(content)).join(' '),
  };
}

function publicHalf(key: KeyObject): string {
  return lastBytes(createPublicKey(key).export({ type: 'spki', format: 'der' }));
}

/** The keys of Ed25519 are the last 32 bytes of their usual forms. */
function lastBytes(der: Buffer): string {
  return der.subarray(der.length - RAW_BYTES).toString('base64');
}

function splitAt(text: string, place: number): [string, string] {
  return [text.slice(0, place), text.slice(place)];
}
