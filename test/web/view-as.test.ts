import { readFile } from 'node:fs/promises';
import type { Page, Request } from 'playwright-core';
import type { Run } from '../../web/src/api/runs.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard } from './support/dashboard.js';
import { HOME_TENANTS, setTheHomeStage, type HomeStage } from './support/home-stage.js';
import { COUNTED } from './support/scenes.js';
import { Visit } from './support/visit.js';

const ROOT = '/dashboard/as/fine/';
const OWN_SCOPE = ['/dashboard/api/session', '/dashboard/api/places/fine'];

let dashboard: Dashboard;
let stage: HomeStage;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  stage = await setTheHomeStage(dashboard);
  atEndOfFile(() => stage.end());
});

/** Returns the links of a page that lead out of the place that is looked at. */
async function leadingOut(page: Page): Promise<(string | null)[]> {
  const links = await page.locator('a[href^="/dashboard"]').all();
  const hrefs = await Promise.all(links.map((link) => link.getAttribute('href')));
  return hrefs.filter((href) => !href?.startsWith(ROOT));
}

/** Notes the scope that each request of a page names. */
function scopesOf(page: Page): { readonly path: string; readonly scope: string | undefined }[] {
  const noted: { path: string; scope: string | undefined }[] = [];
  page.on('request', (request: Request) => {
    const { pathname } = new URL(request.url());
    if (!/^\/(dashboard\/api|scheduler|api)\//.test(pathname)) return;
    noted.push({ path: pathname, scope: request.headers()['x-carillon-scope'] });
  });
  return noted;
}

describe('A provider that looks with the eyes of a tenant', () => {
  it('stays in its place by every link, and names the tenant in every request', async () => {
    const visit = await dashboard.visitAs();
    const { page } = visit;
    const noted = scopesOf(page);
    await visit.goto(ROOT);
    await page.getByText('As tenant fine').waitFor();
    await visit.firstLine(/^All well since/);
    const out = `/dashboard/tenants/${HOME_TENANTS.fine}`;
    expect(await leadingOut(page)).toEqual([out]);

    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Jobs' }).click();
    await visit.firstLine('1 job, none failing');
    expect(await leadingOut(page)).toEqual([out]);
    await page.getByRole('link', { name: 'nightly report' }).click();
    await visit.firstLine(/^Healthy/);
    expect((await leadingOut(page)).filter((href) => !href?.includes('scope=tenant/'))).toEqual([out]);
    await page.getByRole('region', { name: 'Schedules' }).getByRole('heading').getByRole('link').click();
    await visit.firstLine(/^Last run/);
    expect((await leadingOut(page)).filter((href) => !href?.includes('scope=tenant/'))).toEqual([out]);
    await page.keyboard.type('gr');
    await visit.firstLine(/^\d+ runs, none failed/);
    expect(new URL(page.url()).pathname).toBe(`${ROOT}runs`);
    await page.goBack();
    await visit.firstLine(/^Last run/);
    await page.reload();
    await visit.firstLine(/^Last run/);

    const scope = `tenant/${HOME_TENANTS.fine}`;
    const others = noted.slice(noted.findIndex(({ path }) => path.includes('/places/')) + 1);
    expect(others.filter((each) => each.scope !== scope && !OWN_SCOPE.includes(each.path))).toEqual([]);
    expect(others.length).toBeGreaterThan(5);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('is shown what that tenant is shown, downloads its runs, and leaves to where the tenant is seen', async () => {
    const visit = await dashboard.visitAs();
    const { page } = visit;
    await visit.goto(`${ROOT}runs`);
    await visit.firstLine(/^\d+ runs, none failed/);
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download these runs as NDJSON' }).click();
    const file = await readFile(await (await waiting).path(), 'utf8');
    const jobs = new Set(
      file
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Run).job.name),
    );
    expect([...jobs]).toEqual(['nightly report']);
    await page.getByRole('link', { name: 'Leave' }).click();
    await visit.firstLine(/^fine (makes|has made)/);
    await page.getByText('All tenants of default').waitFor();
    await visit.close();
  });

  it('may there what it may, and a viewer changes nothing', async () => {
    const path = `${ROOT}jobs/${stage.fine.jobId}`;
    const admin = await dashboard.visitAs();
    await admin.goto(path);
    await admin.page.getByRole('button', { name: 'Run now' }).click();
    await admin.page.getByText('The run succeeded.').waitFor();
    await admin.close();
    const viewer = await dashboard.visitAs('--viewer');
    await viewer.goto(path);
    await viewer.page.getByText('You may look at this job and not change it.').waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Run now' }).count()).toBe(0);
    await viewer.close();
  });

  it('looks in another tab with its own eyes at the same time', async () => {
    const first = await dashboard.visitAs();
    const second = new Visit(await first.page.context().newPage(), dashboard.origin);
    const noted = scopesOf(second.page);
    await first.goto('/dashboard/as/troubled/jobs');
    await second.goto('/dashboard/jobs');
    await first.firstLine('2 jobs, 2 failing');
    await second.firstLine('6 jobs, 2 failing');
    for (const { page } of [first, second]) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' }).click();
    }
    await first.firstLine(COUNTED);
    await second.firstLine(COUNTED);
    await first.page.getByRole('link', { name: '2 jobs, all active' }).waitFor();
    await second.page.getByRole('link', { name: '6 jobs, all active' }).waitFor();
    expect(noted.filter(({ scope }) => scope !== undefined)).toEqual([]);
    expect(noted.length).toBeGreaterThan(2);
    await first.goto('/dashboard/as/fine/jobs');
    await first.firstLine('1 job, none failing');
    await first.page.goBack();
    await first.page.getByText('As tenant troubled').waitFor();
    await first.page.getByRole('link', { name: '2 jobs, all active' }).waitFor();
    await first.close();
  });
});
