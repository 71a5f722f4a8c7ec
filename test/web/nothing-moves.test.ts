import type { Locator, Page } from 'playwright-core';
import { ActionTarget } from '../support/action-target.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard, TENANTS } from './support/dashboard.js';

let dashboard: Dashboard;
let target: ActionTarget;

beforeAll(async () => {
  target = await ActionTarget.start();
  atEndOfFile(() => target.stop());
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  for (const subdomain of ['acme', 'beta'] as const) await dashboard.subscribe(subdomain);
});

describe('What comes after the rows', () => {
  it.each([1280, 390])('moves nothing at a width of %i', async (width) => {
    target.reacts({ kind: 'answer', status: 200 });
    const idle = { name: `steady ${width}`, action: target.url('/statements/of/the/month') };
    const job = await dashboard.makeIdleJob(idle, TENANTS.acme);
    await dashboard.makeIdleJob(idle, TENANTS.beta);
    await dashboard.runNow(job);
    const visit = await dashboard.visitAs();
    const { page } = visit;
    let go: () => void = () => undefined;
    const until = new Promise<void>((resolve) => (go = resolve));
    await hold(page, { width, until });
    // All tenants: their names make rows of several lines, whose breaks follow from the widths of columns.
    await visit.goto('/dashboard/jobs');
    const rows = page.locator('table.jobs tbody tr');
    await rows.first().waitFor();
    const before = await boxes(rows);
    const beside = await page.context().newPage();
    await hold(beside, { width, until });
    await beside.goto(`${dashboard.origin}/dashboard/jobs/${job.jobId}`);
    const section = beside.getByRole('region', { name: 'Schedules' }).getByRole('list');
    await section.waitFor();
    const head = await boxes(section);
    go();
    await rows.locator('.outcome').first().waitFor();
    expect(await boxes(rows)).toEqual(before);
    await beside.getByRole('heading', { level: 1, name: 'Healthy' }).waitFor();
    expect((await boxes(section))[0]?.y).toBe(head[0]?.y);
    await visit.close();
  });

  /** Lets a page of a width wait for its strips. */
  async function hold(page: Page, { width, until }: { width: number; until: Promise<void> }): Promise<void> {
    await page.setViewportSize({ width, height: 800 });
    await page.route('**/dashboard/api/strips*', async (route) => {
      await until;
      await route.continue();
    });
  }

  /** Returns where elements stand, in pixels. */
  async function boxes(elements: Locator): Promise<{ y: number; height: number }[]> {
    return elements.evaluateAll((each) =>
      each.map((element) => {
        const { y, height } = element.getBoundingClientRect();
        return { y, height };
      }),
    );
  }
});
