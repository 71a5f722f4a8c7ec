import type { SigningKey } from '../../api/signing.js';

/** Returns the lines with which a receiver verifies calls that are signed by a key. */
export function verifyCode({ kind, publicKey = '' }: SigningKey): string {
  return kind === 'v1' ? SHARED : paired(publicKey);
}

const SHARED = `import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.SIGNING_SECRET);

webhook.verify(body, headers);`;

function paired(publicKey: string): string {
  // What stands before it names the kind. A JSON Web Key has the other alphabet of Base64.
  const x = publicKey
    .replace(/^whpk_/, '')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
  return `import { createPublicKey, verify } from 'node:crypto';

const jwk = { kty: 'OKP', crv: 'Ed25519', x: '${x}' };
const key = createPublicKey({ key: jwk, format: 'jwk' });
const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = headers;
const isBy = (each) =>
  each.startsWith('v1a,') &&
  verify(null, Buffer.from(\`\${id}.\${at}.\${body}\`), key, Buffer.from(each.slice(4), 'base64'));
const isFresh = Math.abs(Date.now() / 1000 - at) < 300;

if (!isFresh || !signatures.split(' ').some(isBy)) throw new Error('This call is not from Carillon.');`;
}
