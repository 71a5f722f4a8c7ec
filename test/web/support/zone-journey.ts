import type { Page } from 'playwright-core';
import { TENANTS, type Dashboard } from './dashboard.js';
import { fillIn } from './editor-scenes.js';
import type { EditorStage } from './editor-stage.js';

/** Browsers keep the old name of this zone. */
const ZONE = /^Asia\/(Kolkata|Calcutta)$/;

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** A reader elsewhere, who takes the own zone for a schedule, sees what is saved, and takes it off again. */
export async function withZones(dashboard: Dashboard, stage: EditorStage): Promise<void> {
  const visit = await dashboard.visit({ timezoneId: 'Asia/Kolkata' });
  const { page } = visit;
  await page.goto(await dashboard.link('--tenant', 'acme'));
  await press(page, 'Sign in');
  await page.waitForURL('**/dashboard/');
  await visit.goto('/dashboard/jobs/new');
  await press(page, 'Daily at 03:00');
  const row = page.getByRole('table', { name: 'The next 10 firings' }).getByRole('row').nth(1);
  await row.waitFor();
  expect(await row.textContent()).toMatch(
    /^\w{3} \d{4}-\d\d-\d\d 03:00:00(\w{3},? \d{1,2} \w{3},? )?08:30:00in /,
  );
  await page.getByRole('button', { name: /^Use Asia\/(Kolkata|Calcutta)$/ }).click();
  await page.getByRole('columnheader', { name: ZONE }).waitFor();
  expect(await row.textContent()).toMatch(/^\w{3} \d{4}-\d\d-\d\d 03:00:00\w{3} 21:30:00in /);
  await visit.firstLine(/^Runs every day at 03:00 \(Asia\/\w+\), next .* 21:30 UTC/);
  await page.getByLabel('Where clocks go back').selectOption('both');
  await fillIn(visit, 'by the sun', stage.target.url('/report'));
  await page.getByText('JSON', { exact: true }).click();
  await page.getByRole('region', { name: 'JSON' }).getByText('"timeZone": "Asia/').waitFor();
  await press(page, 'Create job');
  await page.getByText('by the sun is made.').waitFor();
  const jobId = /jobs\/(\d+)/.exec(page.url())?.[1] ?? '';
  const schedules = async () => {
    const path = `/scheduler/jobs/${jobId}?displaySchedules=true`;
    const job = await dashboard.call('GET', path, undefined, TENANTS.acme);
    return (job as { readonly schedules: readonly object[] }).schedules;
  };
  const zone = { timeZone: expect.stringMatching(ZONE) as string, dst: { overlap: 'both' } };
  expect(await schedules()).toMatchObject([zone]);
  await page.getByRole('link', { name: /^Every day at 03:00 \(Asia\/\w+\)/ }).click();
  await page.getByRole('columnheader', { name: ZONE }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Edit', exact: true }).first().click();
  await page.getByLabel('Time zone').fill('');
  await page.getByRole('columnheader', { name: /^Your time/ }).waitFor();
  await press(page, 'Save');
  await page.getByText('by the sun is saved.').waitFor();
  const [schedule] = await schedules();
  expect(Object.keys(schedule ?? {})).not.toEqual(expect.arrayContaining(['timeZone']));
  await visit.close();
}
