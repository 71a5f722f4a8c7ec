import { printedOperator, tokenFor } from '../auth/setup.js';
import { ACME, startAdmin, uaaOf, type Entry } from './admin-setup.js';

describe('The operator', () => {
  it('creates, lists and deletes service instances', async () => {
    const { call, operator } = await startAdmin();
    const body = { name: 'Shop', subdomain: 'shop-provider', xsappname: 'shop!b2' };
    const created = await call('post', '/instances', operator).send(body).expect(201);
    expect(created.body).toMatchObject({ name: 'Shop', xsappname: 'shop!b2' });
    const { instanceId } = created.body;
    const list = await call('get', '/instances', operator).expect(200);
    expect(list.body).toMatchObject({ total: 2, results: [{ name: 'default' }, { name: 'Shop' }] });
    await call('delete', `/instances/${instanceId}`, operator).expect(204);
    await call('get', `/instances/${instanceId}`, operator).expect(404);
  });

  it('mints provider credentials that stop working with the instance, and is named for it', async () => {
    const { call, operator, service, statusOf } = await startAdmin();
    const body = { name: 'Shop', subdomain: 'shop-provider' };
    const { instanceId } = (await call('post', '/instances', operator).send(body)).body;
    const bound = await call('post', `/instances/${instanceId}/bindings`, operator)
      .send({ name: 'app' })
      .expect(201);
    const token = await tokenFor(service, uaaOf(bound));
    expect(await statusOf(token)).toBe(200);
    const audit = await call('get', '/audit', token).expect(200);
    expect(audit.body.results[0]).toMatchObject({
      event: 'binding.created',
      actor: printedOperator(service).clientid,
    });
    await call('delete', `/instances/${instanceId}`, operator).expect(204);
    expect(await statusOf(token)).toBe(401);
    const told = await call('get', '/instances/audit', operator).expect(200);
    expect(told.body.results.map((entry: Entry) => entry.event)).toEqual([
      'instance.deleted',
      'instance.created',
    ]);
  });

  it('is refused names and ids that are in use or no good', async () => {
    const { call, operator } = await startAdmin();
    const create = (body: object) => call('post', '/instances', operator).send(body);
    await create({ name: 'default', subdomain: 'other', xsappname: 'carillon-default!b1' }).expect(409);
    await create({ name: 'Shop', subdomain: 'carillon' }).expect(409);
    const answer = await create({ name: '', subdomain: 'other' }).expect(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status: 400, title: 'Bad Request', field: 'name' });
  });

  it('and the provider do not do each other’s work, and a tenant does neither', async () => {
    const { call, operator, provider, withTenants, service, uaa } = await startAdmin();
    await withTenants();
    const tenant = await tokenFor(service, uaa, ACME);
    await call('get', '/instances', provider).expect(403);
    await call('get', '/bindings', operator).expect(403);
    for (const path of ['/instances', '/bindings', '/tenants', '/subscriptions', '/usage', '/audit']) {
      const answer = await call('get', path, tenant).expect(403);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });
});

describe('A provider’s bindings', () => {
  it('are created, listed without secrets and revoked with their tokens', async () => {
    const { call, service, statusOf, clock } = await startAdmin();
    clock.advance(1_000);
    const created = await call('post', '/bindings').send({ name: 'second' }).expect(201);
    const token = await tokenFor(service, uaaOf(created));
    const list = await call('get', '/bindings').expect(200);
    expect(list.body.results.map((binding: Entry) => binding.name)).toEqual(['default', 'second']);
    expect(JSON.stringify(list.body)).not.toContain(uaaOf(created).clientsecret);
    expect(await statusOf(token)).toBe(200);
    await call('delete', `/bindings/${created.body.bindingId}`).expect(204);
    expect(await statusOf(token)).toBe(401);
    const { clientid, clientsecret } = uaaOf(created);
    await service.http.get('/probe/jobs').auth(clientid, clientsecret).expect(401);
    await service.http
      .get('/oauth/token?grant_type=client_credentials')
      .auth(clientid, clientsecret)
      .expect(401);
    await call('delete', `/bindings/${created.body.bindingId}`).expect(404);
  });

  it('have two live secrets while they rotate, and never three', async () => {
    const { call, http, clock } = await startAdmin();
    const created = await call('post', '/bindings').send({ name: 'second' });
    const { bindingId, clientId } = created.body;
    const first = uaaOf(created).clientsecret;
    const isAccepted = async (secret: string) =>
      (await http.get('/probe/jobs').auth(clientId, secret)).status === 200;
    const rotate = async () =>
      uaaOf(await call('post', `/bindings/${bindingId}/rotate`).send({ overlapSeconds: 600 }).expect(200))
        .clientsecret;
    const second = await rotate();
    expect(await isAccepted(first)).toBe(true);
    expect(await isAccepted(second)).toBe(true);
    const third = await rotate();
    expect(await isAccepted(first)).toBe(false);
    expect(await isAccepted(second)).toBe(true);
    clock.advance(600_000);
    expect(await isAccepted(second)).toBe(false);
    expect(await isAccepted(third)).toBe(true);
  });

  it('of another instance are not there', async () => {
    const { call, operator } = await startAdmin();
    const { instanceId } = (
      await call('post', '/instances', operator).send({ name: 'Shop', subdomain: 'shop' })
    ).body;
    const other = await call('post', `/instances/${instanceId}/bindings`, operator).send({ name: 'app' });
    await call('post', `/bindings/${other.body.bindingId}/rotate`).expect(404);
    await call('delete', `/bindings/${other.body.bindingId}`).expect(404);
    expect((await call('get', '/bindings')).body.total).toBe(1);
  });

  it('do not revoke themselves', async () => {
    const { call } = await startAdmin();
    const [own] = (await call('get', '/bindings')).body.results;
    await call('delete', `/bindings/${own.bindingId}`).expect(409);
  });
});

describe('Wrong secrets', () => {
  it('make an address wait for that client alone, and only for a minute', async () => {
    const { http, uaa, clock, call } = await startAdmin();
    const second = uaaOf(await call('post', '/bindings').send({ name: 'second' }));
    const attempt = (clientId: string, secret: string) =>
      http
        .post('/oauth/token')
        .type('form')
        .auth(clientId, secret)
        .send({ grant_type: 'client_credentials' });
    for (let n = 0; n < 10; n++) await attempt(second.clientid, 'wrong').expect(401);
    const blocked = await attempt(second.clientid, second.clientsecret).expect(429);
    expect(blocked.body.error).toBe('slow_down');
    expect(blocked.headers['retry-after']).toBe('60');
    const basic = await http.get('/probe/jobs').auth(second.clientid, second.clientsecret).expect(429);
    expect(basic.headers['retry-after']).toBe('60');
    await attempt(uaa.clientid, uaa.clientsecret).expect(200);
    clock.advance(60_000);
    await attempt(second.clientid, second.clientsecret).expect(200);
  });
});
