import { Database } from '../../src/database/database.js';
import { startApp, TENANTS } from '../support/app.js';
import { OWN_PAGE, signedIn } from '../support/dashboard.js';
import { isStream, nameOf, PUBLIC, routesOf } from '../support/routes.js';

/** Routes that a viewer of a tenant may call, because they only read. A new one is a decision: it is written down here. */
const READ = [
  'get /api/jobs/:operationId',
  'get /api/jobs/events',
  'get /dashboard/api/failing',
  'get /dashboard/api/jobs',
  'get /dashboard/api/jobs/:jobId',
  'get /dashboard/api/jobs/:jobId/log-count',
  'get /dashboard/api/outcomes',
  'get /dashboard/api/overview',
  'get /dashboard/api/runs',
  'get /dashboard/api/runs/:runId',
  'get /dashboard/api/runs/download',
  'get /dashboard/api/schedules/:scheduleId/timing',
  'get /dashboard/api/strips',
  'get /scheduler/actionLogs',
  'get /scheduler/breakers',
  'get /scheduler/export',
  'get /scheduler/globalParameters',
  'get /scheduler/jobCount',
  'get /scheduler/jobs',
  'get /scheduler/jobs/:jobId',
  'get /scheduler/jobs/:jobId/schedules',
  'get /scheduler/jobs/:jobId/schedules/:scheduleId',
  'get /scheduler/jobs/:jobId/schedules/:scheduleId/next',
  'get /scheduler/jobs/:jobId/schedules/:scheduleId/runs',
  'get /scheduler/jobs/:jobId/schedules/:scheduleId/runs/:runId',
  'get /scheduler/load',
  'get /scheduler/search/jobs',
  'get /scheduler/search/schedules',
  'get /scheduler/signingKeys',
  // It answers what it is sent.
  'post /scheduler/preview',
];
/** Routes that a viewer of a provider may call too. */
const ADMIN_READ = [
  'get /admin/v1/audit',
  'get /admin/v1/bindings',
  'get /admin/v1/runners',
  'get /admin/v1/runners/:runnerId',
  'get /admin/v1/runners/:runnerId/apps',
  'get /admin/v1/subscriptions',
  'get /admin/v1/tenants',
  'get /admin/v1/tenants/:tenantId',
  'get /admin/v1/usage',
  'get /dashboard/api/places/:subdomain',
  'get /dashboard/api/tenants',
  'get /dashboard/api/tenants/:tenantId',
];
/** Whoever is signed in sees who that is, and may sign out. */
const OWN = ['delete /dashboard/api/session', 'get /dashboard/api/session'];
/** Of a provider alone, and of nobody who is signed in: the operator's routes, and what applications are called back by. */
const NOBODY =
  /^(get|post|put|delete) \/(admin\/v1\/(instances|operator)|callback|subscription_manager_callbacks)/;

const ids: Record<string, string> = { tenantId: TENANTS.acme, verb: 'delete', jobId: '1' };

async function setup() {
  const app = await startApp();
  const schedules = [{ cron: '* * * * 3 0 0', active: true }];
  await app.acme
    .post('/scheduler/jobs', { name: 'kept', action: 'http://127.0.0.1:1/x', schedules })
    .expect(201);
  const guarded = routesOf(app.app).filter((route) => !PUBLIC.includes(nameOf(route)) && !isStream(route));
  /** Returns what a session may call: whatever it is not refused for its role. */
  const permitted = async (cookie: string, more: Record<string, string> = {}) => {
    const names: string[] = [];
    // Signing out comes last.
    const last = (name: string) => (name === 'delete /dashboard/api/session' ? 1 : 0);
    for (const route of [...guarded].sort((a, b) => last(nameOf(a)) - last(nameOf(b)))) {
      const path = route.path.replace(/:(\w+)/g, (_all, name: string) => ids[name] ?? TENANTS.beta);
      const { status, text } = await app.http[route.method](path)
        .set({ Cookie: cookie, ...OWN_PAGE, ...more })
        .send({});
      expect({ path, status }).not.toEqual({ path, status: 401 });
      if (status === 403)
        expect(text).toMatch(/You are signed in as .*, and this needs (the|a) (role|right)/);
      else names.push(nameOf(route));
    }
    return names.sort();
  };
  const rows = () =>
    app.app.get(Database).read(async (tx) => {
      const tables = [
        'job',
        'schedule',
        'run',
        'tenancy',
        'binding',
        'binding_secret',
        'runner',
        'instance',
        'operation',
        'webhook_key',
      ];
      return Promise.all(tables.map((table) => tx.query(`SELECT * FROM ${table}`)));
    });
  return { ...app, guarded, permitted, rows };
}
const sorted = (...lists: string[][]) =>
  lists
    .flat()
    .filter((name) => !name.endsWith('events'))
    .sort();

describe('A viewer', () => {
  it('of a tenant reads all of it, and changes nothing', async () => {
    const { permitted, rows, ...app } = await setup();
    const before = await rows();
    const { cookie } = await signedIn(app, 'tenant viewer', 'acme');
    expect(await permitted(cookie)).toEqual(sorted(READ, OWN));
    expect(await rows()).toEqual(before);
  });

  it('of a provider reads the instance and its tenants too, and changes nothing', async () => {
    const { permitted, rows, ...app } = await setup();
    const before = await rows();
    const { cookie } = await signedIn(app, 'provider viewer');
    expect(await permitted(cookie)).toEqual(sorted(READ, ADMIN_READ, OWN));
    const again = await signedIn(app, 'provider viewer');
    const asAcme = { 'X-Carillon-Scope': `tenant/${TENANTS.acme}` };
    expect(await permitted(again.cookie, asAcme)).toEqual(sorted(READ, OWN));
    expect(await rows()).toEqual(before);
  });
});

describe('An admin', () => {
  it('of a tenant may do what its token may, and nothing of the provider', async () => {
    const { permitted, guarded, ...app } = await setup();
    const { cookie } = await signedIn(app, 'tenant admin', 'acme');
    const own = guarded
      .map(nameOf)
      .filter((name) => !/ \/(admin|callback|subscription_manager)/.test(name))
      .filter((name) => !ADMIN_READ.includes(name))
      .filter((name) => name !== 'put /scheduler/globalParameters');
    expect(await permitted(cookie)).toEqual(own.sort());
  });

  it('of a provider may do all but what belongs to the operator and to webhooks', async () => {
    const { permitted, guarded, ...app } = await setup();
    const { cookie } = await signedIn(app, 'provider admin');
    const all = guarded.map(nameOf).filter((name) => !NOBODY.test(name));
    expect(await permitted(cookie)).toEqual(all.sort());
  });
});
