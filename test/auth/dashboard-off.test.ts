import { readConfig } from '../../src/config/config.js';
import { StartLink } from '../../src/sign-in/link/start-link.js';
import { startApp } from '../support/app.js';
import { OWN_PAGE } from '../support/dashboard.js';

const ROUTES = [
  ['get', '/dashboard/api/session'],
  ['delete', '/dashboard/api/session'],
  ['post', '/dashboard/api/sign-in/link'],
  ['post', '/dashboard/api/sign-in/link/look'],
  ['post', '/dashboard/api/sign-in/credentials'],
] as const;

describe('The dashboard', () => {
  it.each([
    ['DASHBOARD=off', { DASHBOARD: 'off' }],
    ['a PUBLIC_URL with a path', { PUBLIC_URL: 'https://example.com/jobs' }],
  ])('has no routes and no link with %s', async (_why, env) => {
    const { app, http, terminal } = await startApp({ env });
    const cookie = { Cookie: '__Host-carillon=x', ...OWN_PAGE };
    for (const [method, path] of ROUTES) {
      await http[method](path)
        .set(cookie)
        .expect(404)
        .expect('Content-Type', /problem/);
    }
    const { paths } = (await http.get('/openapi.json')).body;
    expect(Object.keys(paths).filter((path) => path.startsWith('/dashboard'))).toEqual([]);
    await http.get('/scheduler/jobs').set(cookie).expect(401);
    expect(terminal.said.join('\n')).not.toContain('#code=');
    expect(app).toBeDefined();
  });

  it('has them otherwise, and shows a link at the start', async () => {
    const { app, http, terminal } = await startApp({ env: { PORT: '3999' } });
    await app.get(StartLink, { strict: false }).show();
    const { paths } = (await http.get('/openapi.json')).body;
    for (const [method, path] of ROUTES) {
      expect(paths[path]?.[method]).toBeDefined();
      const { status } = await http[method](path).set(OWN_PAGE).send({});
      expect({ path, status }).toEqual({ path, status: method === 'post' ? 400 : 401 });
    }
    const [, code] =
      /http:\/\/localhost:3999\/dashboard\/sign-in#code=([\w-]{43})$/m.exec(terminal.said.join('\n')) ?? [];
    await http.post('/dashboard/api/sign-in/link').set(OWN_PAGE).send({ code }).expect(201);
  });

  it('shows no link by itself in production', async () => {
    const env = { NODE_ENV: 'production', KEY_ENCRYPTION_SECRET: 'a secret to test with' };
    const { app, terminal } = await startApp({ env });
    await app.get(StartLink, { strict: false }).show();
    expect(terminal.said.join('\n')).not.toContain('#code=');
  });
});

describe('The settings of the dashboard', () => {
  it('say why it is off only where that was not wanted', () => {
    expect(readConfig({}).dashboard).toEqual({ isOn: true, offBecause: null, sessionMs: 12 * 3_600_000 });
    const withPath = { PUBLIC_URL: 'https://example.com/jobs/' };
    expect(readConfig(withPath).dashboard).toMatchObject({
      isOn: false,
      offBecause: expect.stringMatching(/PUBLIC_URL has the path '\/jobs'/),
    });
    for (const env of [{ DASHBOARD: 'off' }, { ...withPath, DASHBOARD: 'off' }]) {
      expect(readConfig(env).dashboard).toMatchObject({ isOn: false, offBecause: null });
    }
    for (const hours of ['0', '169', 'x']) {
      expect(() => readConfig({ DASHBOARD_SESSION_HOURS: hours })).toThrow(/DASHBOARD_SESSION_HOURS/);
    }
  });
});
