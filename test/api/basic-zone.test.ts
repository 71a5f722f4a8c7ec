import { subdomainOf } from '../../src/auth/zones.js';
import { printedBinding, printedOperator, startService, subscribe, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';
const NOBODY = '99999999-9999-4999-8999-999999999999';

async function setup(env: Record<string, string> = {}) {
  const service = await startService({ PUBLIC_URL: 'https://jobs.example.test', ...env });
  const uaa = printedBinding(service);
  await subscribe(service, await tokenFor(service, uaa), ACME, 'acme');
  const as = (
    pair: { clientid: string; clientsecret: string },
    headers: Record<string, string>,
    path = 'jobs',
  ) => service.http.get(`/probe/${path}`).auth(pair.clientid, pair.clientsecret).set(headers);
  return { ...service, service, uaa, as };
}

describe('Basic credentials of a binding', () => {
  it.each([
    ['the header X-Zid', { 'X-Zid': ACME }],
    ['the header X-Zid in capitals', { 'X-Zid': ACME.toUpperCase() }],
    ['the header X-Zid before the host', { 'X-Zid': ACME, Host: 'carillon.jobs.example.test' }],
    ['the subdomain', { Host: 'acme.jobs.example.test' }],
    ['the subdomain, with a port, a final dot and capitals', { Host: 'ACME.jobs.example.test.:443' }],
    ['the subdomain of the UAA domain', { Host: 'acme.auth.example.test' }],
  ])('mean the tenant that is named by %s, and have no right of a provider', async (_name, headers) => {
    const { uaa, as } = await setup({ UAA_DOMAIN: 'auth.example.test' });
    const answer = await as(uaa, headers).expect(200);
    expect(answer.body).toMatchObject({
      kind: 'tenant',
      tenantId: ACME,
      subdomain: 'acme',
      rights: ['scheduler'],
    });
    await as(uaa, headers, 'configure').expect(403);
    await as(uaa, {}, 'configure').expect(200);
  });

  it.each([
    ['nothing', {}],
    ['an empty header', { 'X-Zid': '' }],
    ['a header of blanks', { 'X-Zid': '  ' }],
    ['the host itself', { Host: 'jobs.example.test' }],
    ['another host', { Host: '10.0.0.1:3000' }],
    ["the provider's own subdomain", { Host: 'carillon.jobs.example.test' }],
  ])('mean the provider where the request names %s', async (_name, headers) => {
    const { uaa, as } = await setup();
    const answer = await as(uaa, headers).expect(200);
    expect(answer.body).toMatchObject({ kind: 'instance', tenantId: uaa.identityzoneid });
  });

  it.each([
    ['is unknown', { 'X-Zid': NOBODY }],
    ['is malformed', { 'X-Zid': 'acme' }],
    ['is named twice', { 'X-Zid': `${ACME}, ${ACME}` }],
    ['is an unknown subdomain', { Host: 'nobody.jobs.example.test' }],
    ['is a subdomain of two parts', { Host: 'x.acme.jobs.example.test' }],
    ['is unknown, whatever the host', { 'X-Zid': NOBODY, Host: 'acme.jobs.example.test' }],
  ])('are refused where the zone %s', async (_name, headers) => {
    const { uaa, as } = await setup();
    await as(uaa, headers).expect(401);
  });

  it('lose the zone with its subscription', async () => {
    const { uaa, as, http, service } = await setup();
    const provider = await tokenFor(service, uaa);
    await as(uaa, { 'X-Zid': ACME }).expect(200);
    const path = `/callback/v1.0/tenants/${ACME}`;
    await http
      .delete(path)
      .set({ Authorization: `Bearer ${provider}` })
      .send({})
      .expect(200);
    await as(uaa, { 'X-Zid': ACME }).expect(401);
  });

  it('of the operator belong to no zone', async () => {
    const { service, as } = await setup();
    const operator = printedOperator(service);
    await as(operator, {}, 'operate').expect(200);
    await as(operator, { 'X-Zid': ACME }, 'operate').expect(401);
  });
});

describe('The subdomain in a host', () => {
  it.each([
    ['acme.example.test', ['example.test'], 'acme'],
    ['example.test', ['example.test'], null],
    ['jobs.example.test', ['jobs.example.test', 'example.test'], null],
    ['acme.jobs.example.test', ['jobs.example.test', 'example.test'], 'acme'],
    ['acme.example.test', ['jobs.example.test', 'example.test'], 'acme'],
    ['.example.test', ['example.test'], ''],
    ['acme.example.test..', ['example.test'], 'acme.example.test.'],
    ['acme.example.test:x', ['example.test'], 'acme.example.test:x'],
    ['acme.example.test, example.test', ['example.test'], 'acme.example.test, example.test'],
    ['evilexample.test', ['example.test'], null],
    ['acme.localhost:4004', ['localhost:3000'], 'acme'],
    ['[::1]:3000', ['localhost:3000'], null],
    [undefined, ['localhost:3000'], null],
  ])('%s under %j is %s', (host, domains, expected) => {
    expect(subdomainOf(host, domains)).toBe(expected);
  });
});
