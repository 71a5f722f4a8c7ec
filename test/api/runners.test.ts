import { CONFIG, type Config } from '../../src/config/config.js';
import { selfSigned } from '../../src/http/tls/self-signed.js';
import { Database } from '../../src/database/database.js';
import { RunnerUses } from '../../src/runner/runner-uses.js';
import { RUNNER_CLEAN_UP } from '../../src/runner/runner-clean-up.js';
import { printedOperator, tokenFor } from '../auth/setup.js';
import { clientOf } from '../support/app.js';
import { CREDENTIALS, FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { uaaOf } from './admin-setup.js';
import { describeApi, NOWHERE } from './setup.js';

const RUNNERS = '/admin/v1/runners';
const { user, password } = CREDENTIALS.password;
const UUID = /^[0-9a-f-]{36}$/;
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

const fake = await FakeCloudController.start();
beforeEach(async () => {
  await fake.behaves();
  await fake.forgetRequests();
});

const aCertificate = () => {
  const from = Date.now() - 60_000;
  const what = { name: 'cf', use: 'server', hosts: ['127.0.0.1'], from, until: from + 3_600_000 } as const;
  return selfSigned(what).certificate;
};

let made = 0;
const aRunner = (change: object = {}) => fake.runner({ name: `runner ${(made += 1)}`, ...change });

describeApi('Runners', (api) => {
  afterEach(async () => {
    const { body } = await api().provider.get(`${RUNNERS}?page_size=100`);
    for (const { runnerId } of body.results) await api().provider.delete(`${RUNNERS}/${runnerId}`);
  });

  const create = async (change: object = {}) =>
    (await api().provider.post(RUNNERS, aRunner(change)).expect(201)).body;
  const stored = () =>
    api()
      .app.get(Database, { strict: false })
      .read((tx) =>
        tx.query<{ name: string; secret: string }>('SELECT name, secret FROM runner ORDER BY name'),
      );
  const audited = async () => (await api().provider.get('/admin/v1/audit?page_size=1')).body.results[0];

  it('are created after a check, and read back without the secret', async () => {
    const body = await create({ name: 'first' });
    const known = {
      runnerId: expect.stringMatching(UUID),
      ...{
        name: 'first',
        kind: 'cloudfoundry',
        api: fake.api,
        spaceId: fake.space.guid,
        spaceName: 'development',
      },
      ...{ user, origin: null, appId: null, caCertificate: null, state: 'ready', problem: null },
      ...{ checkedAt: expect.stringMatching(TIME), createdAt: expect.stringMatching(TIME) },
    };
    expect(body).toEqual({ ...known, warnings: [] });
    const read = await api().provider.get(`${RUNNERS}/${body.runnerId}`).expect(200);
    expect(read.body).toEqual(known);
    const list = await api().provider.get(RUNNERS).expect(200);
    expect(list.body).toEqual({ total: 1, results: [known], prev_url: null, next_url: null });
    expect(await audited()).toMatchObject({
      event: 'runner.created',
      tenantId: null,
      details: { runner: body.runnerId, name: 'first', login: user },
    });
  });

  it('of a client have its id, and no user', async () => {
    const body = await create({ credentials: CREDENTIALS.client });
    expect(body).toMatchObject({ clientId: CREDENTIALS.client.clientId, warnings: [] });
    expect(body).not.toHaveProperty('user');
  });

  it.each([
    ['an object', (text: string) => JSON.parse(text) as object],
    ['text', (text: string) => text],
  ])('take api, space and application from VCAP_APPLICATION as %s', async (_, formed) => {
    const vcapApplication = formed(JSON.stringify({ ...fake.vcapApplication, name: 'orders', limits: {} }));
    const body = await create({ vcapApplication, api: undefined, spaceId: undefined });
    expect(body).toMatchObject({ api: fake.api, spaceId: fake.space.guid, appId: fake.app.guid });
  });

  it('warn of what may go wrong, and are created', async () => {
    await fake.change({ isTaskCreationOn: false });
    await fake.changeHolder(user, { role: 'space_auditor' });
    const body = await create({ appId: fake.foreignApp.guid });
    await fake.change({ isTaskCreationOn: true });
    await fake.changeHolder(user, { role: 'space_developer' });
    expect(body.warnings).toEqual([
      expect.stringContaining(`The application ${fake.foreignApp.guid} was not found`),
      expect.stringContaining('The role space_developer was not found'),
      expect.stringContaining("The feature flag 'task_creation' is off"),
    ]);
    const again = await api().provider.post(`${RUNNERS}/${body.runnerId}/check`).expect(200);
    expect(again.body).toMatchObject({ state: 'ready', warnings: [expect.stringContaining('application')] });
  });

  it('have names of their own within the instance', async () => {
    await create({ name: 'taken' });
    const other = await create({ name: 'other' });
    await fake.forgetRequests();
    const { body } = await api()
      .provider.post(RUNNERS, aRunner({ name: 'taken' }))
      .expect(400);
    expect(body).toMatchObject({ field: 'name', detail: expect.stringContaining("'taken'") });
    await api()
      .provider.put(`${RUNNERS}/${other.runnerId}`, aRunner({ name: 'taken' }))
      .expect(400);
    // It is not worth a login.
    expect(await fake.requests()).toEqual([]);
    await api()
      .provider.put(`${RUNNERS}/${other.runnerId}`, aRunner({ name: 'other' }))
      .expect(200);
  });

  it('are at most 20, also where many come at once', async () => {
    const asked = Array.from({ length: 23 }, () => api().provider.post(RUNNERS, aRunner()));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    expect(statuses.filter((status) => status === 409)).toHaveLength(3);
  });

  it('are changed after a check; what is not given stays', async () => {
    const { runnerId } = await create({ appId: fake.app.guid });
    const path = `${RUNNERS}/${runnerId}`;
    const { credentials: _, ...rest } = aRunner({ name: 'renamed' });
    const { body } = await api().provider.put(path, rest).expect(200);
    expect(body).toMatchObject({ runnerId, name: 'renamed', user, appId: fake.app.guid });
    expect(await audited()).toMatchObject({ event: 'runner.changed', details: { name: 'renamed' } });
    const wrong = { kind: 'password', user, password: 'wrong-secret-8' };
    await api()
      .provider.put(path, { ...rest, name: 'again', credentials: wrong })
      .expect(400);
    await api()
      .provider.put(path, { ...rest, spaceId: NOWHERE })
      .expect(400);
    expect((await api().provider.get(path)).body).toMatchObject({ name: 'renamed', user });
    const changed = await api()
      .provider.put(path, { ...rest, credentials: CREDENTIALS.client })
      .expect(200);
    expect(changed.body).toMatchObject({ clientId: CREDENTIALS.client.clientId });
    const alone = await api().provider.put(path, { credentials: CREDENTIALS.password, appId: null });
    expect(alone).toMatchObject({ status: 200, body: { name: 'renamed', user, appId: null } });
    // What was read can be sent back, but says no other login.
    const read = (await api().provider.get(path)).body;
    await api().provider.put(path, read).expect(200);
    const other = await api()
      .provider.put(path, { ...read, origin: 'ldap' })
      .expect(400);
    expect(other.body.detail).toBe("'origin' belongs into 'credentials'");
  });

  it.each([
    ['to another host', () => ({ api: fake.api.replace('127.0.0.1', 'localhost') })],
    ['to another path', () => ({ api: `${fake.api}/other` })],
    ['to who has another certificate', () => ({ caCertificate: aCertificate() })],
  ])('do not take stored credentials %s', async (_, changed) => {
    const { runnerId } = await create();
    await fake.forgetRequests();
    const { body } = await api().provider.put(`${RUNNERS}/${runnerId}`, changed()).expect(400);
    expect(body).toMatchObject({ field: 'credentials' });
    expect(await fake.requests()).toEqual([]);
  });

  it('move to another host with new credentials', async () => {
    const { runnerId } = await create();
    const moved = { api: fake.api.replace('127.0.0.1', 'LOCALHOST'), credentials: CREDENTIALS.password };
    const { body } = await api().provider.put(`${RUNNERS}/${runnerId}`, moved).expect(200);
    expect(body).toMatchObject({ api: moved.api.toLowerCase() });
  });

  it('are checked again when asked to, and show what was found', async () => {
    const { runnerId } = await create();
    const check = () => api().provider.post(`${RUNNERS}/${runnerId}/check`).expect(200);
    await fake.reacts({ on: '^POST /oauth/token', answer: { status: 500, body: '' } });
    api().clock.advance(60_000);
    expect((await check()).body).toMatchObject({
      state: 'unreachable',
      problem: expect.stringContaining('500'),
    });
    await fake.behaves();
    await fake.changeHolder(user, { role: null });
    const refused = await check();
    await fake.changeHolder(user, { role: 'space_developer' });
    expect(refused.body).toMatchObject({
      state: 'refused',
      problem: expect.stringContaining('Space not found'),
    });
    expect(refused.body.spaceName).toBe('development');
    expect((await api().provider.get(`${RUNNERS}/${runnerId}`)).body).toMatchObject({ state: 'refused' });
    expect((await check()).body).toMatchObject({ state: 'ready', problem: null });
  });

  it('list the applications of their space', async () => {
    const { runnerId } = await create();
    const path = `${RUNNERS}/${runnerId}/apps`;
    const { body } = await api().provider.get(`${path}?page_size=1`).expect(200);
    expect(body).toEqual({
      total: 2,
      results: [{ appId: fake.app.guid, name: 'orders', state: 'STARTED' }],
      prev_url: null,
      next_url: `${path}?page_size=1&offset=1`,
    });
    const next = await api().provider.get(body.next_url).expect(200);
    expect(next.body.results).toMatchObject([{ name: 'unstaged' }]);
    const named = await api().provider.get(`${path}?name=unstaged`).expect(200);
    expect(named.body).toMatchObject({ total: 1, results: [{ name: 'unstaged' }] });
    await fake.reacts({ on: '^GET /v3/apps', answer: { status: 502, body: '' } });
    await api().provider.get(path).expect(503);
  });

  it('are deleted unless something uses them', async () => {
    const { runnerId } = await create({ name: 'used' });
    const path = `${RUNNERS}/${runnerId}`;
    let tasks = 2;
    const uses = api().app.get(RunnerUses, { strict: false });
    uses.join({ nouns: ['thing', 'things'], count: (_, id) => Promise.resolve(id === runnerId ? tasks : 0) });
    expect((await api().provider.delete(path).expect(409)).body.detail).toContain('has 2 things');
    const moved = { spaceId: fake.otherSpace.guid };
    expect((await api().provider.put(path, aRunner(moved)).expect(409)).body.detail).toContain(
      'has 2 things',
    );
    tasks = 0;
    await api().provider.delete(path).expect(204);
    expect(await audited()).toMatchObject({ event: 'runner.deleted', details: { name: 'used' } });
    await api().provider.get(path).expect(404);
    await api().provider.delete(path).expect(404);
  });

  it('are for providers of the instance alone', async () => {
    const { runnerId } = await create();
    const path = `${RUNNERS}/${runnerId}`;
    for (const request of [
      api().acme.post(RUNNERS, aRunner()),
      api().acme.get(RUNNERS),
      api().acme.get(path),
      api().acme.get(`${path}/apps`),
      api().acme.put(path, aRunner()),
      api().acme.post(`${path}/check`),
      api().acme.delete(path),
    ]) {
      await request.expect(403);
    }
    const { app, http, terminal } = api();
    const config = app.get<Config>(CONFIG, { strict: false });
    const operator = clientOf(http, await tokenFor({ http }, printedOperator({ terminal, config })));
    const place = { name: 'other', subdomain: 'other-provider' };
    const { instanceId } = (await operator.post('/admin/v1/instances', place).expect(201)).body;
    const bound = await operator
      .post(`/admin/v1/instances/${instanceId}/bindings`, { name: 'b' })
      .expect(201);
    const other = clientOf(http, await tokenFor({ http }, uaaOf(bound)));
    for (const request of [
      other.get(path),
      other.get(`${path}/apps`),
      other.put(path, aRunner()),
      other.post(`${path}/check`),
      other.delete(path),
      other.get(`${RUNNERS}/${NOWHERE}`),
      other.get(`${RUNNERS}/nothing`),
    ]) {
      await request.expect(404);
    }
    expect((await other.get(RUNNERS).expect(200)).body).toMatchObject({ total: 0 });
    // The same name in another instance; it goes with its instance, and the others stay.
    await other.post(RUNNERS, aRunner({ name: 'mine' })).expect(201);
    await operator.delete(`/admin/v1/instances/${instanceId}`).expect(204);
    await api().chores.start(RUNNER_CLEAN_UP);
    expect((await stored()).map(({ name }) => name)).not.toContain('mine');
    await api().provider.get(path).expect(200);
  });

  it('keep their secrets to themselves', async () => {
    const { runnerId } = await create();
    const answers = [
      await api().provider.get(RUNNERS),
      await api().provider.get(`${RUNNERS}/${runnerId}`),
      await api().provider.post(`${RUNNERS}/${runnerId}/check`),
      await api().provider.get('/admin/v1/audit'),
    ];
    for (const { text } of answers) expect(text).not.toContain(password);
  });
});
