import { fieldText, instantOf } from '../../../web/src/pages/runs/run-filter.js';
import { runPath, schedulePath } from '../../../web/src/paths.js';
import { TENANTS, type Dashboard } from './dashboard.js';
import type { RunStage } from './run-stage.js';
import { COUNTED } from './scenes.js';
import type { Visit } from './visit.js';

const MINUTE_MS = 60_000;

/** A run that failed is run again from its page, by whoever may. */
export async function runsOneAgain(dashboard: Dashboard, { failed }: RunStage): Promise<void> {
  const visit = await dashboard.visitAs('--tenant', 'beta');
  const { page } = visit;
  await visit.goto(runPath(failed.runId));
  const again = page.getByRole('region', { name: 'Run it again' });
  const at = new Date(failed.plannedAt).toISOString().slice(0, 19).replace('T', ' ');
  expect(await again.textContent()).toContain(
    `x-sap-run-at the application is told the time of then, ${at} UTC`,
  );
  await again.getByRole('button', { name: 'Run again with its data' }).click();
  await again.getByText('The run failed').waitFor();
  await again.getByRole('link', { name: 'Open this run' }).click();
  await page.getByText('An earlier run, run again').waitFor();
  await visit.firstLine(/^Failed: the endpoint answered 503/);
  const command = page.getByRole('region', { name: 'Command that repeats the call' });
  expect(await command.textContent()).toContain(`x-sap-run-at: ${at}`);
  await page.getByRole('link', { name: `Run ${failed.runId.slice(0, 8)}` }).click();
  await page.waitForURL(`**${runPath(failed.runId)}`);
  expect(visit.complaints).toEqual([]);
  await visit.close();
  const viewer = await dashboard.visitAs('--tenant', 'beta', '--viewer');
  await viewer.goto(runPath(failed.runId));
  await viewer.page.getByRole('heading', { name: 'Log of the run' }).waitFor();
  expect(await viewer.page.getByRole('button', { name: 'Run again' }).count()).toBe(0);
  await viewer.close();
}

/** Ten past times of a schedule are counted and made up; those of another one are called off half way. */
export async function makesUpPastTimes(dashboard: Dashboard, stage: RunStage): Promise<void> {
  const visit = await dashboard.visitAs('--tenant', 'beta');
  const { page } = visit;
  await page.setViewportSize({ width: 320, height: 700 });
  await startTen(visit, await minutely(dashboard, stage.healthy.jobId));
  await page.getByText('10 runs ended: 10 succeeded.').waitFor();
  expect([await visit.violations(), await visit.overflow()]).toEqual([[], 0]);
  await page.getByRole('link', { name: 'See these runs' }).click();
  await page.waitForURL('**?from=*');
  await page.getByText('made up').nth(9).waitFor();
  // Who has accepted a call and reports nothing keeps its place.
  await startTen(visit, await minutely(dashboard, stage.reporting.jobId));
  await page.getByText('0 of 10 have ended').waitFor();
  expect([await visit.violations(), await visit.overflow()]).toEqual([[], 0]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Canceled: 5 of 10 runs had begun.').waitFor();
  expect(visit.complaints).toEqual([]);
  await visit.close();
}

/** What failed is run again once its number is typed. */
export async function runsFailedAgain(dashboard: Dashboard): Promise<void> {
  const job = { name: 'refunds', action: 'http://localhost:9/' };
  const made = await dashboard.makeIdleJob(job, TENANTS.acme);
  await dashboard.runNow(made);
  await dashboard.runNow(made);
  const visit = await dashboard.visitAs('--tenant', 'acme');
  const { page } = visit;
  const open = page.getByRole('button', { name: 'Run again what failed' });
  await visit.goto('/dashboard/runs?state=succeeded');
  await page.getByText('There are no successful runs').waitFor();
  expect(await open.count()).toBe(0);
  await visit.goto('/dashboard/runs?state=failed');
  await visit.firstLine('2 failed runs');
  await open.click();
  await countInVain(visit);
  await page.getByRole('button', { name: 'Count the runs' }).click();
  await page.getByText('2 runs that failed, 5 at a time').waitFor();
  expect([await visit.violations(), await visit.overflow()]).toEqual([[], 0]);
  const number = page.getByLabel('Type 2 to confirm');
  await number.fill('1000');
  await number.press('Enter');
  await page.getByText('This is not 2').waitFor();
  await number.fill('2');
  await number.press('Enter');
  await page.getByText('2 runs ended: 2 failed.').waitFor();
  await page.getByRole('link', { name: 'See these runs' }).click();
  await page.getByText('run again', { exact: true }).nth(1).waitFor();
  expect(visit.complaints).toEqual([]);
  await visit.close();
}

/** Asks for a count that comes to no end, and then for something else: nobody waits for the count any more. */
async function countInVain({ page }: Visit): Promise<void> {
  const operations = '**/api/jobs/*';
  await page.route(operations, (route) => route.fulfill({ json: { status: 'running' } }));
  const looked = page.waitForRequest(operations);
  await page.getByRole('button', { name: 'Count the runs' }).click();
  await looked;
  await page.getByLabel('At a time').selectOption('10');
  await page.getByRole('button', { name: 'Count the runs' }).waitFor();
  await page.getByLabel('At a time').selectOption('5');
  await page.unroute(operations);
}

/** The plan is gone through by keys, which lead to the runs of a minute. */
export async function readsThePlan(dashboard: Dashboard): Promise<void> {
  const visit = await dashboard.visitAs();
  const { page } = visit;
  await visit.firstLine(COUNTED);
  await page.keyboard.type('gp');
  const [clock = ''] = /\d\d:00/.exec(await visit.firstLine('with 9 runs')) ?? [];
  const map = page.getByRole('slider', { name: 'Planned runs by the minute' });
  const told = () => map.getAttribute('aria-valuetext');
  expect(await told()).toMatch(new RegExp(`${clock} UTC: 9 runs$`));
  await page.getByText(`Quiet near ${clock}`).waitFor();
  await page.getByText('Show as table').click();
  const rows = page.getByRole('table', { name: 'Planned runs' }).getByRole('row');
  expect(await rows.allTextContents()).toHaveLength(4);
  await map.press('ArrowDown');
  expect(await told()).toMatch(/:00 UTC: no runs$/);
  await page.getByText('Nothing is planned for this minute').waitFor();
  await map.press('ArrowUp');
  for (let step = 0; step < 4; step++) await map.press('ArrowRight');
  expect(await told()).toMatch(/:04 UTC: 1 run$/);
  await page.getByRole('link', { name: 'See this run in the list' }).waitFor();
  await map.press('Home');
  expect(await told()).toMatch(/:00 UTC: 9 runs$/);
  await map.press('Enter');
  await visit.firstLine(/^9 planned runs between/);
  expect(new URL(page.url()).search).toMatch(/^\?state=planned&from=[-\d]+T\d\d:00&to=[-\d]+T\d\d:01$/);
  expect(visit.complaints).toEqual([]);
  await visit.close();
  const tenant = await dashboard.signedIn('--tenant', 'gamma', '--viewer');
  await tenant.goto('/dashboard/plan');
  await tenant.firstLine('No runs are planned in the next 24 hours');
  expect([
    await tenant.violations(),
    await tenant.page.getByRole('link', { name: 'New job' }).count(),
  ]).toEqual([[], 0]);
  await tenant.close();
}

/** Orders the runs of ten minutes that have passed, once the count has been asked for anew. */
async function startTen(visit: Visit, path: string): Promise<void> {
  const { page } = visit;
  await visit.goto(path);
  await page.getByRole('button', { name: 'Make up past times' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make up past times' });
  const [from, to] = [dialog.getByLabel('From (UTC)'), dialog.getByLabel('Up to (UTC)')];
  const end = instantOf(await to.inputValue()) ?? 0;
  await from.fill(fieldText(end + MINUTE_MS));
  await dialog.getByRole('button', { name: 'Count the runs' }).click();
  await dialog.getByText('This has to be later').waitFor();
  await from.fill(fieldText(end - 9 * MINUTE_MS));
  await dialog.getByRole('button', { name: 'Count the runs' }).click();
  await dialog.getByText('10 runs, oldest first, 5 at a time; planned runs come before them.').waitFor();
  const start = dialog.getByRole('button', { name: 'Make up 10 runs' });
  await dialog.getByText('Newest first').click();
  expect(await start.count()).toBe(0);
  await dialog.getByRole('button', { name: 'Count the runs' }).click();
  await start.click();
}

/** Returns the page of a schedule for every minute that is switched off, of a job with the action of another one. */
async function minutely(dashboard: Dashboard, likeJobId: number): Promise<string> {
  const { action } = (await dashboard.call('GET', `/scheduler/jobs/${likeJobId}`)) as { action: string };
  const schedules = [{ cron: '* * * * * * 0', active: false }];
  const job = { name: `every minute like ${likeJobId}`, action, active: true, httpMethod: 'POST', schedules };
  const made = (await dashboard.call('POST', '/scheduler/jobs', job, TENANTS.beta)) as {
    jobId: number;
    schedules: { scheduleId: string }[];
  };
  return schedulePath(made.jobId, made.schedules[0]?.scheduleId ?? '');
}
