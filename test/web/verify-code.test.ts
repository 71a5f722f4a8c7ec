import { createPublicKey, verify } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { Webhook } from 'standardwebhooks';
import { verifyCode } from '../../web/src/pages/signing-keys/verify-code.js';
import { newKey, signatureHeaders, signerOf, type SigningKind } from '../../src/signing/signature.js';

const body = '{"month":12}';

/** Runs the lines that a receiver is shown, on a call that is signed by a new key. */
function received(kind: SigningKind, arrived: { readonly body: string }): void {
  const { secret, publicKey } = newKey(kind);
  const headers = signatureHeaders([signerOf(secret)], { id: 'run-1', at: Date.now(), body });
  const key = { keyId: 'k1', kind, createdAt: '', ...(publicKey !== null && { publicKey }) };
  const process = { env: { SIGNING_SECRET: secret } };
  const imported = { Webhook, createPublicKey, verify, Buffer, process };
  runInNewContext(verifyCode(key).replace(/^import .*$/m, ''), { ...imported, headers, body: arrived.body });
}

describe.each(['v1', 'v1a'] as const)('The lines that verify a call by a key of the kind %s', (kind) => {
  it('take what the service signs', () => expect(() => received(kind, { body })).not.toThrow());

  it('refuse what was changed on its way', () =>
    expect(() => received(kind, { body: '{"month":11}' })).toThrow(/signature|not from Carillon/));
});
