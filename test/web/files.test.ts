import { request, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startApp, type TestApp } from '../support/app.js';
import { build } from '../support/service-process.js';

const OF_BROWSER = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

let app: TestApp;

beforeAll(async () => {
  build();
  app = await startApp();
});

const get = (path: string, headers: Record<string, string> = OF_BROWSER) => app.http.get(path).set(headers);

/** Returns an answer as its bytes: supertest and fetch would unpack it. */
function raw(path: string, headers: Record<string, string>) {
  return new Promise<{ headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const asked = request(`${app.baseUrl}${path}`, { headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(parts) }));
    });
    asked.on('error', reject).end();
  });
}

async function assetsOf(path: string): Promise<string[]> {
  const { text } = await get(path);
  return [...text.matchAll(/(?:src|href)="(\/dashboard\/assets\/[^"]+)"/g)].map(([, url = '']) => url);
}

describe("The dashboard's pages", () => {
  it.each([
    ['/dashboard/sign-in/?to=%2Fdashboard%2F', '/dashboard/sign-in?to=%2Fdashboard%2F'],
    ['/dashboard/jobs/', '/dashboard/jobs'],
    ['/dashboard/as/acme/jobs/12/', '/dashboard/as/acme/jobs/12'],
  ])('%s leads to %s', async (path, place) => {
    await get(path).expect(308).expect('Location', place);
  });

  it.each(['none', 'cross-site', 'same-site'])(
    'lead on whoever pasted the address of an answer, or followed a link to it from %s',
    async (site) => {
      const of = { ...OF_BROWSER, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': site };
      const { text } = await get('/dashboard/api/runs/download?format=csv', of)
        .expect(403)
        .expect('Content-Type', /^text\/html/)
        .expect('Cache-Control', 'no-store')
        .expect('Content-Security-Policy', POLICY);
      expect(text).toContain('<a href="/dashboard/">');
    },
  );

  it.each([
    ['/dashboard/', 200],
    ['/dashboard/sign-in', 200],
    ['/dashboard/sign-in?to=%2Fdashboard%2F', 200],
    ['/dashboard/jobs?state=failing', 200],
    ['/dashboard/jobs/12', 200],
    ['/dashboard/tenants/12', 200],
    ['/dashboard/as/acme/', 200],
    ['/dashboard/as/acme/jobs/12', 200],
    ['/dashboard/as/acme/tenants', 404],
    ['/dashboard/jobs/12/nothing', 404],
    ['/dashboard/nothing/here', 404],
    ['/dashboard/pages.json', 404],
  ])('%s is a page with its policy: %d', async (path, status) => {
    const { headers, text } = await get(path)
      .expect(status)
      .expect('Content-Type', /^text\/html/);
    expect(headers['content-security-policy']).toBe(POLICY);
    expect(headers['cache-control']).toBe('no-cache');
    expect(text).toContain('<main');
    expect(text).not.toMatch(/<script>|<style| style=| on\w+="/);
  });

  it('are sent again only where they have changed', async () => {
    const { headers } = await get('/dashboard/').expect(200);
    await get('/dashboard/', { ...OF_BROWSER, 'If-None-Match': String(headers['etag']) }).expect(304, '');
    await get('/dashboard/', { ...OF_BROWSER, 'If-None-Match': '"of another build"' }).expect(200);
  });

  it('load files that the browser may keep for ever, and no others', async () => {
    const assets = [...(await assetsOf('/dashboard/')), ...(await assetsOf('/dashboard/sign-in'))];
    expect(assets.length).toBeGreaterThan(8);
    for (const path of assets) {
      const { headers } = await get(path).expect(200);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(path).toMatch(/-[\w-]{8}\.(js|css|svg|woff2)$/);
      expect(headers['content-security-policy']).toBe(POLICY);
    }
    for (const other of ['index-00000000.js', '../pages.json', '%2e%2e/pages.json', '']) {
      await get(`/dashboard/assets/${other}`).expect(404);
    }
    await get('/dashboard/assets/index-00000000.js').expect(404).expect('Cache-Control', 'no-store');
  });

  it.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['*', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
    ['identity', undefined, (bytes: Buffer) => bytes],
  ])('are sent as they were compressed before: %s', async (accepted, encoding, unpack) => {
    const { text: whole } = await get('/dashboard/', { ...OF_BROWSER, 'Accept-Encoding': 'identity' });
    const { headers, body } = await raw('/dashboard/', { ...OF_BROWSER, 'Accept-Encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['vary']).toContain('Accept-Encoding');
    expect(unpack(body).toString()).toBe(whole);
  });

  it('answer HEAD without a body, and nothing that would change something', async () => {
    const { headers } = await app.http.head('/dashboard/').expect(200);
    expect(Number(headers['content-length'])).toBeGreaterThan(500);
    await app.http.post('/dashboard/').expect(404);
  });

  it('leave the API to itself, under the same policy', async () => {
    const { headers, body } = await get('/dashboard/api/session').expect(401);
    expect(headers['content-security-policy']).toBe(POLICY);
    expect(body).toMatchObject({ status: 401 });
    await get('/Dashboard/API/session').expect(401).expect('Content-Type', /json/);
    await get('/dashboard/api/nothing').expect(404).expect('Content-Type', /json/);
  });

  it('give every answer their policy, whatever refuses it first', async () => {
    const broken = app.http.post('/dashboard/api/sign-in/link').type('json').send('{');
    const answers = await Promise.all([
      get('/dashboard/%zz').expect(400),
      get('/dashboard').expect(308),
      broken.expect(400),
      app.http.post('/dashboard/api/sign-in/link').type('text').send('x').expect(415),
      app.http.put('/dashboard/').expect(404),
    ]);
    expect(answers.map(({ headers }) => headers['content-security-policy'])).toEqual(
      answers.map(() => POLICY),
    );
    for (const path of ['/docs', '/dashboards']) {
      const { headers } = await get(path);
      expect(headers['content-security-policy']).not.toBe(POLICY);
    }
  });

  it('are where / leads to, for a browser', async () => {
    await get('/')
      .expect(302)
      .expect('Location', '/dashboard/')
      .expect('Vary', /Accept/);
    await get('/dashboard').expect(308).expect('Location', '/dashboard/');
    await app.http.get('/').set('Accept', 'application/json').expect(404);
  });
});

describe('DASHBOARD=off', () => {
  it('leaves no page, and the page at / as it was', async () => {
    const off = await startApp({ env: { DASHBOARD: 'off' } });
    for (const path of ['/dashboard', '/dashboard/', '/dashboard/sign-in', '/dashboard/api/session']) {
      await off.http.get(path).set(OF_BROWSER).expect(404).expect('Content-Type', /json/);
    }
    const { text } = await off.http.get('/').set(OF_BROWSER).expect(200);
    expect(text).toContain('/docs/home.js');
  });
});
