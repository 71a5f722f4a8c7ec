import type { NestExpressApplication } from '@nestjs/platform-express';
import { TENANTS, startApp } from '../support/app.js';
import { promtool } from '../support/promtool.js';
import { isStream, routesOf, type Route } from '../support/routes.js';
import { samplesOf } from '../support/samples.js';
import { aJob, aSchedule, NOWHERE } from './setup.js';

const MOST_SERIES = 4_000;
/** Labels that there may be: each has a closed list of values. */
const LABELS = new Set([
  ...['code', 'grant', 'job_type', 'kind', 'le', 'limit', 'method', 'mode', 'node', 'origin', 'reason'],
  ...['result', 'route', 'space', 'state', 'type', 'version', 'major', 'minor', 'patch'],
]);
const PAGES = ['other', '/', '/dashboard/*', '/dashboard/assets/*'];

/** A service each of whose routes was called by everybody: with what it takes, too much, and nothing that it can read. */
async function usedService() {
  const app = await startApp({ env: { RATE_LIMIT_CLIENT_PER_MINUTE: '0' } });
  const job = aJob({ action: 'http://10.0.0.1/secret', schedules: [aSchedule({ cron: '* * * * * * 0' })] });
  const { body } = await app.acme.post('/scheduler/jobs', { ...job, active: true }).expect(201);
  app.clock.advance(60_000);
  await app.tick();
  const scheduleId = String(body.schedules[0].scheduleId);
  const runs = `/scheduler/jobs/${body._id}/schedules/${scheduleId}/runs`;
  const runId = String((await app.acme.get(runs).expect(200)).body.results[0].runId);
  const ids: Record<string, string> = { jobId: String(body._id), scheduleId, runId, tenantId: NOWHERE };
  const routes = routesOf(app.app).filter((route) => !isStream(route));
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, (_all, name: string) => ids[name] ?? NOWHERE);
    const { method } = route;
    const call = () => app.http[method](path);
    await call();
    await call().type('text').send('x');
    await call().type('json').send('{');
    await call()
      .type('json')
      .send(`{"a":"${'x'.repeat(110_000)}"}`);
    if (method === 'get') await app.http.head(path);
  }
  await everybodyCalls(app, routes, ids);
  return { ...app, known: [job.name, scheduleId, runId, '10.0.0.1', 'secret'] };
}

async function everybodyCalls(
  { acme, provider }: Pick<Awaited<ReturnType<typeof startApp>>, 'acme' | 'provider'>,
  routes: readonly Route[],
  ids: Readonly<Record<string, string>>,
): Promise<void> {
  // What ends something comes last, so that the others find it.
  const order = ['get', 'put', 'post', 'patch', 'delete'];
  const sorted = [...routes].sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method));
  for (const client of [acme, provider]) {
    for (const { method, path } of sorted) {
      if (method === 'patch') continue;
      await client[method](
        path.replace(/:(\w+)/g, (_all, name: string) => ids[name] ?? NOWHERE),
        {},
      );
    }
  }
}

const routeNames = (app: NestExpressApplication) =>
  new Set([...routesOf(app).map(({ path }) => path), ...PAGES]);

describe('The metrics of a service that was used through every route', () => {
  it('are such that promtool finds nothing, are few, and name nobody and nothing of anybody', async () => {
    const { app, http, known, read } = await reading();
    const text = await read();
    expect(await promtool(['check', 'metrics'], text)).toEqual({ code: 0, text: '' });
    const series = [...samplesOf(text).keys()];
    expect(series.length).toBeLessThanOrEqual(MOST_SERIES);
    const labels = series.flatMap((each) => [...each.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]);
    expect([...new Set(labels.map(([, name]) => name))].filter((name) => !LABELS.has(name ?? ''))).toEqual(
      [],
    );
    const names = routeNames(app);
    const routes = new Set(labels.flatMap(([, name, value]) => (name === 'route' ? [value ?? ''] : [])));
    expect([...routes].filter((route) => !names.has(route))).toEqual([]);
    // It was used: nearly every route is there.
    expect(routes.size).toBeGreaterThan(0.9 * (names.size - PAGES.length));
    for (const name of [...known, ...Object.values(TENANTS), NOWHERE]) expect(text).not.toContain(name);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|https?:|127\.0\.0\.1|localhost|acme|beta/);
    await http.get('/metrics').expect(200);
  });

  async function reading() {
    const used = await usedService();
    const read = async () => (await used.http.get('/metrics').expect(200)).text;
    return { ...used, read };
  }
});
