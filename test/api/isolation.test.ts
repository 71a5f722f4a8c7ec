import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import { KeyRing } from '../../src/auth/key/key-ring.js';
import { Database } from '../../src/database/database.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { RunnerStore } from '../../src/runner/runner.store.js';
import { bearer, printedOperator, tokenFor, type Uaa } from '../auth/setup.js';
import { startApp, TENANTS } from '../support/app.js';
import { OWN_PAGE, signedIn } from '../support/dashboard.js';
import { isStream, nameOf, PUBLIC, routesOf, type Route } from '../support/routes.js';
import { BODIES, TIMING } from './isolation-bodies.js';
import { DASHBOARD_READS, queryOf } from './isolation-queries.js';
import { aRunnerRow } from '../support/runner-row.js';

const SESSION = '/dashboard/api/session';

/** Returns besides 403 and 404 that say nothing of the other's object. */
const HARMLESS: Record<string, readonly number[]> = {
  // A tenant may be subscribed to several instances, under the one subdomain that it has.
  'put /callback/v1.0/tenants/:tenantId': [409],
  'put /subscription_manager_callbacks/tenants/:tenantId': [409],
  // An operation on whatever of the caller's own the filter selects: nothing. It is worked off before the rows are compared.
  'post /scheduler/jobs/operations/:verb': [202],
  // Unknown is unsubscribed already.
  'delete /callback/v1.0/tenants/:tenantId': [200],
  'delete /subscription_manager_callbacks/tenants/:tenantId': [200],
};

async function setup() {
  const app = await startApp();
  const { http } = app;
  const routes = routesOf(app.app);
  const guarded = routes.filter((route) => !PUBLIC.includes(nameOf(route)));
  const job = await app.beta
    .post('/scheduler/jobs', {
      name: 'betas-own-job',
      action: 'http://127.0.0.1:1/x',
      active: true,
      schedules: [{ ...TIMING, description: 'betas-own-schedule' }],
    })
    .expect(201);
  const jobId = String(job.body.jobId);
  const [{ scheduleId }] = job.body.schedules as [{ scheduleId: string }];
  const runs = await app.beta.get(`/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`).expect(200);
  const runId = String(runs.body.results[0].runId);
  const operator = await tokenFor(app, printedOperator(app));
  const asOperator = (path: string) => http.post(`/admin/v1${path}`).set(bearer(operator));
  const second = await asOperator('/instances').send({ name: 'Second', subdomain: 'second' }).expect(201);
  const bound = await asOperator(`/instances/${second.body.instanceId}/bindings`).send({ name: 'second' });
  const stranger = await tokenFor(app, bound.body.VCAP_SERVICES.jobscheduler[0].credentials.uaa as Uaa);
  const own = await app.provider.post('/admin/v1/bindings', { name: 'spare' }).expect(201);
  const instances = await http.get('/admin/v1/instances').set(bearer(operator));
  const runner = aRunnerRow({ name: 'betas-own-runner' });
  await app.app
    .get(Database)
    .transaction((tx) => app.app.get(RunnerStore, { strict: false }).insert(tx, runner));
  const key = await app.beta.post('/scheduler/signingKeys', { kind: 'v1' }).expect(201);
  const ids: Record<string, string> = {
    ...{ keyId: key.body.keyId, runnerId: runner.id },
    jobId,
    scheduleId,
    runId,
    operationId: runId,
    key: jobId,
    verb: 'delete',
    tenantId: TENANTS.beta,
    subdomain: 'beta',
    bindingId: own.body.bindingId,
    instanceId: instances.body.results[0].instanceId,
  };
  const call = (route: Route, credentials: Readonly<Record<string, string>>) => {
    const path = route.path.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(ids[name] ?? name));
    const query = queryOf(path, { jobId, scheduleId });
    return http[route.method as 'get'](path + query)
      .set(credentials)
      .send(BODIES[nameOf(route)] ?? {});
  };
  const providerId = String(decodeJwt(await tokenFor(app, app.uaa))['zid']);
  return {
    ...app,
    routes,
    guarded,
    call,
    operator,
    stranger,
    providerId,
    jobId,
    scheduleId,
    runId,
    keyId: String(key.body.keyId),
  };
}
type Setup = Awaited<ReturnType<typeof setup>>;

/** Everything that beta has, as it is stored. */
function rowsOfBeta({ app, jobId }: Setup): Promise<unknown> {
  return app.get(Database).read(async (tx) => {
    const [tenancy] = await tx.query<{ id: number }>('SELECT tenancy_id AS id FROM job WHERE id = ?', [
      jobId,
    ]);
    const of = [tenancy?.id];
    return [
      await tx.query('SELECT * FROM job WHERE tenancy_id = ?', of),
      await tx.query('SELECT * FROM schedule WHERE tenancy_id = ?', of),
      await tx.query('SELECT * FROM run WHERE tenancy_id = ?', of),
      await tx.query('SELECT * FROM tenancy WHERE id = ?', of),
      await tx.query('SELECT * FROM subscription WHERE tenancy_id = ?', of),
      await tx.query(
        'SELECT id, client_id, revoked_at FROM binding WHERE instance_id = 1 ORDER BY client_id',
      ),
      await tx.query('SELECT binding_id, proof, expires_at FROM binding_secret ORDER BY id'),
      await tx.query('SELECT * FROM runner'),
      await tx.query('SELECT id, tenancy_id, secret FROM webhook_key'),
    ];
  });
}

/** Calls every guarded route with credentials and returns what each said: its name, its status, and whether it told of beta. */
async function callAll(service: Setup, credentials: Readonly<Record<string, string>>) {
  const marks = ['betas-own', service.scheduleId, service.runId, service.keyId, TENANTS.beta, '"beta"'];
  const said: { route: Route; name: string; status: number; told: string[] }[] = [];
  for (const route of service.guarded) {
    if (isStream(route)) continue;
    const { status, text } = await service.call(route, credentials);
    // A refusal may repeat what the caller sent.
    const told = status < 400 ? marks.filter((mark) => (text ?? '').includes(mark)) : [];
    said.push({ route, name: nameOf(route), status, told });
  }
  await service.app.get(OperationWorker, { strict: false }).tick();
  return said;
}

const expectNothingTaken = (said: Awaited<ReturnType<typeof callAll>>) => {
  expect(said.filter(({ told }) => told.length > 0)).toEqual([]);
  const opened = said.filter(
    ({ route, name, status }) =>
      route.path.includes(':') && ![403, 404, ...(HARMLESS[name] ?? [])].includes(status),
  );
  expect(opened.map(({ name, status }) => `${name} -> ${status}`)).toEqual([]);
};

describe('Every route of the application', () => {
  it('needs credentials unless it is written down as public', async () => {
    const { routes, guarded, http } = await setup();
    const names = routes.map(nameOf);
    expect(PUBLIC.filter((name) => !names.includes(name))).toEqual([]);
    expect(guarded.length).toBeGreaterThan(40);
    const open: string[] = [];
    for (const route of guarded) {
      const { status } = await http[route.method as 'get'](route.path).send({});
      if (status !== 401) open.push(`${nameOf(route)} -> ${status}`);
    }
    expect(open).toEqual([]);
  });

  it("hides a tenant's objects from another tenant and leaves them as they are", async () => {
    const service = await setup();
    const before = await rowsOfBeta(service);
    expectNothingTaken(await callAll(service, bearer(await tokenFor(service, service.uaa, TENANTS.acme))));
    expect(await rowsOfBeta(service)).toEqual(before);
  });

  it('hides them from a session of another tenant, and refuses it all where it names that tenant', async () => {
    const service = await setup();
    const before = await rowsOfBeta(service);
    const { cookie } = await signedIn(service, 'tenant admin', 'acme');
    const session = { Cookie: cookie, ...OWN_PAGE };
    const guarded = service.guarded.filter(({ path }) => path !== SESSION);
    expectNothingTaken(await callAll({ ...service, guarded }, session));
    for (const tenantId of [TENANTS.beta, service.providerId]) {
      const named = { ...session, 'X-Carillon-Scope': `tenant/${tenantId}` };
      const said = await callAll({ ...service, guarded }, named);
      expect(said.filter(({ status }) => status !== 403)).toEqual([]);
    }
    expect(await rowsOfBeta(service)).toEqual(before);
    // It was alive all the time.
    await service.http.get('/scheduler/jobs').set(session).expect(200);
  });

  it("hides them from another instance's provider", async () => {
    const service = await setup();
    const before = await rowsOfBeta(service);
    expectNothingTaken(await callAll(service, bearer(service.stranger)));
    expect(await rowsOfBeta(service)).toEqual(before);
  });

  it('shows them to whom they belong, so that these tests could fail', async () => {
    const service = await setup();
    const reading = service.guarded.filter(({ method }) => method === 'get');
    const said = await callAll(
      { ...service, guarded: reading },
      bearer(await tokenFor(service, service.uaa, TENANTS.beta)),
    );
    const told = said.filter((one) => one.told.length > 0).map(({ name }) => name);
    expect(told).toEqual(
      expect.arrayContaining([
        'get /scheduler/jobs',
        'get /scheduler/jobs/:jobId',
        'get /scheduler/jobs/:jobId/schedules',
        'get /scheduler/jobs/:jobId/schedules/:scheduleId',
        'get /scheduler/jobs/:jobId/schedules/:scheduleId/runs',
        'get /scheduler/jobs/:jobId/schedules/:scheduleId/runs/:runId',
        'get /scheduler/search/jobs',
        'get /scheduler/signingKeys',
        ...DASHBOARD_READS,
      ]),
    );
    const provider = bearer(await tokenFor(service, service.uaa));
    const seen = await callAll({ ...service, guarded: reading }, provider);
    expect(seen.filter((one) => one.told.length > 0).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'get /admin/v1/tenants',
        'get /admin/v1/tenants/:tenantId',
        'get /dashboard/api/places/:subdomain',
        'get /dashboard/api/tenants',
        'get /dashboard/api/tenants/:tenantId',
        'get /scheduler/jobs',
      ]),
    );
  });

  it('hides the jobs of tenants from the operator', async () => {
    const service = await setup();
    const scheduling = service.guarded.filter(({ path }) => /^\/(scheduler|api|callback)/.test(path));
    const said = await callAll({ ...service, guarded: scheduling }, bearer(service.operator));
    expect(said.filter(({ status }) => status !== 403)).toEqual([]);
  });
});

describe('A token that does not hold', () => {
  const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  /** Tokens of the service that were changed in one way each; those that are signed are signed by its own key. */
  async function forgeries(service: Setup): Promise<Record<string, string>> {
    const token = await tokenFor(service, service.uaa, TENANTS.beta);
    const header = decodeProtectedHeader(token);
    const claims = decodeJwt(token);
    const { privateKey } = service.app.get(KeyRing, { strict: false }).signer();
    const kid = String(header.kid);
    const sign = (change: JWTPayload) =>
      new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
    const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
    const symmetric = `${base64url({ ...header, alg: 'HS256' })}.${base64url(claims)}`;
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    return {
      expired: await sign({ exp: Math.floor(service.clock.now() / 1000) - 61 }),
      unsigned: `${base64url({ ...header, alg: 'none' })}.${base64url(claims)}.`,
      'signed by the public key': `${symmetric}.${createHmac('sha256', pem).update(symmetric).digest('base64url')}`,
      'signed by another key': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid })
        .sign(other),
      'for another audience': await sign({ aud: ['uaa', 'other!b1'] }),
      'of another issuer': await sign({ iss: 'http://elsewhere.test' }),
      'of a zone without subscription': await sign({ zid: '33333333-3333-4333-8333-333333333333' }),
      'of another binding': await sign({ cid: 'sb-other' }),
      'without an end': await sign({ exp: undefined as never }),
    };
  }

  it('opens no route', async () => {
    const service = await setup();
    for (const [forgery, token] of Object.entries(await forgeries(service))) {
      const opened: string[] = [];
      for (const route of service.guarded) {
        const { status } = await service.call(route, bearer(token));
        if (status !== 401) opened.push(`${nameOf(route)} -> ${status}`);
      }
      expect({ forgery, opened }).toEqual({ forgery, opened: [] });
    }
  });

  it('is that of a tenant after its unsubscription, and not before', async () => {
    const service = await setup();
    const token = await tokenFor(service, service.uaa, TENANTS.beta);
    await service.http.get('/scheduler/jobs').set(bearer(token)).expect(200);
    await service.provider.delete(`/callback/v1.0/tenants/${TENANTS.beta}`).expect(200);
    const opened: string[] = [];
    for (const route of service.guarded) {
      const { status } = await service.call(route, bearer(token));
      if (status !== 401) opened.push(`${nameOf(route)} -> ${status}`);
    }
    expect(opened).toEqual([]);
  });
});
