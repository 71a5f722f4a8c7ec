import { decodeJwt, decodeProtectedHeader } from 'jose';
import { bearer, printedBinding, printedOperator, startService, subscribe, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';

async function setup(env: Record<string, string> = {}) {
  const service = await startService({ PUBLIC_URL: 'http://jobs.example.test:3000', ...env });
  const uaa = printedBinding(service);
  const request = () => service.http.post('/oauth/token').type('form');
  const grant = { grant_type: 'client_credentials' };
  const body = { ...grant, client_id: uaa.clientid, client_secret: uaa.clientsecret };
  const withAcme = async () => subscribe(service, await tokenFor(service, uaa), ACME, 'acme');
  const zoneOf = (answer: { body: { access_token: string } }) => decodeJwt(answer.body.access_token)['zid'];
  return { ...service, service, uaa, request, grant, body, withAcme, zoneOf };
}

describe('The token endpoint', () => {
  it('answers a bearer token that must not be stored', async () => {
    const { request, uaa, grant } = await setup();
    const answer = await request().auth(uaa.clientid, uaa.clientsecret).send(grant).expect(200);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 43_200,
      scope: expect.stringContaining(`${uaa.xsappname}.JOBSCHEDULER`),
      jti: expect.any(String),
    });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });

  it('says in the token who it is for', async () => {
    const { request, uaa, body, clock } = await setup();
    const answer = await request().send(body).expect(200);
    const issuedAt = Math.floor(clock.now() / 1000);
    expect(decodeProtectedHeader(answer.body.access_token)).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: expect.any(String),
      jku: 'http://jobs.example.test:3000/token_keys',
    });
    const scopes = ['JOBSCHEDULER', 'Configure', 'Admin', 'Callback', 'mtcallback'].map(
      (s) => `${uaa.xsappname}.${s}`,
    );
    expect(decodeJwt(answer.body.access_token)).toEqual({
      iss: 'http://jobs.example.test:3000',
      sub: uaa.clientid,
      client_id: uaa.clientid,
      cid: uaa.clientid,
      azp: uaa.clientid,
      aud: ['uaa', uaa.clientid, uaa.xsappname],
      scope: [...scopes, 'uaa.resource'],
      authorities: [...scopes, 'uaa.resource'],
      grant_type: 'client_credentials',
      zid: uaa.identityzoneid,
      ext_attr: {
        enhancer: 'XSUAA',
        zdn: uaa.identityzone,
        serviceinstanceid: expect.any(String),
        subaccountid: uaa.identityzoneid,
      },
      jti: answer.body.jti,
      iat: issuedAt,
      exp: issuedAt + 43_200,
      rev_sig: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });

  it('issues for as long as it is told to', async () => {
    const { request, body } = await setup({ TOKEN_LIFETIME_S: '600' });
    const answer = await request().send(body).expect(200);
    expect(answer.body.expires_in).toBe(600);
  });

  it('takes its parameters from the query of a GET', async () => {
    const { http, body, uaa, grant } = await setup();
    await http.get('/oauth/token').query(body).expect(200);
    await http.get('/oauth/token').auth(uaa.clientid, uaa.clientsecret).query(grant).expect(200);
  });

  it('lets the header win over the body', async () => {
    const { request, uaa, body } = await setup();
    const wrong = { ...body, client_secret: 'wrong' };
    await request().auth(uaa.clientid, uaa.clientsecret).send(wrong).expect(200);
    await request().auth(uaa.clientid, 'wrong').send(body).expect(401);
  });

  it.each([{ 'X-CF-ENCODED-CREDENTIALS': 'true' }, {}])(
    'takes percent-encoded credentials (%j)',
    async (headers) => {
      const { request, uaa, grant } = await setup();
      const encoded = (text: string) => [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
      const answer = request()
        .auth(encoded(uaa.clientid), encoded(uaa.clientsecret))
        .set(headers)
        .send(grant);
      await answer.expect(200);
    },
  );

  it('accepts what clients send along: response_type, token_format, a scope', async () => {
    const { request, body, uaa } = await setup();
    const scope = `${uaa.xsappname}.JOBSCHEDULER`;
    const answer = await request()
      .send({ ...body, response_type: 'token', token_format: 'jwt', scope })
      .expect(200);
    expect(answer.body.scope).toBe(scope);
  });

  describe('finds the zone', () => {
    it('in the header X-Zid before anything else', async () => {
      const { request, body, withAcme, zoneOf, uaa } = await setup();
      await withAcme();
      const answer = await request()
        .set({ 'X-Zid': ACME, Host: `${uaa.identityzone}.jobs.example.test` })
        .send({ ...body, app_tid: uaa.identityzoneid });
      expect(zoneOf(answer)).toBe(ACME);
    });

    it('in the parameter app_tid before the host', async () => {
      const { request, body, withAcme, zoneOf, uaa } = await setup();
      await withAcme();
      const answer = await request()
        .set({ Host: `${uaa.identityzone}.jobs.example.test` })
        .send({ ...body, app_tid: ACME });
      expect(zoneOf(answer)).toBe(ACME);
    });

    it.each(['acme.jobs.example.test', 'ACME.jobs.example.test:3000', 'acme.jobs.example.test:8080'])(
      'in the subdomain of host %s',
      async (host) => {
        const { request, body, withAcme, zoneOf } = await setup();
        await withAcme();
        expect(zoneOf(await request().set({ Host: host }).send(body))).toBe(ACME);
      },
    );

    it.each(['jobs.example.test:3000', '127.0.0.1:3000', 'acme.jobs.example.test.evil.test'])(
      'of the provider where host %s names none',
      async (host) => {
        const { request, body, withAcme, zoneOf, uaa } = await setup();
        await withAcme();
        expect(zoneOf(await request().set({ Host: host }).send(body))).toBe(uaa.identityzoneid);
      },
    );

    it('and refuses one without a subscription', async () => {
      const { request, body } = await setup();
      for (const headers of [
        { 'X-Zid': ACME },
        { 'X-Zid': 'not-a-uuid' },
        { Host: 'acme.jobs.example.test' },
      ]) {
        const answer = await request().set(headers).send(body).expect(401);
        expect(answer.body).toMatchObject({ error: 'invalid_client' });
      }
    });
  });

  describe('refuses', () => {
    it('an unknown client, a wrong secret and no client with one and the same answer', async () => {
      const { request, body, grant } = await setup();
      const unknown = await request().send({ ...body, client_id: 'nobody' });
      const wrong = await request().send({ ...body, client_secret: 'wrong' });
      const none = await request().send(grant);
      for (const answer of [unknown, wrong, none]) {
        expect(answer.status).toBe(401);
        expect(answer.body).toEqual({ error: 'unauthorized', error_description: 'Bad credentials' });
        expect(answer.headers['www-authenticate']).toMatch(/^Basic realm="UAA\/client"/);
        expect(answer.headers['cache-control']).toBe('no-store');
      }
    });

    it.each([
      ['no grant type', { grant_type: '' }, 'invalid_request'],
      ['a grant type that it does not know', { grant_type: 'password' }, 'unsupported_grant_type'],
      ["a scope that is not the client's", { scope: 'other.Admin "\u00e9' }, 'invalid_scope'],
      [
        'a repeated parameter',
        { grant_type: ['client_credentials', 'client_credentials'] },
        'invalid_request',
      ],
    ])('%s', async (_name, change, error) => {
      const { request, body } = await setup();
      const answer = await request()
        .send({ ...body, ...change })
        .expect(400);
      expect(answer.body).toEqual({ error, error_description: expect.any(String) });
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it("a tenant's zone a provider's scope", async () => {
      const { request, body, withAcme, uaa } = await setup();
      await withAcme();
      const asked = { ...body, scope: `${uaa.xsappname}.Callback` };
      await request().send(asked).expect(200);
      await request().set({ 'X-Zid': ACME }).send(asked).expect(400);
    });
  });

  it('gives the operator a scope of its own and no zone', async () => {
    const { service } = await setup();
    const claims = decodeJwt(await tokenFor(service, printedOperator(service)));
    expect(claims).toMatchObject({ aud: ['carillon'], scope: ['carillon.Operate'] });
    expect(claims).not.toHaveProperty('zid');
  });

  it('issues tokens that live on while their clock does', async () => {
    const { service, uaa, http, clock } = await setup();
    const token = await tokenFor(service, uaa);
    clock.advance(43_200_000);
    await http.get('/probe/jobs').set(bearer(token)).expect(200);
    clock.advance(61_000);
    await http.get('/probe/jobs').set(bearer(token)).expect(401);
  });
});
