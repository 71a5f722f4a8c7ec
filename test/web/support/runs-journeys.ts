import type { Locator } from 'playwright-core';
import { fieldText } from '../../../web/src/pages/runs/run-filter.js';
import { schedulePath } from '../../../web/src/paths.js';
import { TENANTS, type Dashboard } from './dashboard.js';
import type { WholeRunStage } from './run-cause-scenes.js';
import { runsOf } from './run-stage.js';
import type { Visit } from './visit.js';

const MINUTE_MS = 60_000;

/** A form whose times are half typed, turned round, right, cleared and gone back to. */
export async function typesTimes(dashboard: Dashboard): Promise<void> {
  const visit = await dashboard.visitAs('--tenant', 'beta');
  const { page } = visit;
  await visit.goto('/dashboard/runs?from=2020-01-01T00:00:30');
  await visit.firstLine('runs since 2020-01-01 00:00:30 UTC');
  const [from, to] = [page.getByLabel('From (UTC)'), page.getByLabel('Before (UTC)')];
  const focused = () => visit.evaluate('document.activeElement.id');
  const isHalf = () => visit.evaluate("document.getElementById('to').validity.badInput");
  const before = page.url();
  // A part of a date.
  await to.press('1');
  await to.press('Enter');
  await page.getByText('The date or the time is not complete').waitFor();
  expect([await to.getAttribute('aria-invalid'), await focused(), await isHalf()]).toEqual([
    'true',
    'to',
    true,
  ]);
  expect(await visit.violations()).toEqual([]);
  await to.fill('2019-01-01T00:00');
  await to.press('Enter');
  await page.getByText('This has to be later').waitFor();
  expect(page.url()).toBe(before);
  await to.fill('2090-01-01T00:00');
  await to.press('Enter');
  await visit.firstLine('between 2020-01-01 00:00:30 UTC and 2090-01-01 00:00 UTC');
  expect([await focused(), await from.inputValue()]).toEqual(['to', '2020-01-01T00:00:30']);
  // Half of a date is given up with the filter, and the reader goes on at its beginning.
  await to.press('Backspace');
  expect(await isHalf()).toBe(true);
  await page.getByRole('link', { name: 'Clear the filter' }).click();
  await visit.firstLine(/^\d+ runs, \d+ failed$/);
  expect([await focused(), await isHalf(), await from.inputValue()]).toEqual(['state', false, '']);
  await page.goBack();
  await visit.firstLine('between 2020-01-01');
  expect([await from.inputValue(), await to.inputValue()]).toEqual([
    '2020-01-01T00:00:30',
    '2090-01-01T00:00',
  ]);
  expect(visit.complaints).toEqual([]);
  await visit.close();
}

/** A list of two pages, of all runs and of one schedule. */
export async function turnsPages(dashboard: Dashboard, stage: WholeRunStage): Promise<void> {
  const { job, scheduleId } = stage.causes.notFound;
  const path = `/scheduler/jobs/${job.id}/schedules/${scheduleId}/runs`;
  await Promise.all(Array.from({ length: 51 }, () => dashboard.call('POST', path, undefined, TENANTS.gamma)));
  const visit = await dashboard.visitAs('--tenant', 'gamma');
  const { page } = visit;
  const older = page.getByRole('link', { name: 'Older runs' });
  for (const address of ['/dashboard/runs', schedulePath(job.id, scheduleId)]) {
    await expectAt(visit, address, older);
    await older.click();
    const newest = page.getByRole('link', { name: 'Newest runs' });
    // A short page may be no longer than the window.
    expect(await topOfList(visit)).toBeLessThan(800);
    await newest.click();
    await older.waitFor();
    expect(await topOfList(visit)).toBeLessThan(120);
  }
  await visit.close();
}

/** The picture of a span of time, and the ways from its parts to their runs. */
export async function opensThePicture(dashboard: Dashboard): Promise<void> {
  const visit = await dashboard.visitAs('--tenant', 'beta');
  const { page } = visit;
  const from = fieldText(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 50 * MINUTE_MS);
  await visit.goto(`/dashboard/runs?from=${from}`);
  const picture = page.getByRole('figure', { name: 'Calls by the time' });
  const [number = ''] = (await visit.firstLine('runs since')).split(' ');
  const skipped = (await runsOf(dashboard, 'state=SKIPPED')).filter(
    ({ tenant }) => tenant?.subdomain === 'beta',
  );
  expect(await picture.locator('figcaption').textContent()).toMatch(
    new RegExp(
      `^${Number(number) - skipped.length} calls since ${from.replace('T', ' ')} UTC: \\d+ failed\\.$`,
    ),
  );
  await picture.getByText('Show as table').click();
  await picture.getByRole('rowheader').getByRole('link').first().click();
  await visit.firstLine(/^\d+ runs? between .* UTC/);
  expect(new URL(page.url()).search).toMatch(/^\?from=[\d-]+T\d\d:\d\d&to=[\d-]+T\d\d:\d\d$/);
  await page.goBack();
  await visit.firstLine('runs since');
  // The first bar, as a pointer finds it.
  const bar = await picture.locator('svg').evaluate((svg) => {
    const [, left = '0'] =
      /^M([\d.]+)/.exec(svg.querySelector('.outcomes-success')?.getAttribute('d') ?? '') ?? [];
    const { width, height } = svg.getBoundingClientRect();
    return {
      x: ((Number(left) + 4) / Number(svg.getAttribute('viewBox')?.split(' ')[2])) * width,
      y: height / 2,
    };
  });
  await picture.locator('svg').click({ position: bar });
  await visit.firstLine(/^\d+ runs? between .* UTC/);
  // A part of the results is counted nowhere.
  await visit.goto(`/dashboard/runs?from=${from}&state=failed`);
  await page.getByRole('rowheader').first().waitFor();
  expect(await picture.count()).toBe(0);
  expect(visit.complaints).toEqual([]);
  await visit.close();
}

/** Opens a page until the runs of a while ago are on a second one. */
async function expectAt(visit: Visit, address: string, older: Locator): Promise<void> {
  await visit.goto(address);
  await visit.page.getByRole('rowheader').first().waitFor();
  while ((await older.count()) === 0) {
    await visit.goto(address);
    await visit.page.getByRole('rowheader').first().waitFor();
  }
}

/** Returns how far below the top of the window the list of runs begins, once it has the focus. */
async function topOfList(visit: Visit): Promise<number> {
  const list = visit.page.locator('.run-list:focus');
  await list.waitFor();
  return Math.abs((await list.boundingBox())?.y ?? Number.NaN);
}
