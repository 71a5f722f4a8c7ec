import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard } from './support/dashboard.js';
import { JOB_SCENES, setJobsStage } from './support/job-scenes.js';
import { COUNTED, eachView, SCENES, setTheStage } from './support/scenes.js';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  await setTheStage(dashboard);
  await setJobsStage(dashboard);
});

describe('A page of the dashboard', () => {
  it.each([...SCENES, ...JOB_SCENES])(
    'is sound on a screen and a phone, in light and dark: $name',
    async ({ first, open }) => {
      const visit = await open(dashboard);
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

describe('A page whose script does not come', () => {
  it('says so, leaves the others, and is loaded again on request', async () => {
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await visit.firstLine(COUNTED);
    await page.route('**/assets/jobs-*.js', (route) => route.abort());
    await pages.getByRole('link', { name: 'Jobs' }).click();
    await visit.firstLine('This page could not be loaded');
    expect(await visit.violations()).toEqual([]);
    await pages.getByRole('link', { name: 'Home' }).click();
    await visit.firstLine(COUNTED);
    await page.goBack();
    await visit.firstLine('This page could not be loaded');
    // Nothing is loaded anew while the service is away: the browser would show its own page instead.
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('There is still no answer').waitFor();
    await page.context().setOffline(false);
    await page.unroute('**/assets/jobs-*.js');
    await page.getByRole('button', { name: 'Try again' }).click();
    await visit.firstLine('3 jobs, none failing');
    expect(page.url()).toBe(`${dashboard.origin}/dashboard/jobs`);
    await visit.close();
  });

  it('says that there is a new version where its file is gone', async () => {
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await visit.firstLine(COUNTED);
    // As after an upgrade: the service has other files, and other pages that name them.
    await page.route('**/assets/jobs-*.js', (route) => route.fulfill({ status: 404, body: '' }));
    await page.route('**/dashboard/jobs', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll('/index-', '/index-2') });
    });
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Jobs' }).click();
    await visit.firstLine('There is a new version of Carillon');
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Load the new version' }).click();
    await visit.firstLine('3 jobs, none failing');
    await visit.close();
  });
});
