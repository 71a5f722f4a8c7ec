import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Database } from '../../src/database/database.js';
import { Chores } from '../../src/replica/chores.js';
import { Offboarding } from '../../src/subscription/offboarding.js';
import { databaseKinds } from '../support/databases.js';
import { bearer, printedBinding, startService, tokenFor, type HandClock } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';
const [sqlite] = databaseKinds;

/** A SaaS registry with its token endpoint; it notes what it is told. */
class FakeRegistry {
  readonly told: { path: string; body: unknown }[] = [];
  readonly bearers: (string | undefined)[] = [];
  readonly basics: (string | undefined)[] = [];
  answer = 200;

  readonly server: Server = createServer((request, response) => {
    void this.take(request).then(([status, body]) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body),
    );
  });

  url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async take(request: IncomingMessage): Promise<[number, string]> {
    const body = await text(request);
    if (request.url === '/oauth/token') {
      this.basics.push(request.headers.authorization);
      return [200, JSON.stringify({ access_token: 'registry-token' })];
    }
    this.bearers.push(request.headers.authorization);
    if (this.answer === 200) this.told.push({ path: request.url ?? '', body: JSON.parse(body) });
    return [this.answer, '{}'];
  }
}

const registries: FakeRegistry[] = [];
afterEach(() => registries.splice(0).forEach(({ server }) => server.close()));

async function setup(options: { env?: Record<string, string>; clock?: HandClock } = {}) {
  const registry = new FakeRegistry();
  registries.push(registry);
  await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
  const env = {
    REGISTRY_URL: registry.url(),
    REGISTRY_TOKEN_URL: `${registry.url()}/oauth/token`,
    REGISTRY_CLIENT_ID: 'sb-reg!b1',
    REGISTRY_CLIENT_SECRET: 'reg/secret',
    ...options.env,
  };
  const service = await startService(env, options.clock ? { clock: options.clock } : {});
  const tell = () => service.app.get(Chores).start('outbox-status-callback');
  return { ...service, service, registry, env, tell, hook: hooks(service) };
}

const hooks =
  (service: Awaited<ReturnType<typeof startService>>) =>
  async (method: 'put' | 'delete', status: string, body: object = {}) => {
    const provider = await tokenFor(service, printedBinding(service));
    const request = service.http[method](`/callback/v1.0/tenants/${ACME}`);
    return request
      .set({ ...bearer(provider), STATUS_CALLBACK: status })
      .send({ subscribedSubdomain: 'acme', subscriptionAppName: 'shop', ...body });
  };

describe('A hook with a status callback', () => {
  it('answers 202 and tells the registry when it is done', async () => {
    const { hook, tell, registry } = await setup();
    expect((await hook('put', '/saas/callback/1')).status).toBe(202);
    await tell();
    expect(registry.told).toEqual([
      {
        path: '/saas/callback/1',
        body: {
          status: 'SUCCEEDED',
          message: 'The tenant is subscribed.',
          subscriptionUrl: 'http://acme.localhost:3000',
        },
      },
    ]);
    expect(registry.bearers).toEqual(['Bearer registry-token']);
    const basic = Buffer.from('sb-reg!b1:reg%2Fsecret').toString('base64');
    expect(registry.basics).toEqual([`Basic ${basic}`]);
    await tell();
    expect(registry.told).toHaveLength(1);
  });

  it('tells of the end of a subscription only once everything of the tenant is deleted', async () => {
    const { hook, tell, registry, app } = await setup();
    await hook('put', '/1');
    await tell();
    const offboarding = app.get(Offboarding);
    offboarding.onModuleDestroy(); // as if the process stood still: nothing is deleted
    expect((await hook('delete', '/2')).status).toBe(202);
    await tell();
    expect(registry.told.map(({ path }) => path)).toEqual(['/1']);
    await app.get(Database).transaction((tx) => tx.execute('UPDATE offboarding SET emptied_at = 1'));
    await tell();
    expect(registry.told.map(({ path }) => path)).toEqual(['/1', '/2']);
  });

  it('tries again, ever more slowly, and gives up after a day', async () => {
    const { hook, tell, registry, clock } = await setup();
    registry.answer = 503;
    await hook('put', '/1');
    const triesBy = async (ms: number) => {
      clock.advance(ms);
      await tell();
      return registry.bearers.length;
    };
    expect(await triesBy(0)).toBe(1);
    expect(await triesBy(999)).toBe(1);
    expect(await triesBy(1)).toBe(2);
    expect(await triesBy(1_000)).toBe(2);
    expect(await triesBy(1_000)).toBe(3);
    expect(await triesBy(86_400_000)).toBe(4);
    registry.answer = 200;
    expect(await triesBy(86_400_000)).toBe(4);
  });

  it('is told after a restart', async () => {
    const env = { DATABASE_URL: String(await sqlite?.createUrl()) };
    const first = await setup({ env });
    first.registry.answer = 500;
    await first.hook('put', '/1');
    await first.tell();
    await first.app.close();
    first.clock.advance(3_600_000);
    const again = await setup({ env, clock: first.clock });
    await again.tell();
    expect(again.registry.told.map(({ path }) => path)).toEqual(['/1']);
  });

  it.each(['//evil.test/x', 'http://evil.test', 'saas', '/\\evil.test', '', '/a/../../b', '/%252e%252e/b'])(
    'is refused for path %j',
    async (path) => {
      const { hook, tell, registry } = await setup();
      expect((await hook('put', path)).status).toBe(400);
      await tell();
      expect(registry.bearers).toEqual([]);
    },
  );

  it('is refused where no registry is configured', async () => {
    const service = await startService();
    const answer = await hooks(service)('put', '/1');
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('REGISTRY_URL');
  });
});

describe('The Subscription Manager’s form', () => {
  async function manager() {
    const service = await startService({ PUBLIC_URL: 'http://jobs.example.test' });
    const uaa = printedBinding(service);
    const provider = await tokenFor(service, uaa);
    const body = {
      subscriber: { app_tid: ACME, subaccountSubdomain: 'acme' },
      rootApplication: { appName: 'shop' },
    };
    const call = (method: 'put' | 'delete', change: object = {}) =>
      service.http[method](`/subscription_manager_callbacks/tenants/${ACME}`)
        .set(bearer(provider))
        .send({ ...body, ...change });
    return { service, uaa, call };
  }

  it('subscribes, answers the URL as JSON, and unsubscribes', async () => {
    const { service, uaa, call } = await manager();
    const answer = await call('put').expect(200);
    expect(answer.body).toEqual({ applicationURL: 'http://acme.jobs.example.test' });
    const token = await tokenFor(service, uaa, ACME);
    const probe = () => service.http.get('/probe/jobs').set(bearer(token));
    await probe().expect(200);
    await call('delete').expect(200);
    await probe().expect(401);
  });

  it('refuses another tenant in the body than in the path', async () => {
    const { call } = await manager();
    await call('put', {
      subscriber: { app_tid: ACME.replaceAll('1', '2'), subaccountSubdomain: 'acme' },
    }).expect(400);
  });
});
