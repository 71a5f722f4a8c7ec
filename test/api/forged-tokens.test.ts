import { generateKeyPairSync, sign as signRaw, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { bearer, HandClock, printedBinding, startService, subscribe, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';

const closing: Server[] = [];
afterEach(() => closing.splice(0).forEach((server) => server.close()));

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const withoutSignature = (header: object, claims: object) => `${base64url(header)}.${base64url(claims)}`;

/** Keys of kinds that a key set may hold, by key id. */
const KEYS = {
  'rsa-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-1024': generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'rsa-pss': generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
  'p-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'p-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  secp256k1: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
  ed25519: generateKeyPairSync('ed25519'),
};
type Kid = keyof typeof KEYS;

function jwkOf(kid: Kid): JWK {
  // Node.js cannot write RSA-PSS keys as JWK; to a key set they are RSA keys.
  if (kid === 'rsa-pss') return { ...(KEYS['rsa-2048'].publicKey.export({ format: 'jwk' }) as JWK), kid };
  return { ...(KEYS[kid].publicKey.export({ format: 'jwk' }) as JWK), kid };
}

async function setup() {
  const jwks: JWK[] = (Object.keys(KEYS) as Kid[]).map(jwkOf);
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ keys: jwks }));
  });
  closing.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trusted = {
    issuer,
    jwksUri: `${issuer}/keys`,
    audience: 'urn:carillon',
    instances: { 'shop-app': 'carillon-default!b1' },
    grants: ['JOBSCHEDULER'],
  };
  const clock = new HandClock(Date.now());
  const service = await startService({ EXTERNAL_ISSUERS: JSON.stringify([trusted]) }, { clock });
  const provider = await tokenFor(service, printedBinding(service));
  await subscribe(service, provider, ACME, 'acme');
  const errors: unknown[] = [];
  const note = (message: unknown) => errors.push(message);
  service.app.useLogger({ log: () => undefined, warn: () => undefined, error: note, fatal: note });
  const exp = Math.floor(clock.now() / 1000) + 3_600;
  const theirs = { iss: issuer, aud: 'urn:carillon', azp: 'shop-app', zid: ACME, sub: 'shop-app', exp };
  const statusOf = async (token: string) => {
    const { status } = await service.http.get('/probe/jobs').set(bearer(token));
    return status;
  };
  return { ...service, jwks, theirs, provider, errors, statusOf };
}

/** Signs like no library would: whatever the header says, by the key's own way. */
function signed(header: object, claims: object, key: KeyObject): string {
  const text = withoutSignature(header, claims);
  const isEdwards = key.asymmetricKeyType === 'ed25519';
  const options = key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
  const signature = signRaw(isEdwards ? null : 'sha256', Buffer.from(text), options);
  return `${text}.${signature.toString('base64url')}`;
}

describe('A token whose key does not fit its algorithm', () => {
  it('is refused whichever key of a trusted issuer it names, and the fitting ones are believed', async () => {
    const { theirs, statusOf, errors } = await setup();
    const believed: string[] = [];
    for (const kid of Object.keys(KEYS) as Kid[]) {
      for (const alg of ['RS256', 'PS256', 'ES256', 'RS384', 'ES384', 'ES256K', 'EdDSA', 'HS256', 'none']) {
        const status = await statusOf(signed({ alg, kid }, theirs, KEYS[kid].privateKey));
        expect([401, 200]).toContain(status);
        if (status === 200) believed.push(`${alg} ${kid}`);
      }
    }
    expect(believed).toEqual(['RS256 rsa-2048', 'ES256 p-256']);
    expect(errors).toEqual([]);
  });

  it('is refused where the issuer reserves the key for another algorithm or another use', async () => {
    const { theirs, statusOf, jwks, errors } = await setup();
    const by = (kid: Kid, alg: string) => signed({ alg, kid }, theirs, KEYS[kid].privateKey);
    Object.assign(jwks[0] as JWK, { alg: 'PS256' });
    Object.assign(jwks[3] as JWK, { key_ops: ['encrypt'] });
    expect(await statusOf(by('rsa-2048', 'RS256'))).toBe(401);
    expect(await statusOf(by('p-256', 'ES256'))).toBe(401);
    expect(errors).toEqual([]);
  });

  it('is believed by the key that fits, of two with the same key id', async () => {
    const { theirs, statusOf, jwks } = await setup();
    jwks.splice(0, jwks.length, { ...jwkOf('p-256'), kid: 'k' }, { ...jwkOf('rsa-2048'), kid: 'k' });
    expect(await statusOf(signed({ alg: 'RS256', kid: 'k' }, theirs, KEYS['rsa-2048'].privateKey))).toBe(200);
    expect(await statusOf(signed({ alg: 'ES256', kid: 'k' }, theirs, KEYS['p-256'].privateKey))).toBe(200);
  });

  it('is refused where it names our own key', async () => {
    const { provider, statusOf, errors } = await setup();
    const { kid } = decodeProtectedHeader(provider);
    const claims = decodeJwt(provider);
    for (const [alg, key] of [
      ['ES256', KEYS['p-256']],
      ['PS256', KEYS['rsa-2048']],
      ['RS256', KEYS['rsa-2048']],
      ['RS256', KEYS['rsa-1024']],
    ] as const) {
      expect(await statusOf(signed({ alg, kid }, claims, key.privateKey))).toBe(401);
    }
    expect(errors).toEqual([]);
    expect(await statusOf(provider)).toBe(200);
  });
});

describe('A token with any header, claims and signature', () => {
  it('is refused without a line in the log', async () => {
    const { provider, theirs, statusOf, errors } = await setup();
    const ours = decodeProtectedHeader(provider);
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
    const algorithm = fc.constantFrom('RS256', 'PS256', 'ES256', 'none', 'HS256', 'rs256', '', 'ES512');
    const kid = fc.constantFrom(ours.kid, ...Object.keys(KEYS), '', '__proto__', 'x'.repeat(2_000));
    const header = fc.record({
      alg: fc.oneof({ weight: 5, arbitrary: algorithm }, anything),
      kid: fc.oneof({ weight: 5, arbitrary: kid }, anything),
      crit: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, anything),
      jku: fc.oneof(fc.constant('http://127.0.0.1:1/keys'), anything),
      jwk: fc.oneof(fc.constant(jwkOf('p-256')), anything),
      x5c: anything,
      typ: fc.oneof(fc.constant('JWT'), anything),
      b64: fc.constantFrom(undefined, false, true, 1),
      zip: anything,
    });
    const claims = fc.oneof(
      fc.constant(decodeJwt(provider) as object),
      fc.constant(theirs as object),
      fc.record({ iss: fc.oneof(fc.constant(theirs.iss), anything), exp: anything, aud: anything }),
      anything as fc.Arbitrary<object>,
    );
    const signature = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc.constantFrom('', '.', '.a.b', '=', 'AA'.repeat(43), 'A'.repeat(342)),
    );
    await fc.assert(
      fc.asyncProperty(header, claims, signature, async (head, body, end) => {
        expect(await statusOf(`${withoutSignature(head, body ?? {})}.${end}`)).toBe(401);
      }),
      { numRuns: 400 },
    );
    expect(errors).toEqual([]);
    expect(await statusOf(provider)).toBe(200);
  });
});

describe('A request without credentials that fails in the service', () => {
  it('is logged once, however often it is sent', async () => {
    const { app, http, errors } = await setup();
    const { KeyRing } = await import('../../src/auth/key/key-ring.js');
    Object.assign(app.get(KeyRing), {
      list: () => {
        throw new Error('broken');
      },
    });
    for (let n = 0; n < 5; n++) await http.get('/token_keys').expect(500);
    expect(errors).toHaveLength(1);
  });
});
