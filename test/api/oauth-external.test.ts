import { createServer } from 'node:http';
import type { JWK } from 'jose';
import { bearer, HandClock, startService } from '../auth/setup.js';
import { ACME, issuerWithKeys, keyPair, listening, trusting } from './external-issuer.js';

// oidc-provider tells everyone who starts it what a production needs: noise here.
const { warn, info } = console;
beforeAll(() => Object.assign(console, { warn: () => undefined, info: () => undefined }));
afterAll(() => Object.assign(console, { warn, info }));

describe('An independent authorization server (oidc-provider)', () => {
  async function setup(alg: 'RS256' | 'ES256' | 'PS256', zid: string | null = ACME) {
    const key = await keyPair('their-key', alg);
    const idToken = await keyPair('id-token-key', 'RS256');
    const server = createServer();
    const issuer = await listening(server);
    const { default: Provider } = await import('oidc-provider');
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'shop-app',
          client_secret: 'their-secret',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      jwks: { keys: alg === 'RS256' ? [key.secret] : [key.secret, idToken.secret] },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => 'urn:carillon',
          getResourceServerInfo: () => ({
            scope: '',
            audience: 'urn:carillon',
            accessTokenFormat: 'jwt' as const,
            jwt: { sign: { alg } },
          }),
        },
      },
      extraTokenClaims: () => (zid === null ? {} : { zid }),
    });
    const handle = provider.callback();
    server.on('request', (request, response) => void handle(request, response));
    const token = async () => {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from('shop-app:their-secret').toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      const body = (await answer.json()) as { access_token: string };
      return body.access_token;
    };
    return { issuer, token };
  }

  it.each(['RS256', 'PS256', 'ES256'] as const)('is found by discovery and believed (%s)', async (alg) => {
    const { issuer, token } = await setup(alg);
    const { probe, uaa } = await trusting(issuer);
    const answer = await probe(await token()).expect(200);
    expect(answer.body).toMatchObject({
      kind: 'tenant',
      tenantId: ACME,
      actor: 'acme',
      rights: ['scheduler'],
    });
    expect(answer.body.tenantId).not.toBe(uaa.identityzoneid);
  });

  it('is not believed where nobody said so, or where its tokens are for another audience or instance', async () => {
    const { issuer, token } = await setup('RS256');
    const theirs = await token();
    const stranger = await startService({}, { clock: new HandClock(Date.now()) });
    await stranger.http.get('/probe/jobs').set(bearer(theirs)).expect(401);
    for (const change of [
      { audience: 'urn:other' },
      { instances: { other: 'carillon-default!b1' } },
      { algorithms: ['ES256'] },
    ]) {
      const { probe } = await trusting(issuer, change);
      await probe(theirs).expect(401);
    }
  });

  it('names nobody without a tenant, never the provider', async () => {
    const { issuer, token } = await setup('RS256', null);
    const { probe } = await trusting(issuer);
    await probe(await token()).expect(401);
  });

  it('loses its tenant with the unsubscription', async () => {
    const { issuer, token } = await setup('RS256');
    const { probe, http, provider } = await trusting(issuer);
    const theirs = await token();
    await probe(theirs).expect(200);
    await http.delete(`/callback/v1.0/tenants/${ACME}`).set(bearer(provider)).send({}).expect(200);
    await probe(theirs).expect(401);
  });
});

describe('The keys of another issuer', () => {
  it('are fetched once and then known by heart', async () => {
    const { state, first, sign, probe } = await issuerWithKeys();
    for (const jti of ['1', '2', '3']) await probe(await sign(first, { jti })).expect(200);
    expect(state.asked).toBe(1);
  });

  it('are fetched once more for an unknown key id, and not again while it cools down', async () => {
    const { state, first, sign, probe, clock } = await issuerWithKeys();
    const second = await keyPair('second', 'ES256');
    await probe(await sign(first)).expect(200);
    state.keys.push(second.open);
    await probe(await sign(second)).expect(401); // within the cool-down of the first fetch
    expect(state.asked).toBe(1);
    clock.advance(30_000);
    await probe(await sign(second)).expect(200);
    expect(state.asked).toBe(2);
    const unknown = await keyPair('unknown', 'RS256');
    for (const jti of ['1', '2']) await probe(await sign(unknown, { jti })).expect(401);
    expect(state.asked).toBe(2);
  });

  it('are still believed while the issuer is away, and missed only where they were never there', async () => {
    const { state, first, sign, probe, clock } = await issuerWithKeys();
    state.status = 500;
    await probe(await sign(first, { jti: '0' })).expect(503);
    state.status = 200;
    clock.advance(30_000);
    await probe(await sign(first)).expect(200);
    state.status = 500;
    clock.advance(2 * 3_600_000);
    await probe(await sign(first, { jti: '2' })).expect(200);
  });

  it('are read from the host that the operator configured, be it private', async () => {
    const { first, sign, probe, state } = await issuerWithKeys({ env: { OUTBOUND_ALLOW: 'example.com' } });
    await probe(await sign(first)).expect(200);
    expect(state.asked).toBe(1);
  });

  /** Another web server of the private network, which has the keys as well and counts who asks for them. */
  async function elsewhere() {
    const state = { url: '', asked: 0, keys: [] as JWK[] };
    const server = createServer((_, response) => {
      state.asked += 1;
      response.end(JSON.stringify({ keys: state.keys }));
    });
    state.url = await listening(server);
    return state;
  }

  it.each([
    ['another host', (url: string) => `${url}/keys`],
    ['another name of its host', (url: string) => `${url.replace('127.0.0.1', 'localhost')}/keys`],
  ])('are not read from %s that is private and that only the issuer named', async (_, leadsTo) => {
    const inside = await elsewhere();
    const env = { OUTBOUND_ALLOW: 'example.com' };
    const { first, sign, probe } = await issuerWithKeys({ keysAt: leadsTo(inside.url), env });
    inside.keys.push(first.open);
    await probe(await sign(first)).expect(503);
    expect(inside.asked).toBe(0);
  });

  it.each([
    ['as the place of the keys', 'example.com', true],
    ['as permitted for every call', '127.0.0.1', false],
  ])('are read from there where the operator named it too, %s', async (_, OUTBOUND_ALLOW, isConfigured) => {
    const inside = await elsewhere();
    const keysAt = `${inside.url}/keys`;
    const change = isConfigured ? { jwksUri: keysAt } : {};
    const { first, sign, probe } = await issuerWithKeys({ keysAt, env: { OUTBOUND_ALLOW }, change });
    inside.keys.push(first.open);
    await probe(await sign(first)).expect(200);
    expect(inside.asked).toBe(1);
  });

  it('count with a leeway of a minute for clocks that differ', async () => {
    const { first, sign, probe, nowS } = await issuerWithKeys();
    await probe(await sign(first, { exp: nowS - 59 })).expect(200);
    await probe(await sign(first, { exp: nowS - 61 })).expect(401);
    await probe(await sign(first, { nbf: nowS + 59 })).expect(200);
    await probe(await sign(first, { nbf: nowS + 61 })).expect(401);
    await probe(await sign(first, { exp: undefined as never })).expect(401);
  });
});
