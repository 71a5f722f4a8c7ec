import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** Returns the lines of the file of failed runs since 2020, for which a page is asked after times that it has to refuse. */
export async function downloadedFailures(page: Page): Promise<string[]> {
  await page.getByLabel('Result').selectOption('Failed');
  await page.getByLabel('Before (UTC)').fill('2019-01-01T00:00');
  await page.getByLabel('From (UTC)').fill('2020-01-01T00:00');
  await page.getByRole('link', { name: 'as NDJSON' }).click();
  await page.getByText('This has to be later than "From".').waitFor();
  await page.getByLabel('Before (UTC)').fill('');
  await page.getByLabel('From (UTC)').focus();
  await page.keyboard.press('Backspace');
  await page.getByRole('link', { name: 'as NDJSON' }).click();
  await page.getByText('The date or the time is not complete.').waitFor();
  await page.getByLabel('From (UTC)').fill('2020-01-01T00:00');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'as NDJSON' }).click(),
  ]);
  return (await readFile(await download.path(), 'utf8')).trim().split('\n');
}
