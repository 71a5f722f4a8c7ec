import type { Page } from 'playwright-core';
import type { Overview } from '../../web/src/api/overview.js';
import type { RunsPage } from '../../web/src/api/runs.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard } from './support/dashboard.js';
import { HOME_SCENES } from './support/home-scenes.js';
import { HOME_TENANTS, setTheHomeStage, type HomeStage } from './support/home-stage.js';
import { eachView, ticking } from './support/scenes.js';

const POLL_MS = 5_000;

/** Returns what something is on a screen and on a phone. */
async function eachWidth<T>(page: Page, look: () => Promise<T>): Promise<T[]> {
  const looks = [];
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    looks.push(await look());
  }
  return looks;
}

let dashboard: Dashboard;
let stage: HomeStage;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  stage = await setTheHomeStage(dashboard);
  atEndOfFile(() => stage.end());
});

describe('The home page and the pages about tenants', () => {
  it.each(HOME_SCENES)(
    'are sound on a screen and a phone, in light and dark: $name',
    async ({ first, open }) => {
      const visit = await open(dashboard, stage);
      await visit.firstLine(first);
      const faults: Record<string, unknown> = {};
      await eachView(visit, async (view) => {
        faults[view] = { violations: await visit.violations(), overflow: await visit.overflow() };
      });
      const sound = { violations: [], overflow: 0 };
      expect(faults).toEqual({ '1280-light': sound, '1280-dark': sound, '390': sound, '320': sound });
      await visit.page.setViewportSize({ width: 1280, height: 800 });
      await visit.evaluate("document.documentElement.style.fontSize = '200%'");
      expect(await visit.overflow()).toBe(0);
      expect(visit.complaints).toEqual([]);
      await visit.close();
    },
  );
});

describe('The home page', () => {
  const troubled = HOME_TENANTS.troubled;
  const told = (path: string) => dashboard.call('GET', path, undefined, troubled);

  it('agrees with the data, and with them changes', async () => {
    const visit = await ticking(dashboard, '--tenant', 'troubled');
    const { page } = visit;
    const { failing, next, jobs } = (await told('/dashboard/api/overview')) as Overview;
    const { total } = (await told('/dashboard/api/runs')) as RunsPage;
    expect(await visit.firstLine(/fail/)).toBe(`${failing.total.schedules} schedules fail`);
    await page.getByRole('link', { name: `${jobs.total} jobs, all active` }).waitFor();
    await page.getByText(`${total?.runs} calls in the last hour: ${total?.failed} failed.`).waitFor();
    const rowsOf = (name: string) => page.getByRole('region', { name }).getByRole('listitem');
    expect(await rowsOf('Failing now').count()).toBe(failing.results.length);
    expect(await rowsOf('Next firings').count()).toBe(next.length);
    const placesOf = () => eachWidth(page, () => rowsOf('Failing now').first().boundingBox());
    const before = await placesOf();

    stage.mend();
    await dashboard.runNow(stage.broken);
    const healed = page.getByRole('heading', { level: 1, name: '1 schedule fails' });
    while (!(await healed.isVisible())) await page.clock.runFor(POLL_MS);
    // What is being read stays, where it was, until the reader asks for what is new; what has healed says so.
    const news = page.getByRole('button', { name: 'Show what has changed' });
    await news.waitFor();
    expect(await placesOf()).toEqual(before);
    expect(await rowsOf('Failing now').count()).toBe(failing.results.length);
    const row = rowsOf('Failing now').filter({ hasText: 'invoices' });
    expect(await row.textContent()).toMatch(/Does not fail any moresince (yesterday )?\d\d:\d\d UTC$/);
    await rowsOf('Failing now').filter({ hasText: 'mails' }).getByText('The endpoint refused').waitFor();
    await news.click();
    await news.waitFor({ state: 'hidden' });
    expect(await rowsOf('Failing now').count()).toBe(failing.results.length - 1);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('leads from a minute to its runs', async () => {
    const visit = await dashboard.visitAs('--tenant', 'fine');
    const { page } = visit;
    await page.getByText('Show as table').click();
    await page.getByRole('table').getByRole('link').first().click();
    expect(await visit.firstLine(/between/)).toMatch(/^\d runs between .* none failed$/);
    await visit.close();
  });
});

describe('A tenant', () => {
  it('is suspended and resumed, and the page says what follows', async () => {
    const visit = await dashboard.visitAs();
    const { page } = visit;
    const isSuspended = async () =>
      (
        (await dashboard.call('GET', `/admin/v1/tenants/${HOME_TENANTS.waiting}`)) as {
          suspendedAt: string | null;
        }
      ).suspendedAt !== null;
    await visit.goto('/dashboard/tenants?q=waiting');
    await page.getByRole('link', { name: 'waiting' }).click();
    await visit.firstLine('waiting has made no calls today');
    await page.getByText('While it is suspended none of its runs start').waitFor();
    await page.getByRole('button', { name: 'Suspend' }).click();
    await visit.firstLine('waiting is suspended: none of its runs start');
    expect(await isSuspended()).toBe(true);
    await page.getByRole('button', { name: 'Undo' }).click();
    await visit.firstLine('waiting has made no calls today');
    expect(await isSuspended()).toBe(false);
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByText('waiting is resumed.').waitFor();
    expect(await isSuspended()).toBe(false);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('is not changed by a viewer, and not seen by another tenant', async () => {
    const viewer = await dashboard.visitAs('--viewer');
    await viewer.goto(`/dashboard/tenants/${HOME_TENANTS.fine}`);
    await viewer.page.getByText('You may look at this tenant and not change it.').waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Suspend' }).count()).toBe(0);
    await viewer.close();
    const other = await dashboard.visitAs('--tenant', 'waiting');
    expect(await other.page.getByRole('link', { name: 'Tenants' }).count()).toBe(0);
    await other.goto(`/dashboard/tenants/${HOME_TENANTS.fine}`);
    await other.firstLine('You may not see this');
    await other.goto('/dashboard/as/fine/');
    await other.firstLine('You do not see the tenant fine');
    // A colleague's link to its own pages leads there.
    await other.goto('/dashboard/as/waiting/jobs?q=x');
    await other.page.waitForURL((url) => url.pathname === '/dashboard/jobs' && url.search === '?q=x');
    await other.close();
  });
});
