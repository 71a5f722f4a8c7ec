import { decodeJwt } from 'jose';
import { CONFIG, type Config } from '../../src/config/config.js';
import { HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { startApp } from '../support/app.js';
import { aLinkCode, browserOf, cookieOf, OWN_PAGE, signedIn } from '../support/dashboard.js';
import { databaseKinds } from '../support/databases.js';
import { printedOperator, tokenFor } from './setup.js';

const LINK = '/dashboard/api/sign-in/link';
const CREDENTIALS = '/dashboard/api/sign-in/credentials';
const SESSION = '/dashboard/api/session';

describe.each(databaseKinds)('Signing in on $name', (kind) => {
  type Service = Awaited<ReturnType<typeof startApp>>;
  let service: Service;
  beforeAll(async () => {
    service = await startApp({ env: { DATABASE_URL: await kind.createUrl() } });
  });
  const post = (path: string, body: object) => service.http.post(path).set(OWN_PAGE).send(body);

  describe('by a link', () => {
    it('says first as whom, and uses nothing up', async () => {
      const code = await aLinkCode(service, 'tenant viewer', 'acme');
      for (const _twice of [1, 2]) {
        const { body, headers } = await post(`${LINK}/look`, { code }).expect(200);
        expect(headers['cache-control']).toBe('no-store');
        expect(headers['set-cookie']).toBeUndefined();
        expect(body).toEqual({
          grant: {
            role: 'tenant viewer',
            instance: { id: expect.any(String), name: 'default' },
            tenant: { tenantId: '11111111-1111-4111-8111-111111111111', subdomain: 'acme' },
          },
          expiresAt: new Date(service.clock.now() + 10 * MINUTE_MS).toISOString(),
        });
      }
      await post(LINK, { code }).expect(201);
    });

    it('gives a session and its cookie', async () => {
      const now = service.clock.now();
      const answer = await post(LINK, { code: await aLinkCode(service, 'provider admin') }).expect(201);
      expect(answer.headers['cache-control']).toBe('no-store');
      const [cookie] = answer.headers['set-cookie'] as unknown as string[];
      expect(cookie).toMatch(/^__Host-carillon=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
      const session = {
        person: { name: 'one-time link', way: 'link' },
        grants: [
          { role: 'provider admin', instance: { id: expect.any(String), name: 'default' }, tenant: null },
        ],
        startedAt: new Date(now).toISOString(),
        expiresAt: new Date(now + 12 * HOUR_MS).toISOString(),
        idleExpiresAt: new Date(now + 8 * HOUR_MS).toISOString(),
        version: expect.any(String),
      };
      expect(answer.body).toEqual(session);
      const { body, headers } = await browserOf(service.http, cookieOf(answer)).get(SESSION).expect(200);
      expect(body).toEqual(session);
      expect(headers['cache-control']).toBe('no-store');
    });

    it('works once, also for two at the same moment', async () => {
      const code = await aLinkCode(service, 'provider admin');
      const answers = await Promise.all([post(LINK, { code }), post(LINK, { code })]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 404]);
      const again = await post(LINK, { code })
        .expect(404)
        .expect('Content-Type', /^application\/problem\+json/);
      expect(again.body).toMatchObject({ status: 404, detail: expect.stringContaining('npm run sign-in') });
      await post(`${LINK}/look`, { code }).expect(404);
      service.clock.advance(MINUTE_MS);
    });

    it('works for ten minutes', async () => {
      const [early, late] = [
        await aLinkCode(service, 'provider admin'),
        await aLinkCode(service, 'provider admin'),
      ];
      service.clock.advance(10 * MINUTE_MS - 1);
      await post(LINK, { code: early }).expect(201);
      service.clock.advance(1);
      await post(LINK, { code: late }).expect(404);
    });

    it('is not for guessing', async () => {
      service.clock.advance(MINUTE_MS);
      for (let tried = 0; tried < 10; tried++) await post(LINK, { code: `guess ${tried}` }).expect(404);
      const { headers } = await post(`${LINK}/look`, { code: 'guess' }).expect(429);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      service.clock.advance(MINUTE_MS);
      await post(LINK, { code: 'guess' }).expect(404);
      service.clock.advance(MINUTE_MS);
    });
  });

  describe('by typed credentials', () => {
    const typed = (change: object = {}) => ({
      clientId: service.uaa.clientid,
      clientSecret: service.uaa.clientsecret,
      ...change,
    });

    it('acts as the provider, or as the tenant of a subdomain', async () => {
      const provider = await post(CREDENTIALS, typed({ subdomain: '' })).expect(201);
      expect(provider.body.person).toEqual({ name: service.uaa.clientid, way: 'credentials' });
      expect(provider.body.grants).toEqual([
        expect.objectContaining({ role: 'provider admin', tenant: null }),
      ]);
      const tenant = await post(CREDENTIALS, typed({ subdomain: 'Acme' })).expect(201);
      expect(tenant.body.grants).toEqual([
        expect.objectContaining({
          role: 'tenant admin',
          tenant: expect.objectContaining({ subdomain: 'acme' }),
        }),
      ]);
    });

    it('acts at the host of a tenant as that tenant, as a token that is asked for there does', async () => {
      const { host } = new URL(service.app.get<Config>(CONFIG).publicUrl);
      const roleAt = async (called: string, change = {}) => {
        const { body } = await post(CREDENTIALS, typed(change)).set('Host', called);
        const [grant] = body.grants ?? [];
        return grant ? `${grant.role} ${grant.tenant?.subdomain ?? ''}`.trim() : body.status;
      };
      expect(await roleAt(host)).toBe('provider admin');
      expect(await roleAt('127.0.0.1:3000')).toBe('provider admin');
      expect(await roleAt(`Acme.${host}`)).toBe('tenant admin acme');
      expect(await roleAt(`nobody.${host}`, { subdomain: 'acme' })).toBe('tenant admin acme');
      expect(await roleAt(`nobody.${host}`)).toBe(403);
    });

    it('says of right credentials alone that nobody has the subdomain', async () => {
      const { body: right } = await post(CREDENTIALS, typed({ subdomain: 'nobody' })).expect(403);
      expect(right.detail).toContain("are right, but no tenant with the subdomain 'nobody' is subscribed");
      const wrong = { clientSecret: 'wrong secret' };
      for (const subdomain of ['nobody', 'acme']) {
        const { body } = await post(CREDENTIALS, typed({ ...wrong, subdomain })).expect(401);
        expect(body.detail).toMatch(/^Bad credentials/);
      }
      service.clock.advance(MINUTE_MS);
    });

    it('is not for the operator yet', async () => {
      const config = service.app.get<Config>(CONFIG);
      const operator = printedOperator({ ...service, config });
      const { body } = await post(CREDENTIALS, {
        clientId: operator.clientid,
        clientSecret: operator.clientsecret,
      }).expect(403);
      expect(body.detail).toContain('no dashboard yet');
    });

    it('is refused as at the token endpoint, and counted with it', async () => {
      await post(CREDENTIALS, typed({ subdomain: 'nobody' })).expect(403);
      service.clock.advance(MINUTE_MS);
      const { body } = await post(CREDENTIALS, typed({ clientSecret: 'wrong secret' })).expect(401);
      expect(JSON.stringify(body)).not.toContain('wrong secret');
      const token = { grant_type: 'client_credentials', client_id: service.uaa.clientid, client_secret: 'x' };
      for (let tried = 1; tried < 10; tried++) {
        await service.http.post('/oauth/token').type('form').send(token).expect(401);
      }
      await post(CREDENTIALS, typed({ clientSecret: 'another' })).expect(429);
      service.clock.advance(MINUTE_MS);
      await post(CREDENTIALS, typed({ clientSecret: 'another' })).expect(401);
    });
  });

  it('ends the former session of the browser', async () => {
    const before = await signedIn(service, 'provider admin');
    const code = await aLinkCode(service, 'provider viewer');
    const answer = await before.post(LINK, { code }).expect(201);
    expect(cookieOf(answer)).not.toBe(before.cookie);
    await before.get(SESSION).expect(401);
    await browserOf(service.http, cookieOf(answer)).get(SESSION).expect(200);
  });

  it('ends by signing out, which clears the cookie', async () => {
    const browser = await signedIn(service, 'provider viewer');
    const answer = await browser.delete(SESSION).expect(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-carillon=; Path=\/; Expires=Thu, 01 Jan 1970/);
    const { headers } = await browser.get(SESSION).expect(401);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('is written down in the audit log', async () => {
    const code = await aLinkCode(service, 'tenant admin', 'acme');
    const answer = await post(LINK, { code }).expect(201);
    await browserOf(service.http, cookieOf(answer)).delete(SESSION).expect(204);
    service.clock.advance(MINUTE_MS);
    await post(CREDENTIALS, { clientId: service.uaa.clientid, clientSecret: 'wrong' }).expect(401);
    const { body } = await service.provider.get('/admin/v1/audit?page_size=4').expect(200);
    const acme = { tenantId: '11111111-1111-4111-8111-111111111111' };
    expect(body.results).toMatchObject([
      { event: 'session.refused', actor: service.uaa.clientid, details: { way: 'credentials' } },
      { ...acme, event: 'session.ended', actor: 'one-time link (tenant acme)' },
      { ...acme, event: 'session.started', details: { way: 'link', role: 'tenant admin' } },
      { ...acme, event: 'sign-in-link.created', actor: 'system' },
    ]);
  });

  it('is no way round a token: a cookie beside an Authorization header is not looked at', async () => {
    const browser = await signedIn(service, 'provider admin');
    const acme = await tokenFor(
      service,
      service.uaa,
      String(decodeJwt(await tokenFor(service, service.uaa))['zid']),
    );
    await browser.get('/scheduler/jobs').set('Authorization', 'Bearer nonsense').expect(401);
    await browser.get('/scheduler/jobs').set('Authorization', 'Digest x').expect(401);
    await browser.get(SESSION).set('Authorization', `Bearer ${acme}`).expect(403);
    await browser.get('/scheduler/jobs').expect(200);
  });
});
