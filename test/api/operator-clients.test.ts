import { AdminModule } from '../../src/admin/admin.module.js';
import { BindingService } from '../../src/auth/binding/binding.service.js';
import { ChangeFeed } from '../../src/tenant/change-feed.js';
import { bearer, printedOperator, startService, tokenFor, type Service } from '../auth/setup.js';
import { databaseKinds } from '../support/databases.js';
import { ACME, startAdmin, type Entry } from './admin-setup.js';

const PATH = '/operator/clients';

async function setup() {
  const admin = await startAdmin();
  const { call, service, operator, clock } = admin;
  const create = async (name: string, token = operator) => {
    clock.advance(1_000);
    const { body } = await call('post', PATH, token).send({ name }).expect(201);
    return {
      id: String(body.bindingId),
      credentials: body.credentials,
      token: await tokenFor(service, body.credentials),
    };
  };
  const list = async (token = operator): Promise<Entry[]> =>
    (await call('get', PATH, token).expect(200)).body.results;
  const isOperator = async (token: string) => (await call('get', '/instances', token)).status === 200;
  return { ...admin, create, list, isOperator, first: printedOperator(service) };
}

describe('The operator’s clients', () => {
  it('are created, listed without secrets and revoked with their tokens', async () => {
    const { call, http, create, list, isOperator, first } = await setup();
    const second = await create('second');
    expect(second.credentials).toEqual({
      url: 'http://localhost:3000',
      tokenurl: 'http://localhost:3000/oauth/token',
      clientid: expect.stringMatching(/^sb-second-/),
      clientsecret: expect.any(String),
    });
    const listed = await list();
    expect(listed.map(({ name }) => name)).toEqual(['operator', 'second']);
    expect(listed[0]).toEqual({
      bindingId: expect.any(String),
      name: 'operator',
      clientId: first.clientid,
      createdAt: expect.any(String),
    });
    expect(JSON.stringify(listed)).not.toContain(second.credentials.clientsecret);
    expect(await isOperator(second.token)).toBe(true);
    await call('delete', `${PATH}/${second.id}`, second.token).expect(409);
    await call('delete', `${PATH}/${second.id}`, (await create('third')).token).expect(204);
    expect(await isOperator(second.token)).toBe(false);
    const { clientid, clientsecret } = second.credentials;
    await http.get('/admin/v1/instances').auth(clientid, clientsecret).expect(401);
    await http.get('/oauth/token?grant_type=client_credentials').auth(clientid, clientsecret).expect(401);
    expect((await list()).map(({ name }) => name)).toEqual(['operator', 'third']);
  });

  it('can be revoked where the first one leaked, by one that it made', async () => {
    const { call, create, list, operator, isOperator } = await setup();
    const second = await create('second');
    const [leaked] = await list();
    await call('delete', `${PATH}/${String(leaked?.['bindingId'])}`, second.token).expect(204);
    expect(await isOperator(operator)).toBe(false);
    expect(await list(second.token)).toHaveLength(1);
  });

  it('are never none: of two that revoke each other the last one stays', async () => {
    const { call, app, create, list, operator, isOperator } = await setup();
    const second = await create('second');
    const [first] = await list();
    await call('delete', `${PATH}/${second.id}`, operator).expect(204);
    // The second one was let in before it was revoked.
    const by = { instanceId: null, actor: 'second', clientId: String(second.credentials.clientid) };
    const late = app.get(BindingService).revoke(by, String(first?.['bindingId']));
    await expect(late).rejects.toThrow(/last client cannot be revoked/);
    expect(await isOperator(operator)).toBe(true);
  });

  it('have two live secrets while they rotate', async () => {
    const { call, http, clock, create, operator } = await setup();
    const { id, credentials, token } = await create('second');
    const { body } = await call('post', `${PATH}/${id}/rotate`, operator)
      .send({ overlapSeconds: 600 })
      .expect(200);
    expect(body).toMatchObject({ bindingId: id, credentials: { clientid: credentials.clientid } });
    const statusBy = async (secret: string) =>
      (await http.get('/admin/v1/instances').auth(credentials.clientid, secret)).status;
    expect([await statusBy(credentials.clientsecret), await statusBy(body.credentials.clientsecret)]).toEqual(
      [200, 200],
    );
    clock.advance(600_000);
    expect([await statusBy(credentials.clientsecret), await statusBy(body.credentials.clientsecret)]).toEqual(
      [401, 200],
    );
    await call('get', '/instances', token).expect(200);
  });

  it('have certificates where they are asked for', async () => {
    const { call, operator } = await setup();
    const { body } = await call('post', PATH, operator)
      .send({ name: 'robot', credentialType: 'x509' })
      .expect(201);
    expect(body.credentials).toMatchObject({
      certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE/),
      key: expect.any(String),
    });
  });

  it('are told of in the operator’s audit log', async () => {
    const { call, create, operator, first } = await setup();
    const { id } = await create('second');
    await call('post', `${PATH}/${id}/rotate`, operator).expect(200);
    await call('delete', `${PATH}/${id}`, operator).expect(204);
    const { body } = await call('get', '/instances/audit', operator).expect(200);
    expect(body.results.map(({ event, actor }: Entry) => [event, actor])).toEqual([
      ['binding.revoked', first.clientid],
      ['binding.rotated', first.clientid],
      ['binding.created', first.clientid],
    ]);
  });

  it('are closed to providers and tenants', async () => {
    const { call, provider, withTenants, service, uaa, create, list } = await setup();
    await withTenants();
    const { id } = await create('second');
    for (const token of [provider, await tokenFor(service, uaa, ACME)]) {
      await call('get', PATH, token).expect(403);
      await call('post', PATH, token).send({ name: 'mine' }).expect(403);
      await call('post', `${PATH}/${id}/rotate`, token).expect(403);
      await call('delete', `${PATH}/${id}`, token).expect(403);
    }
    expect(await list()).toHaveLength(2);
  });

  it('are apart from the bindings of instances', async () => {
    const { call, create, operator } = await setup();
    const { id } = await create('second');
    const [binding] = (await call('get', '/bindings')).body.results;
    for (const other of [binding.bindingId, 'nothing']) {
      const refused = await call('delete', `${PATH}/${other}`, operator).expect(404);
      expect(refused.body.detail).toMatch(/^There is no operator's client with the id/);
      await call('post', `${PATH}/${other}/rotate`, operator).expect(404);
    }
    await call('delete', `/bindings/${id}`).expect(404);
    await call('post', `/bindings/${id}/rotate`).expect(404);
    expect((await call('get', '/bindings')).body.total).toBe(1);
  });
});

describe('The operator’s clients on two replicas', () => {
  it('are revoked on the other one by the next poll of the feed', async () => {
    const mariaDb = databaseKinds.find((kind) => kind.name === 'MariaDB');
    const env = { DATABASE_URL: String(await mariaDb?.createUrl()) };
    const modules = [AdminModule];
    const one = await startService(env, { modules });
    const two = await startService(env, { modules });
    const on = (service: Service, method: 'post' | 'delete' | 'get', path: string, token: string) =>
      service.http[method](`/admin/v1${path}`).set(bearer(token));
    const operator = await tokenFor(one, printedOperator(one));
    const { body } = await on(one, 'post', PATH, operator).send({ name: 'second' }).expect(201);
    const token = await tokenFor(two, body.credentials);
    await on(two, 'get', PATH, token).expect(200);
    await on(one, 'delete', `${PATH}/${body.bindingId}`, operator).expect(204);
    await two.app.get(ChangeFeed).poll();
    await on(two, 'get', PATH, token).expect(401);
  });
});
