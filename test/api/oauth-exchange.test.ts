import { decodeJwt, type JWTPayload } from 'jose';
import { ACME, issuerWithKeys } from './external-issuer.js';

describe('The token of a user', () => {
  const JOBS = 'carillon-default!b1.JOBSCHEDULER';
  const ADMIN = 'carillon-default!b1.Admin';

  async function setup(change: object = { grants: [] }) {
    const keys = await issuerWithKeys({ change });
    const { http, uaa, sign, first } = keys;
    const exchange = async (assertion: string | undefined, params: object = {}) =>
      http
        .post('/oauth/token')
        .type('form')
        .auth(uaa.clientid, uaa.clientsecret)
        .send({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          ...(assertion === undefined ? {} : { assertion }),
          ...params,
        });
    const exchanged = async (claims: JWTPayload, params: object = {}) => {
      const answer = await exchange(await sign(first, { email: 'kim@acme.test', ...claims }), params);
      expect(answer.status).toBe(200);
      return answer.body;
    };
    return { ...keys, exchange, exchanged };
  }

  it('is exchanged for one in that user’s tenant', async () => {
    const { exchanged, probe } = await setup({});
    const { access_token: token } = await exchanged({});
    const answer = await probe(token).expect(200);
    expect(answer.body).toMatchObject({
      kind: 'tenant',
      tenantId: ACME,
      actor: 'acme',
      rights: ['scheduler'],
    });
  });

  it('is refused where it does not hold or names no user', async () => {
    const { exchange, sign, first } = await setup({});
    const refusals = [
      [await sign(first, { exp: 1 }), 'invalid_grant'],
      [await sign(first, { sub: 'shop-app' }), 'invalid_grant'],
      ['garbage', 'invalid_grant'],
      [undefined, 'invalid_request'],
    ] as const;
    for (const [assertion, error] of refusals) {
      const refused = await exchange(assertion);
      expect([refused.status, refused.body.error]).toEqual([400, error]);
    }
  });

  it.each([
    ['without scopes', undefined, '', []],
    ['with foreign scopes', ['other.JOBSCHEDULER', 'uaa.user', 'Admin'], '', []],
    ['with one scope', [JOBS], JOBS, ['scheduler']],
    ['with scopes as text', `${JOBS} openid`, JOBS, ['scheduler']],
  ])('of the provider’s zone %s becomes no more than that', async (_name, scope, shown, rights) => {
    const { exchanged, uaa, probe } = await setup();
    const { access_token: token, ...answer } = await exchanged({ zid: uaa.identityzoneid, scope });
    expect(answer.scope).toBe(shown);
    expect(decodeJwt(token)).toMatchObject({ zid: uaa.identityzoneid, grant_type: expect.any(String) });
    const answered = await probe(token).expect(rights.length > 0 ? 200 : 403);
    if (rights.length > 0) expect(answered.body).toMatchObject({ kind: 'instance', rights });
  });

  it('is not exchanged for scopes that the user lacks, nor for another zone', async () => {
    const { exchange, exchanged, sign, first, uaa } = await setup();
    const asked = await exchange(await sign(first, { scope: JOBS }), { scope: ADMIN });
    expect([asked.status, asked.body.error]).toEqual([400, 'invalid_scope']);
    const { access_token: token } = await exchanged({ scope: JOBS }, { app_tid: uaa.identityzoneid });
    expect(decodeJwt(token)).toMatchObject({ zid: ACME, scope: [JOBS] });
  });

  it('is not exchanged for a provider’s scope in a tenant', async () => {
    const { exchanged } = await setup();
    expect((await exchanged({ scope: [JOBS, ADMIN] })).scope).toBe(JOBS);
  });

  it('lends its token the rest of its life, and no chain of exchanges prolongs it', async () => {
    const { exchange, exchanged, nowS } = await setup();
    const first = await exchanged({ scope: JOBS, exp: nowS + 300 });
    expect(first.expires_in).toBe(300);
    const again = await exchange(first.access_token);
    expect([again.status, again.body.expires_in, again.body.scope]).toEqual([200, 300, JOBS]);
  });
});
