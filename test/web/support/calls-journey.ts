import type { Page } from 'playwright-core';
import { TENANTS, type Dashboard } from './dashboard.js';
import { at, fillIn } from './editor-scenes.js';
import type { EditorStage } from './editor-stage.js';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** A job whose calls carry a header and a signature: what is wrong is said at its field, and what is stored is shown to nobody. */
export async function withHeaders(dashboard: Dashboard, { target }: EditorStage): Promise<void> {
  const visit = await at(dashboard, '/dashboard/jobs/new');
  const { page } = visit;
  await fillIn(visit, 'with a header', target.url('/report'));
  await press(page, 'Weekdays at 09:00');
  await page.getByText('Headers, signature and pace of calls').click();
  await press(page, 'Add a header');
  const [name, value] = [page.locator('#header-0'), page.locator('#header-0-value')];
  await name.fill('Host');
  await value.fill('secret-1');
  await press(page, 'Create job');
  await page.getByText("It must not have 'Host'").waitFor();
  await name.fill('X-Api-Key');
  await page.getByText("It must not have 'Host'").waitFor({ state: 'hidden' });
  await page.getByLabel('Sign each call').check();
  await page.getByText('There is no signing key yet').waitFor();
  await press(page, 'Create job');
  await page.locator('#signing:focus').waitFor();
  await dashboard.call('POST', '/scheduler/signingKeys', { kind: 'v1' }, TENANTS.acme);
  const before = target.calls.length;
  await press(page, 'Test call');
  const [call] = (await target.received(before + 1)).slice(before);
  expect(call?.headers).toMatchObject({
    'x-api-key': 'secret-1',
    'webhook-signature': expect.stringMatching(/^v1,/) as string,
  });
  await press(page, 'Create job');
  await page.getByText('with a header is made.').waitFor();
  await page.getByText('Sends an additional header: X-Api-Key').waitFor();
  await page.getByText('Signs its calls').waitFor();
  const jobId = /jobs\/(\d+)/.exec(page.url())?.[1] ?? '';
  const stored = () => dashboard.call('GET', `/scheduler/jobs/${jobId}`, undefined, TENANTS.acme);
  expect(await stored()).toMatchObject({ headers: { 'X-Api-Key': null }, signing: true });
  await page.getByRole('link', { name: 'Edit', exact: true }).first().click();
  await page.getByText('Kept as stored').waitFor();
  await press(page, 'Replace X-Api-Key');
  await value.fill('secret-2');
  await page.getByText('JSON', { exact: true }).click();
  await page.getByRole('region', { name: 'JSON' }).getByText('"X-Api-Key": "VALUE"').waitFor();
  await press(page, 'Keep as stored X-Api-Key');
  await press(page, 'Remove X-Api-Key');
  await page.getByLabel('Sign each call').uncheck();
  await press(page, 'Save');
  await page.getByText('with a header is saved.').waitFor();
  expect(Object.keys((await stored()) as object)).not.toEqual(expect.arrayContaining(['headers', 'signing']));
  expect(visit.complaints).toEqual([]);
  await visit.close();
}
