import { startApp } from '../support/app.js';
import { aLinkCode, browserOf, signedIn } from '../support/dashboard.js';

const SESSION = '/dashboard/api/session';
const CREDENTIALS = '/dashboard/api/sign-in/credentials';
const JOBS = '/scheduler/jobs';

describe('A request with the cookie of a session', () => {
  const PUBLIC_URL = 'https://jobs.example.com';

  async function setup() {
    const service = await startApp({ env: { PUBLIC_URL } });
    const { cookie } = await signedIn(service, 'provider admin');
    const sent = (headers: Record<string, string>) => browserOf(service.http, cookie, headers);
    return { service, sent };
  }
  const MARK = { 'X-Carillon-Dashboard': '1' };

  it.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: PUBLIC_URL, ...MARK }],
    ['another port or subdomain', { 'Sec-Fetch-Site': 'same-site', ...MARK }],
    ['another origin, by an old browser', { Origin: 'https://jobs.example.com:8443', ...MARK }],
    ['a sandboxed frame', { Origin: 'null', ...MARK }],
    ['nowhere', MARK],
  ])('is not honoured from %s', async (_where, headers) => {
    const { service, sent } = await setup();
    const browser = sent(headers);
    for (const path of [JOBS, SESSION, '/admin/v1/bindings']) await browser.get(path).expect(403);
    await browser.post('/admin/v1/bindings', { name: 'taken' }).expect(403);
    await browser.delete(SESSION).expect(403);
    const code = await aLinkCode(service, 'provider viewer');
    for (const path of ['link/look', 'link']) {
      await browser.post(`/dashboard/api/sign-in/${path}`, { code }).expect(403);
    }
    const { uaa } = service;
    await browser.post(CREDENTIALS, { clientId: uaa.clientid, clientSecret: uaa.clientsecret }).expect(403);
    const { body } = await service.provider.get('/admin/v1/bindings').expect(200);
    expect(body.total).toBe(1);
  });

  it('that was pasted into the address bar is told where to go', async () => {
    const { sent } = await setup();
    const { text } = await sent({ 'Sec-Fetch-Site': 'none' }).get('/scheduler/export').expect(403);
    expect(text).toContain(`open ${PUBLIC_URL}/dashboard/ instead`);
  });

  it.each([
    ['a browser that says so', { 'Sec-Fetch-Site': 'same-origin' }],
    ['an old browser at PUBLIC_URL', { Origin: PUBLIC_URL }],
  ])('is honoured from the own origin: %s', async (_how, headers) => {
    const { sent } = await setup();
    await sent(headers).get(JOBS).expect(200);
    await sent(headers).post('/admin/v1/bindings', { name: 'forged' }).expect(403);
    await sent(headers).delete(SESSION).expect(403);
    await sent({ ...headers, ...MARK })
      .post('/admin/v1/bindings', { name: 'wanted' })
      .expect(201);
    await sent({ ...headers, ...MARK })
      .delete(SESSION)
      .expect(204);
  });

  it('is no session where the browser sends two of them, or one of another name', async () => {
    const { service, sent } = await setup();
    const { cookie } = sent({});
    const value = cookie.split('=')[1];
    for (const other of [
      `${cookie}; ${cookie}`,
      `carillon=${value}`,
      '__Host-carillon=',
      '__Host-carillon=x',
    ]) {
      await browserOf(service.http, other).get(JOBS).expect(401);
    }
    await browserOf(service.http, `a=b; ${cookie}; c=d`).get(JOBS).expect(200);
  });

  it('gets no permission for other origins', async () => {
    const { sent } = await setup();
    const { headers } = await sent({ 'Sec-Fetch-Site': 'same-origin', Origin: PUBLIC_URL })
      .get(JOBS)
      .expect(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
