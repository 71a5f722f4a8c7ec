import { readConfig } from '../../src/config/config.js';
import { printedBinding, startService, subscribe, tokenFor } from '../auth/setup.js';
import { createJob, startApi } from './setup.js';

describe('Answers with secrets or with data of tenants', () => {
  it('are kept by nobody on the way, refusals included, and published keys may be', async () => {
    const api = await startApi();
    const job = await createJob(api.acme);
    const answers = [
      await api.acme.get('/scheduler/jobs'),
      await api.acme.get(job.url),
      await api.acme.get('/scheduler/jobs/999999'),
      await api.provider.get('/admin/v1/bindings'),
      await api.provider.post('/admin/v1/bindings', { name: 'other' }),
      await api.provider.get('/admin/v1/audit'),
      await api.provider.get('/callback/v1.0/dependencies'),
      await api.raw.acme.get('/api/jobs/nothing'),
      await api.http.get('/scheduler/jobs'),
      await api.http.post('/oauth/token').send({}),
    ];
    expect(answers.map(({ headers }) => headers['cache-control'])).toEqual(answers.map(() => 'no-store'));
    const keys = await api.http.get('/token_keys');
    expect(keys.headers['cache-control']).toBe('public, max-age=30');
  });
});

describe('A production deployment', () => {
  const production = (change: Record<string, string>) =>
    readConfig({ NODE_ENV: 'production', KEY_ENCRYPTION_SECRET: 'a secret of the deployment', ...change });

  it('refuses a public URL of plain http, and says what to do', () => {
    expect(() => production({ PUBLIC_URL: 'http://jobs.example.com' })).toThrow(
      /PUBLIC_URL.*TRUSTED_PROXIES/,
    );
    expect(() => production({ PUBLIC_URL: 'http://localhost.example.com' })).toThrow('PUBLIC_URL');
    expect(() => production({ PUBLIC_URL: 'http://10.0.0.1:3000' })).toThrow('PUBLIC_URL');
  });

  it.each([
    { PUBLIC_URL: 'https://jobs.example.com' },
    { PUBLIC_URL: 'http://jobs.example.com', TRUSTED_PROXIES: '10.0.0.1' },
    { PUBLIC_URL: 'http://localhost:3000' },
    { PUBLIC_URL: 'http://127.0.0.1:3000' },
    { PUBLIC_URL: 'http://[::1]:3000' },
    { PUBLIC_URL: 'http://jobs.localhost:3000' },
    {},
    { PUBLIC_URL: 'http://jobs.example.com', NODE_ENV: 'development' },
  ])('accepts %j', (change: Record<string, string>) => {
    expect(production(change)).toBeDefined();
  });
});

describe('The token that is sent with a call', () => {
  it.each([
    ['43200', 3_600],
    ['600', 600],
  ])('lives an hour at most (TOKEN_LIFETIME_S=%s)', async (TOKEN_LIFETIME_S, seconds) => {
    const service = await startService({ TOKEN_LIFETIME_S });
    const { TokenIssuer } = await import('../../src/auth/key/token-issuer.js');
    const { expiresAt } = await service.app.get(TokenIssuer).issueForTenancy(1);
    expect(expiresAt - service.clock.now()).toBe(seconds * 1_000);
  });

  it('is refused for its audience, of a tenant that has gone too', async () => {
    const service = await startService();
    const acme = '11111111-1111-4111-8111-111111111111';
    const provider = await tokenFor(service, printedBinding(service));
    await subscribe(service, provider, acme, 'acme');
    const { TokenIssuer } = await import('../../src/auth/key/token-issuer.js');
    const { token } = await service.app.get(TokenIssuer).issueForTenancy(2);
    const bearer = { Authorization: `Bearer ${token}` };
    const before = await service.http.get('/probe/jobs').set(bearer).expect(401);
    const { clientid: client_id, clientsecret: client_secret } = printedBinding(service);
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: token };
    const exchange = { ...grant, client_id, client_secret };
    const exchanged = await service.http.post('/oauth/token').type('form').send(exchange);
    expect(exchanged.body.error_description).toContain('wrong audience');
    const path = `/callback/v1.0/tenants/${acme}`;
    await service.http
      .delete(path)
      .set({ Authorization: `Bearer ${provider}` })
      .send({})
      .expect(200);
    const after = await service.http.get('/probe/jobs').set(bearer).expect(401);
    for (const { body } of [before, after]) expect(body.message).toContain('wrong audience');
  });
});
