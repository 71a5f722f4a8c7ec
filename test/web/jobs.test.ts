import type { Locator, Route } from 'playwright-core';
import { ActionTarget } from '../support/action-target.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard, TENANTS } from './support/dashboard.js';
import { downloadedFailures } from './support/downloaded-failures.js';
import type { Visit } from './support/visit.js';

const POLL_MS = 5_000;

let dashboard: Dashboard;
let target: ActionTarget;

beforeAll(async () => {
  target = await ActionTarget.start();
  atEndOfFile(() => target.stop());
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  for (const subdomain of ['acme', 'beta', 'gamma'] as const) await dashboard.subscribe(subdomain);
});

let number = 0;
const makeJob = (name: string, tenant: string = TENANTS.acme) =>
  dashboard.makeIdleJob({ name: `${name} ${(number += 1)}`, action: target.url() }, tenant);

/** Opens a page whose clock the test turns, so that nothing is asked for by itself. */
async function still(path: string, ...words: string[]): Promise<Visit> {
  const visit = await dashboard.signedIn(...words);
  await visit.page.clock.install();
  await visit.goto(path);
  return visit;
}

/** Turns the page's clock until something is shown. */
async function turned({ page }: Visit, shown: Locator, stepMs = POLL_MS): Promise<void> {
  while (!(await shown.isVisible())) await page.clock.runFor(stepMs);
}

describe('A failing endpoint', () => {
  it('is found, mended and healed', async () => {
    target.reacts({ kind: 'answer', status: 200 });
    const job = await makeJob('billing');
    await dashboard.runNow(job);
    target.reacts({ kind: 'answer', status: 503, body: 'out of paper' });
    await dashboard.runNow(job);

    const visit = await still('/dashboard/jobs', '--tenant', 'acme');
    const { page } = visit;
    expect(await visit.firstLine(/failing/)).toMatch(/^\d+ jobs?, 1 failing$/);
    await page.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: 'Failing' }).click();
    await page.getByText('1 job: failing now').waitFor();
    expect(page.url()).toContain('state=failing');
    await page.getByRole('link', { name: 'billing' }).click();
    expect(await visit.firstLine(/^Fails since/)).toMatch(/the endpoint answered 503; last success/);
    await page.getByText('out of paper').first().waitFor();

    target.reacts({ kind: 'answer', status: 200 });
    await page.getByRole('button', { name: 'Run now' }).click();
    // The progress is asked for by the page's clock.
    await turned(visit, page.getByText('The run succeeded.'), 1_000);
    // That the schedule is well may be told before the run that shows it.
    await visit.firstLine('Healthy: 2 of 3');
    const recent = page.getByRole('region', { name: 'Recent runs' });
    const runs = recent.getByRole('row');
    // A header and three runs: what the reader ordered comes by itself, what others did is told of.
    await runs.nth(3).waitFor();
    const news = page.getByRole('region', { name: 'Schedules' }).getByText('1 new run');
    expect(await news.count()).toBe(0);
    await dashboard.runNow(job);
    await turned(visit, news);
    expect(await runs.count()).toBe(4);
    await recent.getByRole('button', { name: 'Show what has changed' }).click();
    await news.waitFor({ state: 'hidden' });
    expect(await runs.count()).toBe(5);

    const lines = (await downloadedFailures(page)).map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([{ state: 'ERROR', job: { id: job.jobId }, httpStatus: 503 }]);

    await page.goBack();
    await turned(visit, page.getByRole('heading', { level: 1, name: 'none failing' }));
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });
});

describe('The list of jobs', () => {
  it('keeps its rows under the reader, tells of what has changed, and shows it on request', async () => {
    await makeJob('kept', TENANTS.beta);
    const visit = await still('/dashboard/jobs', '--tenant', 'beta');
    const { page } = visit;
    const rows = page.getByRole('row');
    expect(await visit.firstLine(/jobs?,/)).toBe('1 job, none failing');
    await makeJob('another', TENANTS.beta);
    await turned(visit, page.getByRole('button', { name: 'Show what has changed' }));
    await visit.firstLine('2 jobs, none failing');
    expect(await rows.count()).toBe(2);
    await page.getByRole('button', { name: 'Show what has changed' }).click();
    await page.getByRole('link', { name: 'another' }).waitFor();
    expect(await rows.count()).toBe(3);

    // That time goes on is no news, nor which schedule fires next: when a job runs next is shown in its place.
    const tenant = TENANTS.beta;
    const second = { repeatInterval: '1 seconds', active: true };
    const ticking = { name: 'ticking', action: target.url(), active: true, schedules: [second, second] };
    const { jobId } = (await dashboard.call('POST', '/scheduler/jobs', ticking, tenant)) as { jobId: number };
    await turned(visit, page.getByRole('button', { name: 'Show what has changed' }));
    await page.getByRole('button', { name: 'Show what has changed' }).click();
    const next = page.getByRole('row', { name: /ticking/ }).locator('td[data-label="Next run"] time');
    const before = await next.getAttribute('datetime');
    while ((await next.getAttribute('datetime')) === before) await page.clock.runFor(POLL_MS);
    expect(await page.getByRole('button', { name: 'Show what has changed' }).count()).toBe(0);
    await dashboard.call('DELETE', `/scheduler/jobs/${jobId}`, undefined, tenant);
    await visit.close();
  });

  it('stays small with 50 strips: at most 3,000 elements', async () => {
    target.reacts({ kind: 'answer', status: 200 });
    for (let count = 0; count < 50; count++) {
      const job = await makeJob('worker', TENANTS.gamma);
      if (count % 5 === 0) await dashboard.runNow(job);
    }
    const visit = await dashboard.visitAs('--tenant', 'gamma');
    await visit.goto('/dashboard/jobs');
    await visit.page.getByRole('img', { name: 'Last run: 1 succeeded' }).first().waitFor();
    expect(await visit.page.getByRole('row').count()).toBe(51);
    expect(await visit.page.getByRole('img').count()).toBe(50);
    // A strip has a path for its ground and one for each of four outcomes at most, however many runs it has.
    const elements = Number(await visit.evaluate("document.querySelectorAll('*').length"));
    expect(elements + 50 * 3).toBeLessThanOrEqual(3_000);
    await visit.close();
  });

  it('has its filter in the address, from which it comes back', async () => {
    const job = await makeJob('needle');
    await makeJob('hay');
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const { page } = visit;
    await visit.goto('/dashboard/jobs');
    await visit.firstLine(/jobs,/);
    await page.keyboard.press('/');
    await page.keyboard.type('NEEDLE');
    await page.getByText('1 job: "NEEDLE" in the name').waitFor();
    expect(new URL(page.url()).search).toBe('?q=NEEDLE');
    expect(await page.getByRole('link', { name: /hay/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'needle' }).click();
    await page.waitForURL(`**/dashboard/jobs/${job.jobId}`);
    await page.goBack();
    await page.getByText('1 job: "NEEDLE" in the name').waitFor();
    expect(await page.getByLabel('Search by name').inputValue()).toBe('NEEDLE');
    await visit.close();
  });
});

describe('A job', () => {
  it('is switched off, and on again by Undo, which F6 reaches', async () => {
    const job = await makeJob('switched');
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const { page } = visit;
    await visit.goto(`/dashboard/jobs/${job.jobId}`);
    await visit.firstLine(/^No runs yet/);
    await page.getByText('Deactivating drops the firing on 2099-01-01 at 03:00 UTC.').waitFor();
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await visit.firstLine('Inactive: nothing runs');
    const stored = () => dashboard.call('GET', `/scheduler/jobs/${job.jobId}`, undefined, job.tenant);
    expect(await stored()).toMatchObject({ active: false });
    await page.keyboard.press('F6');
    expect(await visit.evaluate('document.activeElement.textContent')).toBe('Undo');
    await page.keyboard.press('Enter');
    await visit.firstLine(/^No runs yet/);
    expect(await stored()).toMatchObject({ active: true });
    const changes = page.getByRole('region', { name: 'Changes' });
    await changes.getByRole('cell', { name: 'Deactivated' }).waitFor();
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('is shown as an action left it, also where an answer of before comes after it', async () => {
    const job = await makeJob('overtaken');
    const visit = await still(`/dashboard/jobs/${job.jobId}`, '--tenant', 'acme');
    const { page } = visit;
    await visit.firstLine(/^No runs yet/);
    let give: (release: () => Promise<void>) => void = () => undefined;
    const held = new Promise<() => Promise<void>>((resolve) => (give = resolve));
    const hold = async (route: Route) => {
      const response = await route.fetch();
      give(() => route.fulfill({ response }));
    };
    await page.route(`**/dashboard/api/jobs/${job.jobId}`, hold, { times: 1 });
    await page.clock.pauseAt(Date.now() + 2 * POLL_MS);
    const release = await held;
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('is inactive.').waitFor();
    await release();
    await visit.firstLine('Inactive: nothing runs');
    await visit.close();
  });

  it('is shown as an action left it while its updates are paused', async () => {
    const job = await makeJob('paused');
    const visit = await still(`/dashboard/jobs/${job.jobId}`, '--tenant', 'acme');
    const { page } = visit;
    await visit.firstLine(/^No runs yet/);
    await page.getByRole('button', { name: 'Pause updates' }).click();
    await page.getByText('Paused at').waitFor();
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await visit.firstLine('Inactive: nothing runs');
    let asked = 0;
    page.on('request', () => (asked += 1));
    await page.clock.runFor(10 * POLL_MS);
    expect(asked).toBe(0);
    await visit.close();
  });

  it('marks on the strips of its schedules when it was changed', async () => {
    target.reacts({ kind: 'answer', status: 200 });
    const job = await makeJob('edited');
    await dashboard.runNow(job);
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const { page } = visit;
    await visit.goto(`/dashboard/jobs/${job.jobId}`);
    const axis = page.getByRole('region', { name: 'Schedules' }).getByText(/^Runs (of|from) .* UTC/);
    await axis.waitFor();
    expect(await page.locator('.strip-edit').count()).toBe(0);
    await dashboard.edit(job, { description: 'new' });
    await dashboard.runNow(job);
    await page.reload();
    await axis.filter({ hasText: 'One change is a dashed line.' }).waitFor();
    expect(await page.locator('.strip-edit').count()).toBe(1);

    // What the reader orders with other data is taken in by itself too, and says why it failed.
    target.reacts({ kind: 'reset' });
    await page.getByText('Run now with other data').click();
    await page.getByLabel('Data of this run').fill('{}');
    await page.getByRole('button', { name: 'Run with this data' }).click();
    await page.getByText('The run failed: the endpoint closed the connection').waitFor();
    await page.getByRole('region', { name: 'Recent runs' }).getByRole('row').nth(3).waitFor();
    await visit.close();
  });

  it('goes only when its name was typed', async () => {
    target.reacts({ kind: 'answer', status: 200 });
    const job = await makeJob('doomed');
    await dashboard.runNow(job);
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const { page } = visit;
    await visit.goto(`/dashboard/jobs/${job.jobId}`);
    await page.getByRole('button', { name: 'Delete ...' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this job' });
    await dialog.getByText('with its schedule and 1 run log.').waitFor();
    await dialog.getByRole('textbox').fill('doome');
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await dialog.getByText('This is not doomed').waitFor();
    const path = `/scheduler/jobs/${job.jobId}`;
    await dashboard.call('GET', path, undefined, job.tenant);
    await dialog.getByRole('textbox').fill(` doomed ${number} `);
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await page.waitForURL('**/dashboard/jobs');
    await page.getByText(`doomed ${number} is deleted.`).waitFor();
    await expect(dashboard.call('GET', path, undefined, job.tenant)).rejects.toThrow('404');
    await visit.close();
  });

  it('offers a viewer nothing that would be refused', async () => {
    const job = await makeJob('watched');
    const visit = await dashboard.visitAs('--tenant', 'acme', '--viewer');
    const { page } = visit;
    await visit.goto(`/dashboard/jobs/${job.jobId}`);
    await page.getByText('You may look at this job and not change it.').waitFor();
    for (const name of ['Deactivate', 'Delete ...', 'Run now']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    expect(await page.getByRole('switch').count()).toBe(0);
    await visit.close();
  });
});

describe('A strip', () => {
  it('is one stop of the keyboard: arrows tell of each run, Enter opens it', async () => {
    target.reacts((_call, place) => ({ kind: 'answer', status: place % 2 === 0 ? 200 : 500 }));
    const job = await makeJob('striped');
    for (let count = 0; count < 3; count++) await dashboard.runNow(job);
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const { page } = visit;
    await visit.goto(`/dashboard/jobs/${job.jobId}`);
    const strip = page.getByRole('slider', { name: /Last 3 runs/ });
    const said = () => strip.getAttribute('aria-valuetext');
    await strip.focus();
    expect(await said()).toMatch(/^Run 3 of 3: (succeeded|failed), planned .* UTC, took/);
    const last = await said();
    await page.keyboard.press('ArrowLeft');
    expect(await said()).toMatch(/^Run 2 of 3/);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    expect(await said()).toMatch(/^Run 1 of 3/);
    await page.keyboard.press('End');
    expect(await said()).toBe(last);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/dashboard/runs/*');
    await visit.close();
  });
});
