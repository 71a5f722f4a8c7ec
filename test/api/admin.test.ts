import { AdminModule } from '../../src/admin/admin.module.js';
import { Database } from '../../src/database/database.js';
import { RUN_STATES, type RunState } from '../../src/core/run-state.js';
import { newUuid } from '../../src/database/uuid-v7.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { bearer, printedBinding, printedOperator, startService, subscribe, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';
const BOLT = '22222222-2222-4222-8222-222222222222';

async function setup() {
  const service = await startService({}, { modules: [AdminModule] });
  const uaa = printedBinding(service);
  const provider = await tokenFor(service, uaa);
  const operator = await tokenFor(service, printedOperator(service));
  const call = (method: 'get' | 'post' | 'put' | 'delete', path: string, token = provider) =>
    service.http[method](`/admin/v1${path}`).set(bearer(token));
  const withTenants = async () => {
    await subscribe(service, provider, ACME, 'acme');
    await subscribe(service, provider, BOLT, 'bolt', 'desk');
  };
  const statusOf = async (token: string) => (await service.http.get('/probe/jobs').set(bearer(token))).status;
  return { ...service, service, uaa, provider, operator, call, withTenants, statusOf };
}

const uaaOf = (answer: { body: any }) => answer.body.VCAP_SERVICES.jobscheduler[0].credentials.uaa;

describe('The operator', () => {
  it('creates, lists and deletes service instances', async () => {
    const { call, operator } = await setup();
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
    const { call, operator, service, statusOf } = await setup();
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
    expect(told.body.results.map((entry: any) => entry.event)).toEqual([
      'instance.deleted',
      'instance.created',
    ]);
  });

  it('is refused names and ids that are in use or no good', async () => {
    const { call, operator } = await setup();
    const create = (body: object) => call('post', '/instances', operator).send(body);
    await create({ name: 'default', subdomain: 'other', xsappname: 'carillon-default!b1' }).expect(409);
    await create({ name: 'Shop', subdomain: 'carillon' }).expect(409);
    const answer = await create({ name: '', subdomain: 'other' }).expect(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status: 400, title: 'Bad Request', field: 'name' });
  });

  it('and the provider do not do each other’s work, and a tenant does neither', async () => {
    const { call, operator, provider, withTenants, service, uaa } = await setup();
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
    const { call, service, statusOf } = await setup();
    const created = await call('post', '/bindings').send({ name: 'second' }).expect(201);
    const token = await tokenFor(service, uaaOf(created));
    const list = await call('get', '/bindings').expect(200);
    expect(list.body.results.map((binding: any) => binding.name)).toEqual(['default', 'second']);
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
    const { call, http, clock } = await setup();
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
    const { call, operator } = await setup();
    const { instanceId } = (
      await call('post', '/instances', operator).send({ name: 'Shop', subdomain: 'shop' })
    ).body;
    const other = await call('post', `/instances/${instanceId}/bindings`, operator).send({ name: 'app' });
    await call('post', `/bindings/${other.body.bindingId}/rotate`).expect(404);
    await call('delete', `/bindings/${other.body.bindingId}`).expect(404);
    expect((await call('get', '/bindings')).body.total).toBe(1);
  });

  it('do not revoke themselves', async () => {
    const { call } = await setup();
    const [own] = (await call('get', '/bindings')).body.results;
    await call('delete', `/bindings/${own.bindingId}`).expect(409);
  });
});

describe('A provider’s tenants', () => {
  it('are listed, searched and paged', async () => {
    const { call, withTenants, uaa } = await setup();
    await withTenants();
    const all = await call('get', '/tenants').expect(200);
    expect(all.body.results.map((tenant: any) => tenant.subdomain)).toEqual(['acme', 'bolt', 'carillon']);
    expect(all.body.results[0]).toEqual({
      tenantId: ACME,
      subdomain: 'acme',
      isProvider: false,
      suspendedAt: null,
      applications: ['shop'],
      limits: { maxJobs: null, maxCalls: null, requestsPerMinute: null },
      jobs: 0,
      schedules: 0,
      runs: 0,
      lastActivityAt: null,
    });
    const named = async (query: string) =>
      (await call('get', `/tenants?${query}`)).body.results.map((tenant: any) => tenant.subdomain);
    expect(await named('q=OL')).toEqual(['bolt']);
    expect(await named(`q=${ACME}`)).toEqual(['acme']);
    expect(await named('q=%25')).toEqual([]);
    expect(await named('page_size=1&offset=1')).toEqual(['bolt']);
    const page = await call('get', '/tenants?page_size=1&offset=1');
    expect(page.body.next_url).toBe('/admin/v1/tenants?q=&page_size=1&offset=2');
    expect((await call('get', `/tenants/${uaa.identityzoneid}`)).body.isProvider).toBe(true);
    const subscriptions = await call('get', '/subscriptions').expect(200);
    expect(subscriptions.body.results.map((s: any) => [s.subdomain, s.appName])).toEqual([
      ['acme', 'shop'],
      ['bolt', 'desk'],
    ]);
  });

  it('are shut out while they are suspended, and let in again', async () => {
    const { call, withTenants, service, uaa, statusOf } = await setup();
    await withTenants();
    const [acme, bolt] = [await tokenFor(service, uaa, ACME), await tokenFor(service, uaa, BOLT)];
    await call('post', `/tenants/${ACME}/suspend`).expect(204);
    expect([await statusOf(acme), await statusOf(bolt)]).toEqual([403, 200]);
    expect((await call('get', `/tenants/${ACME}`)).body.suspendedAt).toBe('2026-03-01 12:00:00');
    await call('post', `/tenants/${ACME}/resume`).expect(204);
    expect(await statusOf(acme)).toBe(200);
    await call('post', `/tenants/${uaa.identityzoneid}/suspend`).expect(409);
  });

  it('take limits one by one', async () => {
    const { call, withTenants } = await setup();
    await withTenants();
    await call('put', `/tenants/${ACME}/limits`).send({ maxJobs: 10, maxCalls: 5 }).expect(204);
    await call('put', `/tenants/${ACME}/limits`).send({ maxCalls: null }).expect(204);
    const { limits } = (await call('get', `/tenants/${ACME}`)).body;
    expect(limits).toEqual({ maxJobs: 10, maxCalls: null, requestsPerMinute: null });
    await call('put', `/tenants/${ACME}/limits`).send({ maxJobs: -1 }).expect(400);
    await call('put', `/tenants/${ACME}/limits`).send({ maxjobs: 1 }).expect(400);
  });

  it('of another instance, and unknown ones, are not there', async () => {
    const { call, operator, service, withTenants } = await setup();
    await withTenants();
    const { instanceId } = (
      await call('post', '/instances', operator).send({ name: 'Shop', subdomain: 'shop' })
    ).body;
    const bound = await call('post', `/instances/${instanceId}/bindings`, operator).send({ name: 'app' });
    const other = await tokenFor(service, uaaOf(bound));
    expect((await call('get', '/tenants', other)).body.results.map((t: any) => t.subdomain)).toEqual([
      'shop',
    ]);
    for (const path of [`/tenants/${ACME}`, '/tenants/nonsense']) await call('get', path, other).expect(404);
    await call('post', `/tenants/${ACME}/suspend`, other).expect(404);
    await call('put', `/tenants/${ACME}/limits`, other).send({ maxJobs: 1 }).expect(404);
  });
});

describe('Usage', () => {
  it('is counted per tenant and day, with the lateness of calls', async () => {
    const { call, withTenants, app, service, uaa, http } = await setup();
    await withTenants();
    const scope = await http.get('/probe/jobs').set(bearer(await tokenFor(service, uaa, ACME)));
    const day = Date.parse('2026-03-01T00:00:00Z');
    const run = (state: RunState, plannedAt: number, lateMs: number | null) => [
      uuidToBytes(newUuid(plannedAt)),
      uuidToBytes(newUuid(plannedAt)),
      scope.body.tenancyId,
      0,
      RUN_STATES.indexOf(state),
      plannedAt,
      plannedAt,
      lateMs === null ? null : plannedAt + lateMs,
      0,
    ];
    const rows = [
      ...Array.from({ length: 98 }, (_, i) => run('SUCCESS', day + i * 1000, 25)),
      run('ERROR', day + 200_000, 5_470),
      run('REQUEST_ERROR', day + 201_000, null),
      run('SCHEDULED', day + 86_000_000, null),
      run('SUCCESS', day - 1, 0),
    ];
    const columns = [
      'id',
      'schedule_id',
      'tenancy_id',
      'origin',
      'state',
      'planned_at',
      'created_at',
      'executed_at',
      'is_reported',
    ];
    await app.get(Database).transaction((tx) => tx.dialect.insertIgnore(tx, 'run', columns, rows));
    const today = await call('get', '/usage').expect(200);
    expect(today.body.results).toEqual([
      {
        day: '2026-03-01',
        tenantId: ACME,
        subdomain: 'acme',
        runs: 100,
        failures: 2,
        latenessP50Ms: 20,
        latenessP99Ms: 5400,
      },
    ]);
    const both = await call('get', `/usage?from=2026-02-28&to=2026-03-01&tenantId=${ACME}`).expect(200);
    expect(both.body.results.map((usage: any) => [usage.day, usage.runs])).toEqual([
      ['2026-03-01', 100],
      ['2026-02-28', 1],
    ]);
    expect((await call('get', `/usage?tenantId=${BOLT}`)).body.results).toEqual([]);
    await call('get', '/usage?from=2026-01-01&to=2026-03-01').expect(400);
    await call('get', '/usage?from=yesterday').expect(400);
  });
});

describe('The audit log', () => {
  it('tells who subscribed, unsubscribed and changed what, newest first', async () => {
    const { call, withTenants, http, provider, uaa } = await setup();
    await withTenants();
    await call('post', `/tenants/${ACME}/suspend`);
    await http.delete(`/callback/v1.0/tenants/${BOLT}`).set(bearer(provider)).send({}).expect(200);
    const { results, total } = (await call('get', '/audit?page_size=3')).body;
    expect(total).toBe(4);
    expect(results.map((entry: any) => [entry.event, entry.tenantId, entry.actor])).toEqual([
      ['tenant.unsubscribed', BOLT, uaa.clientid],
      ['tenant.suspended', ACME, uaa.clientid],
      ['tenant.subscribed', BOLT, uaa.clientid],
    ]);
  });
});

describe('Wrong secrets', () => {
  it('make an address wait for that client alone, and only for a minute', async () => {
    const { http, uaa, clock, call } = await setup();
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
