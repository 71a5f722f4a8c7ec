import type { ExecutionContext } from '@nestjs/common';
import { TokenMetrics } from '../../src/auth/oauth/token-metrics.js';
import { CLIENT_CREDENTIALS } from '../../src/auth/oauth/grant-types.js';
import { readConfig } from '../../src/config/config.js';
import { OutboundGuard } from '../../src/outbound/outbound-guard.js';
import { OutboundRefusals } from '../../src/outbound/outbound-refusals.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { RateLimitGuard } from '../../src/tenant/rate-limit/rate-limit.guard.js';
import { FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { ManualClock } from '../support/manual-clock.js';
import { countsOf, samplesIn } from '../support/samples.js';
import { startMeasured as setup } from './metrics-setup.js';
import { aJob, aSchedule } from './setup.js';

describe('Tokens', () => {
  const NAME = 'carillon_tokens_total';

  it('are counted by grant and by what became of the request', async () => {
    const { http, uaa, read, since } = await setup();
    const before = await read();
    const ask = (secret: string, grant: string) =>
      http.post('/oauth/token').auth(uaa.clientid, secret).type('form').send({ grant_type: grant });
    await ask(uaa.clientsecret, 'client_credentials').expect(200);
    await ask(uaa.clientsecret, 'urn:ietf:params:oauth:grant-type:jwt-bearer').expect(400);
    await ask(uaa.clientsecret, 'password').expect(400);
    await http.post('/oauth/token').type('form').send({ grant_type: 'client_credentials' }).expect(401);
    let tries = 0;
    for (let status = 0; status !== 429; tries++) {
      ({ status } = await ask('not the secret', 'client_credentials'));
    }
    const counts = await since(before, NAME);
    expect(counts).toEqual({
      '{grant="client_credentials",result="ok"}': 1,
      '{grant="client_credentials",result="limited"}': 1,
      '{grant="client_credentials",result="refused"}': tries - 1,
      '{grant="jwt_bearer",result="refused"}': 1,
      '{grant="other",result="refused"}': 2,
    });
  });

  it('that a fault of the service kept from being made are failed, and the fault goes on', async () => {
    const metrics = new Metrics();
    const tokens = new TokenMetrics(metrics);
    const broken = tokens.count((asksFor) => {
      asksFor(CLIENT_CREDENTIALS);
      return Promise.reject(new Error('broken'));
    });
    await expect(broken).rejects.toThrow('broken');
    expect(countsOf(await samplesIn(metrics), NAME)).toEqual({
      '{grant="client_credentials",result="failed"}': 1,
    });
    expect((await samplesIn(metrics)).get(`${NAME}{grant="jwt_bearer",result="ok"}`)).toBe(0);
  });
});

describe('Rate limits', () => {
  const NAME = 'carillon_rate_limited_total';

  it('count each 429', async () => {
    const { acme, read } = await setup({ RATE_LIMIT_CLIENT_PER_MINUTE: '5' });
    for (let n = 0; n < 5; n++) await acme.get('/scheduler/jobs').expect(200);
    const before = await read();
    expect([before.get(`${NAME}{limit="client"}`), before.get(`${NAME}{limit="absolute"}`)]).toEqual([0, 0]);
    await acme.get('/scheduler/jobs').expect(429);
    expect(countsOf(await read(), NAME)).toEqual({ '{limit="client"}': 1 });
  });

  it('count each 503 of the whole process', async () => {
    const metrics = new Metrics();
    const config = readConfig({ RATE_LIMIT_ABSOLUTE_PER_MINUTE: '5' });
    const guard = new RateLimitGuard(config, new ManualClock(), { find: () => null } as never, metrics);
    const http = {
      getRequest: () => ({ path: '/scheduler/jobs' }),
      getResponse: () => ({ setHeader: () => undefined }),
    };
    const pass = () => guard.canActivate({ switchToHttp: () => http } as unknown as ExecutionContext);
    for (let n = 0; n < 5; n++) await pass();
    await expect(pass()).rejects.toThrow('The service is busy');
    expect(countsOf(await samplesIn(metrics), NAME)).toEqual({ '{limit="absolute"}': 1 });
  });
});

describe('Refusals of the outbound guard', () => {
  const NAME = 'carillon_outbound_refused_total';
  const PRODUCTION = {
    NODE_ENV: 'production',
    KEY_ENCRYPTION_SECRET: 'sixteen characters',
    PUBLIC_URL: 'https://jobs.example.com',
  };
  const unknown = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
  const NAMES: Record<string, () => Promise<readonly string[]>> = {
    'inside.example.com': () => Promise.resolve(['10.0.0.1']),
    'outside.example.com': () => Promise.resolve(['93.184.216.34']),
  };

  function setupGuard() {
    const metrics = new Metrics();
    const resolver = { resolve: (name: string) => (NAMES[name] ?? unknown)() };
    const guard = new OutboundGuard(readConfig(PRODUCTION), resolver, new OutboundRefusals(metrics));
    return { guard, counts: async () => countsOf(await samplesIn(metrics), NAME) };
  }

  it('are counted by reason, for each call anew', async () => {
    const { guard, counts } = setupGuard();
    expect(guard.examine('https://outside.example.com/').refusal).toBeNull();
    expect(await counts()).toEqual({});
    for (const url of [
      ...['no url', 'https://user:secret@example.com/'],
      ...['http://example.com/', 'http://example.com/', 'ftp://example.com/'],
      ...['https://example.com:3306/', 'https://tenant.jobs.example.com/', 'https://169.254.169.254/'],
    ]) {
      expect(guard.examine(url).refusal).not.toBeNull();
    }
    expect(await counts()).toEqual({
      '{reason="unreadable"}': 2,
      '{reason="scheme"}': 3,
      '{reason="port"}': 1,
      '{reason="own_service"}': 1,
      '{reason="not_public"}': 1,
    });
  });

  it('do not tell a name that is not public from one that is not known', async () => {
    const { guard, counts } = setupGuard();
    expect(await guard.permittedAddresses('outside.example.com', null)).toHaveLength(1);
    await expect(guard.permittedAddresses('inside.example.com', null)).rejects.toThrow();
    expect(await counts()).toEqual({ '{reason="not_public"}': 1 });
    await expect(guard.permittedAddresses('nobody.example.com', null)).rejects.toThrow();
    expect(await counts()).toEqual({ '{reason="not_public"}': 2 });
  });

  it('of runs are in the metrics of the service', async () => {
    const { acme, clock, tick, read } = await setup();
    const job = aJob({ action: 'http://10.0.0.1/x', schedules: [aSchedule({ cron: '* * * * * * 0' })] });
    await acme.post('/scheduler/jobs', { ...job, active: true }).expect(201);
    clock.advance(60_000);
    await tick();
    expect(countsOf(await read(), NAME)).toEqual({ '{reason="not_public"}': 1 });
  });
});

describe('Requests to a Cloud Controller', () => {
  it('are counted by what became of them', async () => {
    const fake = await FakeCloudController.start();
    const { provider, read } = await setup();
    const NAME = 'carillon_task_requests_total';
    const { body } = await provider.post('/admin/v1/runners', fake.runner()).expect(201);
    const checked = await read();
    expect(countsOf(checked, NAME)).toEqual({ '{result="ok"}': expect.any(Number) });
    const list = () => provider.get(`/admin/v1/runners/${body.runnerId}/apps`);
    const APPS = '^GET /v3/apps';
    await fake.reacts({ on: APPS, times: 1, answer: { status: 429, body: '' } });
    await list();
    await fake.reacts({ on: APPS, times: 1, answer: 'cut' });
    await list();
    await fake.reacts({ on: APPS, times: 1, answer: { status: 500, body: '' } });
    await list();
    await list().expect(200);
    expect(countsOf(await read(), NAME)).toEqual({
      '{result="ok"}': (checked.get(`${NAME}{result="ok"}`) ?? 0) + 1,
      '{result="limited"}': 1,
      '{result="failed"}': 2,
    });
  });
});
