import { createPublicKey, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { newKey, signatureHeaders, signerOf } from '../../src/signing/signature.js';

const body = '{"test": 2432232314}';
/** What the libraries of Standard Webhooks are tested with. */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  call: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1_614_265_330_999, body },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

/** Returns whether a public key as it is answered verifies a signature of the kind v1a. */
function isVerified(publicKey: string, content: string, signature: string): boolean {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const bytes = Buffer.from(signature.replace('v1a,', ''), 'base64');
  return verify(null, Buffer.from(content, 'utf8'), key, bytes);
}

describe('A signature of Standard Webhooks', () => {
  it('is that of the test vector, with whole seconds', () => {
    expect(signatureHeaders([signerOf(VECTOR.secret)], VECTOR.call)).toEqual({
      'webhook-id': VECTOR.call.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': VECTOR.signature,
    });
  });

  it('by a new secret is what the public library makes of it, also beyond ASCII', () => {
    const { secret, publicKey } = newKey('v1');
    expect(publicKey).toBeNull();
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    for (const text of ['', body, '{"a":"\u00fc\u{1f514}"}']) {
      const headers = signatureHeaders([signerOf(secret)], { ...VECTOR.call, body: text });
      const expected = new Webhook(secret).sign(VECTOR.call.id, new Date(VECTOR.call.at), text);
      expect(headers['webhook-signature']).toBe(expected);
    }
  });

  it('by a new pair is verified by its public key, and by no other', () => {
    const { secret, publicKey } = newKey('v1a');
    expect(secret).toMatch(/^whsk_/);
    expect(publicKey).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const { 'webhook-signature': signature = '' } = signatureHeaders([signerOf(secret)], VECTOR.call);
    const content = `${VECTOR.call.id}.1614265330.${body}`;
    expect(signature).toMatch(/^v1a,/);
    expect(isVerified(String(publicKey), content, signature)).toBe(true);
    expect(isVerified(String(publicKey), `${content} `, signature)).toBe(false);
    expect(isVerified(String(newKey('v1a').publicKey), content, signature)).toBe(false);
  });

  it('is made by each key, with a blank between them', () => {
    const [one, pair] = [newKey('v1'), newKey('v1a')];
    const signers = [signerOf(one.secret), signerOf(pair.secret)];
    expect(signatureHeaders(signers, VECTOR.call)['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+$/);
  });
});
