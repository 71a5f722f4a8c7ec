import { databaseKinds } from '../support/databases.js';
import { bearer, printedBinding, startService, subscribe } from '../auth/setup.js';
import { ACME, startAdmin } from './admin-setup.js';

describe.each(databaseKinds)('The administration on $name', (kind) => {
  it('creates, lists, searches, suspends and deletes', async () => {
    const { service, provider, operator, call } = await startAdmin({ DATABASE_URL: await kind.createUrl() });
    await subscribe(service, provider, ACME, 'acme');

    const bound = await call('post', '/bindings').send({ name: 'second' }).expect(201);
    await call('post', `/bindings/${bound.body.bindingId}/rotate`).expect(200);
    await call('delete', `/bindings/${bound.body.bindingId}`).expect(204);
    await call('post', `/tenants/${ACME}/suspend`).expect(204);
    const tenants = await call('get', '/tenants?q=acm').expect(200);
    expect(tenants.body).toMatchObject({ total: 1, results: [{ subdomain: 'acme', jobs: 0, runs: 0 }] });
    expect((await call('get', `/tenants?q=${ACME}`)).body.total).toBe(1);
    expect((await call('get', '/tenants?q=a_m')).body.total).toBe(0);
    expect((await call('get', '/subscriptions')).body).toMatchObject({
      total: 1,
      results: [{ appName: 'shop' }],
    });
    expect((await call('get', '/usage')).body.results).toEqual([]);
    expect((await call('get', '/audit?page_size=2')).body).toMatchObject({
      total: 5,
      results: [{ event: 'tenant.suspended', tenantId: ACME }, { event: 'binding.revoked' }],
    });

    const made = await call('post', '/instances', operator)
      .send({ name: 'My Shop', subdomain: 'shop' })
      .expect(201);
    expect(made.body.xsappname).toBe('my-shop!b1');
    const { results } = (await call('get', '/instances', operator)).body;
    expect(results).toHaveLength(2);
    for (const { instanceId } of results)
      await call('delete', `/instances/${instanceId}`, operator).expect(204);
    await service.http.get('/probe/jobs').set(bearer(provider)).expect(401);

    await service.app.close();
    // The deployment is not new because it is empty: nobody is made an operator by a restart.
    const again = await startService({ DATABASE_URL: service.config.databaseUrl }, { clock: service.clock });
    expect(again.terminal.said.join('')).not.toContain('clientsecret');
    await again.http.get('/probe/operate').set(bearer(operator)).expect(200);
  });
});

describe('Behind a trusted proxy', () => {
  const attempts = async (env: Record<string, string>) => {
    const service = await startService({ PUBLIC_URL: 'http://jobs.example.test', ...env });
    const { clientid } = printedBinding(service);
    const wrong = (address: string) =>
      service.http
        .get('/oauth/token?grant_type=client_credentials')
        .auth(clientid, 'wrong')
        .set('X-Forwarded-For', address);
    for (let n = 0; n < 10; n++) await wrong('192.0.2.1').expect(401);
    return [(await wrong('192.0.2.1')).status, (await wrong('192.0.2.2')).status];
  };

  it('callers are told apart by the address that it forwards', async () => {
    expect(await attempts({ TRUSTED_PROXIES: '127.0.0.1' })).toEqual([429, 401]);
  });

  it('and nobody else’s word on an address is taken', async () => {
    expect(await attempts({})).toEqual([429, 429]);
  });
});
