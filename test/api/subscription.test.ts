import { bearer, printedBinding, startService, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';
const BOLT = '22222222-2222-4222-8222-222222222222';

async function setup(env: Record<string, string> = {}) {
  const service = await startService({ PUBLIC_URL: 'http://jobs.example.test', ...env });
  const uaa = printedBinding(service);
  const provider = await tokenFor(service, uaa);
  const path = (tenantId: string) => `/callback/v1.0/tenants/${tenantId}`;
  const body = (change: object = {}) => ({
    subscribedTenantId: ACME,
    subscribedSubdomain: 'acme',
    subscriptionAppName: 'shop',
    subscriptionGUID: 'guid-1',
    eventType: 'CREATE',
    ...change,
  });
  const put = (change: object = {}, tenantId = ACME, token = provider) =>
    service.http.put(path(tenantId)).set(bearer(token)).send(body(change));
  const remove = (change: object = {}, tenantId = ACME) =>
    service.http.delete(path(tenantId)).set(bearer(provider)).send(body(change));
  const isLive = async (token: string) => {
    const { status } = await service.http.get('/probe/jobs').set(bearer(token));
    return status === 200;
  };
  return { ...service, service, uaa, provider, put, remove, isLive };
}

describe('The subscription hook', () => {
  it("answers the tenant's URL as text", async () => {
    const { put } = await setup();
    const answer = await put().expect(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toBe('http://acme.jobs.example.test');
  });

  it('makes the URL from the configured template', async () => {
    const { put } = await setup({ TENANT_URL_TEMPLATE: 'https://{subdomain}.shop.test/?t={tenantId}' });
    expect((await put()).text).toBe(`https://acme.shop.test/?t=${ACME}`);
  });

  it('takes a repeat, with whatever guid, for one subscription', async () => {
    const { put, remove, service, uaa, isLive } = await setup();
    await put().expect(200);
    await put().expect(200);
    await put({ subscriptionGUID: 'guid-2', eventType: 'UPDATE' }).expect(200);
    const token = await tokenFor(service, uaa, ACME);
    await remove().expect(200);
    expect(await isLive(token)).toBe(false);
  });

  it('keeps a subdomain to one tenant', async () => {
    const { put } = await setup();
    await put().expect(200);
    await put({ subscribedTenantId: BOLT, subscribedSubdomain: 'ACME' }, BOLT).expect(409);
    await put({ subscribedTenantId: BOLT, subscribedSubdomain: 'carillon' }, BOLT).expect(409);
    await put({ subscribedTenantId: BOLT, subscribedSubdomain: 'bolt' }, BOLT).expect(200);
  });

  it('moves a tenant to another subdomain', async () => {
    const { put, http, uaa } = await setup();
    await put().expect(200);
    await put({ subscribedSubdomain: 'acme-2' }).expect(200);
    const request = (host: string) =>
      http
        .post('/oauth/token')
        .set({ Host: host })
        .auth(uaa.clientid, uaa.clientsecret)
        .type('form')
        .send({ grant_type: 'client_credentials' });
    await request('acme-2.jobs.example.test').expect(200);
    await request('acme.jobs.example.test').expect(401);
  });

  it.each([
    ['another tenant in the body than in the path', { subscribedTenantId: BOLT }],
    ['no subdomain', { subscribedSubdomain: '' }],
    ['a subdomain that is none', { subscribedSubdomain: 'a.b' }],
    ['an unknown event', { eventType: 'EXPLODE' }],
  ])('refuses %s', async (_name, change) => {
    const { put } = await setup();
    await put(change).expect(400);
  });

  it('refuses a tenant that is not a UUID, and the provider itself', async () => {
    const { put, uaa } = await setup();
    await put({ subscribedTenantId: 'acme' }, 'acme').expect(400);
    const own = { subscribedTenantId: uaa.identityzoneid, subscribedSubdomain: uaa.identityzone };
    await put(own, uaa.identityzoneid).expect(409);
  });

  it('is for the provider alone', async () => {
    const { put, http, service, uaa } = await setup();
    await put().expect(200);
    await put({}, ACME, await tokenFor(service, uaa, ACME)).expect(403);
    await http.put(`/callback/v1.0/tenants/${ACME}`).send({}).expect(401);
  });

  it('names the service as what a subscription depends on', async () => {
    const { http, provider, uaa } = await setup();
    const answer = await http
      .get(`/callback/v1.0/dependencies?tenantId=${ACME}`)
      .set(bearer(provider))
      .expect(200);
    expect(answer.body).toEqual([{ xsappname: uaa.xsappname }]);
  });
});

describe('The end of a subscription', () => {
  it('ends the tokens of the tenant at once, and of no other tenant', async () => {
    const { put, remove, service, uaa, isLive } = await setup();
    await put();
    await put({ subscribedTenantId: BOLT, subscribedSubdomain: 'bolt' }, BOLT);
    const [acme, bolt] = [await tokenFor(service, uaa, ACME), await tokenFor(service, uaa, BOLT)];
    expect(await isLive(acme)).toBe(true);
    await remove().expect(200);
    expect(await isLive(acme)).toBe(false);
    expect(await isLive(bolt)).toBe(true);
  });

  it('changes nothing while the tenant has another application', async () => {
    const { put, remove, service, uaa, isLive } = await setup();
    await put();
    await put({ subscriptionAppName: 'desk' });
    const token = await tokenFor(service, uaa, ACME);
    await remove({ subscriptionAppName: 'desk' }).expect(200);
    expect(await isLive(token)).toBe(true);
    await remove().expect(200);
    expect(await isLive(token)).toBe(false);
  });

  it('does not let an old token back in when the tenant subscribes again', async () => {
    const { put, remove, service, uaa, isLive } = await setup();
    await put();
    const old = await tokenFor(service, uaa, ACME);
    await remove();
    await put();
    expect(await isLive(old)).toBe(false);
    expect(await isLive(await tokenFor(service, uaa, ACME))).toBe(true);
  });

  it('is the same for a tenant that is unknown or gone, and frees its subdomain', async () => {
    const { put, remove } = await setup();
    await remove().expect(200);
    await put();
    await remove().expect(200);
    await remove().expect(200);
    await put({ subscribedTenantId: BOLT }, BOLT).expect(200);
  });
});
