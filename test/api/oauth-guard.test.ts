import { createHmac, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import { bearer, printedBinding, printedOperator, startService, subscribe, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';

async function setup() {
  const service = await startService();
  const uaa = printedBinding(service);
  const provider = await tokenFor(service, uaa);
  const get = (path: string, headers: Record<string, string> = {}) => service.http.get(path).set(headers);
  const withTenant = async () => {
    await subscribe(service, provider, ACME, 'acme');
    return tokenFor(service, uaa, ACME);
  };
  return { ...service, service, uaa, provider, get, withTenant };
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('The guard', () => {
  it('hands the provider its instance, and a tenant its own place alone', async () => {
    const { get, uaa, provider, withTenant } = await setup();
    const tenant = await withTenant();
    const asProvider = await get('/probe/jobs', bearer(provider)).expect(200);
    expect(asProvider.body).toMatchObject({
      kind: 'instance',
      tenantId: uaa.identityzoneid,
      actor: `${uaa.clientid} (provider)`,
      rights: ['admin', 'callback', 'configure', 'scheduler'],
    });
    const asTenant = await get('/probe/jobs', bearer(tenant)).expect(200);
    expect(asTenant.body).toMatchObject({
      kind: 'tenant',
      instanceId: asProvider.body.instanceId,
      tenantId: ACME,
      subdomain: 'acme',
      rights: ['scheduler'],
    });
    expect(asTenant.body.tenancyId).not.toBe(asProvider.body.tenancyId);
  });

  it.each(['bearer', 'Bearer', 'BEARER'])('matches the scheme %s', async (scheme) => {
    const { get, provider } = await setup();
    await get('/probe/jobs', { Authorization: `${scheme} ${provider}` }).expect(200);
  });

  it("takes a binding's client id and secret for the provider's credentials", async () => {
    const { http, uaa } = await setup();
    const answer = await http.get('/probe/jobs').auth(uaa.clientid, uaa.clientsecret).expect(200);
    expect(answer.body).toMatchObject({ kind: 'instance', tenantId: uaa.identityzoneid });
    await http.get('/probe/jobs').auth(uaa.clientid, 'wrong').expect(401);
  });

  it('lets anyone through to a public route and nobody to one that declares nothing', async () => {
    const { get, provider, service } = await setup();
    const operator = await tokenFor(service, printedOperator(service));
    await get('/probe/open').expect(200);
    for (const token of [provider, operator]) await get('/probe/undeclared', bearer(token)).expect(403);
    await get('/probe/undeclared').expect(403);
  });

  it('refuses a caller without the right that the route needs, and says so', async () => {
    const { get, provider, withTenant, service } = await setup();
    const tenant = await withTenant();
    const operator = await tokenFor(service, printedOperator(service));
    for (const [path, allowed, refused] of [
      ['/probe/configure', provider, tenant],
      ['/probe/operate', operator, provider],
      ['/probe/jobs', tenant, operator],
    ] as const) {
      await get(path, bearer(allowed)).expect(200);
      const answer = await get(path, bearer(refused)).expect(403);
      expect(answer.headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
    }
  });

  it('gives a narrowed token no more than it asked for', async () => {
    const { get, http, uaa } = await setup();
    const params = { grant_type: 'client_credentials', scope: `${uaa.xsappname}.JOBSCHEDULER` };
    const answer = await http
      .post('/oauth/token')
      .auth(uaa.clientid, uaa.clientsecret)
      .type('form')
      .send(params);
    await get('/probe/jobs', bearer(answer.body.access_token)).expect(200);
    await get('/probe/configure', bearer(answer.body.access_token)).expect(403);
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { Authorization: '' }],
    ['another scheme', { Authorization: 'Digest abc' }],
    ['no token', { Authorization: 'Bearer' }],
    ['garbage', { Authorization: 'Bearer abc.def.ghi' }],
  ])('refuses %s', async (_name, headers) => {
    const { get } = await setup();
    const answer = await get('/probe/jobs', headers).expect(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.body).toMatchObject({ code: 401, type: 'Unauthorized' });
  });

  it('refuses a token that was tampered with in any way', async () => {
    const { get, http, provider } = await setup();
    const [head, body, signature] = provider.split('.') as [string, string, string];
    const header = decodeProtectedHeader(provider);
    const claims = decodeJwt(provider);
    const [key] = (await http.get('/token_keys')).body.keys;
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const sign = (change: JWTPayload, kid = header.kid) =>
      new SignJWT({ ...claims, ...change })
        .setProtectedHeader({ alg: 'RS256', kid: String(kid) })
        .sign(foreign);
    const withPublicKey = `${base64url({ ...header, alg: 'HS256' })}.${body}`;
    const hmac = createHmac('sha256', key.value).update(withPublicKey).digest('base64url');
    const forged = [
      `${head}.${base64url({ ...claims, zid: ACME })}.${signature}`,
      `${base64url({ ...header, alg: 'none' })}.${body}.`,
      `${withPublicKey}.${hmac}`,
      `${base64url({ ...header, crit: ['x'], x: 1 })}.${body}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      await sign({}),
      await sign({}, 'unknown'),
      await sign({ iss: 'http://elsewhere.test' }),
    ];
    for (const token of forged) await get('/probe/jobs', bearer(token)).expect(401);
    await get('/probe/jobs', bearer(provider)).expect(200);
  });

  it('refuses the tokens that are sent to actions', async () => {
    const { get, app } = await setup();
    const { TokenIssuer } = await import('../../src/auth/key/token-issuer.js');
    const { token } = await app.get(TokenIssuer).issueForTenancy(1);
    const answer = await get('/probe/jobs', bearer(token)).expect(401);
    expect(answer.body.message).toContain('wrong audience');
  });
});

describe('The published keys', () => {
  it('verify the tokens, and are not sent again to who has them', async () => {
    const { get, provider } = await setup();
    const answer = await get('/token_keys').expect(200);
    const { kid } = decodeProtectedHeader(provider);
    expect(answer.body.keys).toEqual([
      {
        kid,
        kty: 'RSA',
        alg: 'RS256',
        use: 'sig',
        n: expect.any(String),
        e: 'AQAB',
        value: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/),
      },
    ]);
    await get('/token_keys', { 'If-None-Match': String(answer.headers['etag']) }).expect(304);
    await get('/token_keys', { 'If-None-Match': '"another"' }).expect(200);
    expect((await get('/oauth2/certs?zid=x')).body).toEqual(answer.body);
  });
});
