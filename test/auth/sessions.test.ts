import { jest } from '@jest/globals';
import { CONFIG, type Config } from '../../src/config/config.js';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/instant.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { Database } from '../../src/database/database.js';
import { SignInChores } from '../../src/sign-in/sign-in-chores.js';
import { startApp, TENANTS } from '../support/app.js';
import { aLinkCode, browserOf, cookieOf, OWN_PAGE, signedIn, type Browser } from '../support/dashboard.js';
import { databaseKinds } from '../support/databases.js';
import { countOfReads } from '../support/statements.js';
import { bearer, printedOperator, subscribe, tokenFor, type Uaa } from './setup.js';

const SESSION = '/dashboard/api/session';
const CREDENTIALS = '/dashboard/api/sign-in/credentials';
const JOBS = '/scheduler/jobs';
const POLL = ['X-Carillon-Poll', '1'] as const;
const asTenant = (tenantId: string) => ['X-Carillon-Scope', `tenant/${tenantId}`] as const;

describe.each(databaseKinds)('A session on $name', (kind) => {
  const start = async (env: Record<string, string> = {}) =>
    startApp({ env: { DATABASE_URL: await kind.createUrl(), ...env } });
  type Service = Awaited<ReturnType<typeof start>>;

  const typedIn = async (service: Service, uaa: Uaa, subdomain?: string) => {
    const typed = { clientId: uaa.clientid, clientSecret: uaa.clientsecret, subdomain };
    const answer = await service.http.post(CREDENTIALS).set(OWN_PAGE).send(typed).expect(201);
    return { body: answer.body, browser: browserOf(service.http, cookieOf(answer)) };
  };
  const aBinding = async (service: Service) => {
    const { body } = await service.provider.post('/admin/v1/bindings', { name: 'typed' }).expect(201);
    return { id: String(body.bindingId), uaa: body.VCAP_SERVICES.jobscheduler[0].credentials.uaa as Uaa };
  };

  describe('lasts', () => {
    it('as long as it is used, and polls are no use of it', async () => {
      const service = await start();
      const [used, polled] = [
        await signedIn(service, 'provider viewer'),
        await signedIn(service, 'tenant viewer', 'acme'),
      ];
      service.clock.advance(7 * HOUR_MS);
      await used.get(JOBS).expect(200);
      await polled
        .get(JOBS)
        .set(...POLL)
        .expect(200);
      const { body } = await used
        .get(SESSION)
        .set(...POLL)
        .expect(200);
      expect(body.idleExpiresAt).toBe(body.expiresAt);
      service.clock.advance(HOUR_MS - 1);
      await polled
        .get(JOBS)
        .set(...POLL)
        .expect(200);
      service.clock.advance(1);
      await polled
        .get(JOBS)
        .set(...POLL)
        .expect(401);
      await used.get(JOBS).expect(200);
    });

    it('for DASHBOARD_SESSION_HOURS at most, however much it is used', async () => {
      const service = await start({ DASHBOARD_SESSION_HOURS: '2' });
      const browser = await signedIn(service, 'provider admin');
      service.clock.advance(2 * HOUR_MS - 1);
      await browser.get(JOBS).expect(200);
      service.clock.advance(1);
      await browser.get(JOBS).expect(401);
    });

    it('and costs one read in 5 s and one write in a minute', async () => {
      const service = await start();
      const database = service.app.get(Database);
      const browser = await signedIn(service, 'provider admin');
      const transactions = jest.spyOn(database, 'transaction');
      const costOf = async (count: number) => {
        transactions.mockClear();
        const reads = await countOfReads(database, async () => {
          for (let done = 0; done < count; done++) await browser.get(SESSION).expect(200);
        });
        return [reads, transactions.mock.calls.length];
      };
      expect(await costOf(1)).toEqual([1, 0]);
      expect(await costOf(3)).toEqual([0, 0]);
      service.clock.advance(5 * SECOND_MS);
      expect(await costOf(3)).toEqual([1, 0]);
      service.clock.advance(MINUTE_MS);
      expect(await costOf(3)).toEqual([1, 1]);
      transactions.mockRestore();
    });

    it('until it is deleted with what else is over', async () => {
      const service = await start();
      const chores = service.app.get(SignInChores, { strict: false });
      const browser = await signedIn(service, 'provider admin');
      await aLinkCode(service, 'provider admin');
      expect(await chores.cleanUp()).toBe(0);
      service.clock.advance(HOUR_MS);
      // The link that nobody used.
      expect(await chores.cleanUp()).toBe(1);
      await browser.get(JOBS).expect(200);
      service.clock.advance(8 * HOUR_MS);
      expect(await chores.cleanUp()).toBe(1);
      await browser.get(JOBS).expect(401);
    });
  });

  describe('dies with what it hangs on:', () => {
    it('a revoked binding', async () => {
      const service = await start();
      const { id, uaa } = await aBinding(service);
      const { browser } = await typedIn(service, uaa);
      const other = await signedIn(service, 'provider admin');
      await browser.get(JOBS).expect(200);
      await service.provider.delete(`/admin/v1/bindings/${id}`).expect(204);
      await browser.get(JOBS).expect(401);
      await other.get(JOBS).expect(200);
    });

    it('a rotated secret; one by the former secret ends with it', async () => {
      const service = await start();
      const { id, uaa } = await aBinding(service);
      const { browser } = await typedIn(service, uaa, 'beta');
      await browser.get(JOBS).expect(200);
      const rotated = await service.provider
        .post(`/admin/v1/bindings/${id}/rotate`, { overlapSeconds: 3600 })
        .expect(200);
      await browser.get(JOBS).expect(401);
      const former = await typedIn(service, uaa);
      expect(former.body.expiresAt).toBe(new Date(service.clock.now() + HOUR_MS).toISOString());
      const fresh = rotated.body.VCAP_SERVICES.jobscheduler[0].credentials.uaa as Uaa;
      const { body } = await typedIn(service, fresh);
      expect(body.expiresAt).toBe(new Date(service.clock.now() + 12 * HOUR_MS).toISOString());
    });

    it('a tenancy', async () => {
      const service = await start();
      const browser = await signedIn(service, 'tenant admin', 'acme');
      await browser.get(JOBS).expect(200);
      const other = await signedIn(service, 'tenant admin', 'beta');
      await service.provider.delete(`/callback/v1.0/tenants/${TENANTS.acme}`).expect(200);
      await browser.get(JOBS).expect(401);
      await other.get(JOBS).expect(200);
      await subscribe(service, await tokenFor(service, service.uaa), TENANTS.acme, 'acme');
      await browser.get(JOBS).expect(401);
    });

    it('an instance', async () => {
      const service = await start();
      const browser = await signedIn(service, 'provider admin');
      await browser.get(JOBS).expect(200);
      const config = service.app.get<Config>(CONFIG);
      const operator = bearer(await tokenFor(service, printedOperator({ ...service, config })));
      const { body } = await service.http.get('/admin/v1/instances').set(operator).expect(200);
      await service.http
        .delete(`/admin/v1/instances/${body.results[0].instanceId}`)
        .set(operator)
        .expect(204);
      await browser.get(JOBS).expect(401);
    });
  });

  describe('acts', () => {
    let service: Service;
    beforeAll(async () => {
      service = await start();
      for (const client of [service.provider, service.acme, service.beta]) {
        const name = `job ${(await client.get(JOBS)).body.total}`;
        await client
          .post(JOBS, { name, action: 'http://127.0.0.1:1/x', schedules: [{ cron: '* * * * 3 0 0' }] })
          .expect(201);
      }
    });
    const seenBy = async (browser: Browser, scope?: string) => {
      const asked = browser.get(`${JOBS}?page_size=50`);
      const { body } = await (scope === undefined ? asked : asked.set(...asTenant(scope))).expect(200);
      return (body.results as { subDomain: string }[]).map(({ subDomain }) => subDomain).sort();
    };

    it('as its role: a provider sees every tenant, a tenant itself', async () => {
      expect(await seenBy(await signedIn(service, 'provider admin'))).toHaveLength(3);
      expect(await seenBy(await signedIn(service, 'provider viewer'))).toHaveLength(3);
      expect(await seenBy(await signedIn(service, 'tenant admin', 'acme'))).toHaveLength(1);
      expect(await seenBy(await signedIn(service, 'tenant viewer', 'acme'))).toHaveLength(1);
    });

    it('as a tenant that a request names, where a grant covers it', async () => {
      const provider = await signedIn(service, 'provider admin');
      expect(await seenBy(provider, TENANTS.beta)).toEqual(
        await seenBy(await signedIn(service, 'tenant viewer', 'beta')),
      );
      const made = {
        name: 'made for beta',
        action: 'http://127.0.0.1:1/x',
        schedules: [{ cron: '* * * * 3 0 0' }],
      };
      await provider
        .post(JOBS, made)
        .set(...asTenant(TENANTS.beta))
        .expect(201);
      expect((await service.beta.get(`${JOBS}?name=made%20for%20beta`).expect(200)).body.name).toBe(
        made.name,
      );
      await provider
        .get('/admin/v1/tenants')
        .set(...asTenant(TENANTS.beta))
        .expect(403);
      await provider
        .get(`${JOBS}?scope=tenant/${TENANTS.beta.toUpperCase()}&name=made%20for%20beta`)
        .expect(200);
      const acme = await signedIn(service, 'tenant admin', 'acme');
      expect(await seenBy(acme, TENANTS.acme)).toHaveLength(1);
      await acme
        .get(JOBS)
        .set(...asTenant(TENANTS.beta))
        .expect(403);
      await acme.get(`${JOBS}?scope=tenant/${TENANTS.beta}`).expect(403);
      await provider
        .get(JOBS)
        .set(...asTenant('99999999-9999-4999-8999-999999999999'))
        .expect(403);
      for (const wrong of ['tenant/', 'tenant/acme', 'instance/1', '']) {
        await provider.get(JOBS).set('X-Carillon-Scope', wrong).expect(400);
      }
      await provider.get(`${JOBS}?scope=tenant/${TENANTS.beta}&scope=x`).expect(400);
    });

    it('in the name of the person', async () => {
      const { browser } = await typedIn(service, service.uaa);
      const made = {
        name: 'by a person',
        action: 'http://127.0.0.1:1/x',
        schedules: [{ cron: '* * * * 3 0 0' }],
      };
      const { body } = await browser
        .post(JOBS, made)
        .set(...asTenant(TENANTS.acme))
        .expect(201);
      const log = await service.acme.get(`/scheduler/actionLogs?jobId=${body._id}`).expect(200);
      expect(JSON.stringify(log.body)).toContain(`${service.uaa.clientid} (provider of default)`);
    });

    it('not at all while its tenant is suspended, but may sign out', async () => {
      const browser = await signedIn(service, 'tenant admin', 'acme');
      const provider = await signedIn(service, 'provider admin');
      const code = await aLinkCode(service, 'tenant viewer', 'acme');
      await provider.post(`/admin/v1/tenants/${TENANTS.acme}/suspend`).expect(204);
      for (const path of [JOBS, SESSION]) {
        const { text } = await browser.get(path).expect(403);
        expect(text).toContain('is suspended');
      }
      await provider
        .get(JOBS)
        .set(...asTenant(TENANTS.acme))
        .expect(403);
      await provider.get(JOBS).expect(200);
      const link = '/dashboard/api/sign-in/link';
      await service.http.post(link).set(OWN_PAGE).send({ code }).expect(403);
      await browser.delete(SESSION).expect(204);
      await provider.post(`/admin/v1/tenants/${TENANTS.acme}/resume`).expect(204);
      await service.http.post(link).set(OWN_PAGE).send({ code }).expect(201);
      await browser.get(JOBS).expect(401);
    });

    it('for two minutes at most in what outlives a request, which is told of no sign-out', async () => {
      const browser = await signedIn(service, 'provider admin');
      const path = '/api/sessions/operations/create-server-sent-events-stream';
      const { body } = await browser.post(path).expect(200);
      const ends = await service.app
        .get(Database)
        .read((tx) =>
          tx.query<{ at: number }>('SELECT ends_at AS at FROM event_stream WHERE id = ?', [
            uuidToBytes(String(body['stream-id'])),
          ]),
        );
      expect(ends.map(({ at }) => Number(at) - service.clock.now())).toEqual([2 * MINUTE_MS]);
    });

    it('six hundred times a minute, and others are not in its way', async () => {
      const [busy, quiet] = [
        await signedIn(service, 'provider viewer'),
        await signedIn(service, 'provider viewer'),
      ];
      for (let sent = 0; sent < 600; sent++) await busy.get(SESSION).expect(200);
      const { headers } = await busy.get(SESSION).expect(429);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      await quiet.get(SESSION).expect(200);
      service.clock.advance(SECOND_MS);
      await busy.get(SESSION).expect(200);
    });
  });
});
