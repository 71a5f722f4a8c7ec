import type { Route } from 'playwright-core';
import { atEndOfFile } from '../support/end-of-file.js';
import { withHeaders } from './support/calls-journey.js';
import { Dashboard, TENANTS } from './support/dashboard.js';
import { at, editOf, fillIn, scheduleOf } from './support/editor-scenes.js';
import { setTheEditorStage, type EditorStage } from './support/editor-stage.js';
import { runsOf } from './support/run-stage.js';
import type { Visit } from './support/visit.js';
import { withZones } from './support/zone-journey.js';

const NEW = '/dashboard/jobs/new';

let dashboard: Dashboard;
let stage: EditorStage;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  stage = await setTheEditorStage(dashboard);
  atEndOfFile(() => stage.end());
});

type Wire = Record<string, unknown>;

/** Returns a job as the API shows it, undefined where there is none. */
async function stored(name: string, tenant: string = TENANTS.acme): Promise<Wire | undefined> {
  const { results } = (await dashboard.call('GET', '/scheduler/jobs?page_size=100', undefined, tenant)) as {
    results: Wire[];
  };
  const found = results.find((job) => job['name'] === name);
  const path = `/scheduler/jobs/${String(found?.['jobId'])}?displaySchedules=true`;
  return found && ((await dashboard.call('GET', path, undefined, tenant)) as Wire);
}

const press = ({ page }: Visit, name: string) => page.getByRole('button', { name, exact: true }).click();

describe('A first job', () => {
  it('is made from the empty list with a form that is filled in, and is tried before', async () => {
    const visit = await at(dashboard, '/dashboard/jobs', ['--tenant', 'beta']);
    const { page } = visit;
    await visit.firstLine('No jobs yet');
    await page.getByRole('link', { name: 'New job with an example' }).click();
    await visit.firstLine(/^Runs every 10 seconds/);
    await page.getByText('8,640 runs a day').waitFor();
    expect(await page.getByRole('table', { name: 'The next 10 firings' }).getByRole('row').count()).toBe(11);
    expect(await page.getByLabel('Address').inputValue()).toBe('http://localhost:4000/tick');
    await page.getByLabel('Address').fill(stage.target.url('/report'));
    await press(visit, 'Test call');
    await page.getByText(/^The endpoint answered 200 after/).waitFor();
    const former = page.getByText('From before you changed what is called');
    await page.getByLabel('Method').selectOption('GET');
    await former.waitFor();
    await page.getByLabel('Method').selectOption('POST');
    await former.waitFor({ state: 'hidden' });
    expect(await stored('my first job', TENANTS.beta)).toBeUndefined();
    await press(visit, 'Create job');
    await page.getByText('my first job is made.').waitFor();
    await visit.firstLine(/^No runs yet; the first comes |^Healthy/);
    expect(await stored('my first job', TENANTS.beta)).toMatchObject({
      ...{ active: true, httpMethod: 'POST', action: stage.target.url('/report') },
      schedules: [{ active: true, repeatInterval: '10 seconds' }],
    });
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('is seen running', async () => {
    const visit = await at(dashboard, NEW);
    const { page } = visit;
    await fillIn(visit, 'at once', stage.target.url('/report'));
    await page.getByText('Once', { exact: true }).click();
    await page.getByLabel('Once at').fill('now');
    await visit.firstLine(/^Runs once/);
    await press(visit, 'Create job');
    await page.getByText('at once is made.').waitFor();
    const [schedule] = (await stored('at once'))?.['schedules'] as { scheduleId: string }[];
    for (let state = ''; state !== 'SUCCESS';)
      state = (await runsOf(dashboard, `scheduleId=${schedule?.scheduleId}`))[0]?.state ?? '';
    await page.reload();
    await page.getByRole('slider', { name: 'Last run: 1 succeeded' }).waitFor();
    // Its only run has ended, and so has its schedule.
    await visit.firstLine(/^Ran once .* and succeeded$/);
    await page.getByText('Run now with other data').click();
    const data = page.getByLabel('Data of this run');
    await data.fill('{"month": 12,}');
    await press(visit, 'Run with this data');
    await page.getByText(/^This is no JSON: /).waitFor();
    const before = stage.target.calls.length;
    await data.fill('{"month": 11}');
    await press(visit, 'Run with this data');
    await page.getByText('The run succeeded.').waitFor();
    await page.getByRole('link', { name: 'Open this run' }).waitFor();
    const calls = (await stage.target.received(before + 1)).slice(before);
    expect(calls.map(({ body }) => JSON.parse(body))).toContainEqual({ month: 11 });
    await visit.close();
  });

  it('is asked for as the service says when it is run now', async () => {
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const { page } = visit;
    await page.clock.install();
    await visit.goto(`/dashboard/jobs/${stage.simple.jobId}`);
    let asked = 0;
    await page.route(/:\d+\/api\/jobs\/[^/]+$/, async (route) => {
      asked += 1;
      await route.fulfill({ json: { status: 'running' }, headers: { 'Retry-After': '7' } });
    });
    await press(visit, 'Run now');
    await page.getByText('waiting for the outcome').waitFor();
    let waitedMs = 0;
    for (; asked < 2; waitedMs += 500) await page.clock.runFor(500);
    expect(waitedMs).toBeGreaterThan(6_000);
    await visit.close();
  });
});

describe('What calls of a job carry', () => {
  it('is set and tried, and kept, replaced or taken off without its values being shown', () =>
    withHeaders(dashboard, stage));
});

describe('The preview', () => {
  it('drops the answer to what was written before', async () => {
    const visit = await at(dashboard, NEW);
    const { page } = visit;
    const held = new Promise<Route>((resolve) => {
      void page.route('**/scheduler/preview', (route) => resolve(route), { times: 1 });
    });
    const field = page.getByLabel('Cron pattern');
    await field.fill('* * * * 3 0 0');
    const first = await held;
    await visit.firstLine('Reading the schedule ...');
    await field.fill('* * * * 4 0 0');
    await visit.firstLine('Runs every day at 04:00 UTC');
    // The page has given it up, so the browser may not take it any more.
    await first.continue().catch(() => undefined);
    expect(await visit.firstLine(/^Runs/)).toMatch(/^Runs every day at 04:00 UTC/);
    await visit.close();
  });

  it('is never said of another schedule than the one that is written', async () => {
    const visit = await at(dashboard, NEW);
    const { page } = visit;
    const field = page.getByLabel('Cron pattern');
    const save = page.locator('.save');
    await save.getByText('No schedule is written yet.').waitFor();
    await field.fill('* * * * 3 0 0');
    await save.getByText(/^First run (today|tomorrow) at 03:00 UTC\.$/).waitFor();
    await field.fill('0 9 * * 1');
    await save.getByText('The schedule cannot be read yet.').waitFor();
    await page.getByRole('button', { name: /^Use / }).waitFor();
    const held = new Promise<Route>((resolve) => {
      void page.route('**/scheduler/preview', (route) => resolve(route), { times: 1 });
    });
    await field.fill('2098 * * * 3 0 0');
    const asked = await held;
    await save.getByText('Reading the schedule ...').waitFor();
    expect(await page.getByRole('button', { name: /^Use / }).count()).toBe(0);
    await asked.abort();
    await save.getByText('When it runs is not known: no answer came.').waitFor();
    await visit.firstLine('New job');
    expect(await page.getByRole('table', { name: 'The next 10 firings' }).count()).toBe(0);
    await field.fill('2099 * * * 3 0 0');
    await save.getByText('First run on 2099-01-01 at 03:00 UTC.').waitFor();
    await visit.close();
  });

  it('stands in the zone of the reader too, or in one of the schedule, which is kept and taken off again', () =>
    withZones(dashboard, stage));

  it('offers what a line of Linux means, which is saved then', async () => {
    const visit = await at(dashboard, editOf(stage.simple));
    const { page } = visit;
    await page.getByLabel('Cron pattern').fill('0 9 * * 1');
    await visit.firstLine('This schedule cannot be read yet');
    await press(visit, 'Use * * * mon 9 0 0');
    await visit.firstLine(/^Runs every Monday at 09:00 UTC/);
    await press(visit, 'Save');
    await page.getByText('nightly report is saved.').waitFor();
    const job = await stored('nightly report');
    expect(job).toMatchObject({
      ...{ description: 'Sends the sales of the day', user: 'reporter', active: true },
      schedules: [{ cron: '* * * mon 9 0 0', data: '{"month":12}', active: true }],
    });
    await visit.close();
  });
});

describe('A duplicate', () => {
  it('takes all schedules along, and says what it does not', async () => {
    const visit = await at(dashboard, `/dashboard/jobs/${stage.several.jobId}`);
    const { page } = visit;
    await page.getByRole('link', { name: 'Duplicate' }).click();
    await page.getByText('2 other schedules are copied along').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('invoices copy');
    await press(visit, 'Create job');
    await page.getByText('invoices copy is made.').waitFor();
    const [job, copy] = [await stored('invoices'), await stored('invoices copy')];
    const timings = (of: Wire | undefined) =>
      (of?.['schedules'] as Wire[]).map(({ scheduleId: _id, nextRunAt: _next, ...schedule }) => schedule);
    expect(timings(copy)).toEqual(timings(job));
    await visit.close();
  });
});

describe('What is wrong', () => {
  it('lands at its field, which is gone to, and all else stays', async () => {
    const visit = await at(dashboard, NEW);
    const { page } = visit;
    await press(visit, 'Create job');
    await page.getByText('Enter the address of your endpoint').waitFor();
    // The focus stays where one types, while another field is wrong too.
    await page.keyboard.type('invoices');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('invoices');
    await page.getByLabel('Address of your endpoint').fill(stage.target.url());
    await press(visit, 'Every hour');
    await press(visit, 'Create job');
    await page.getByText('This is already in use by another job').waitFor();
    const focused = await visit.evaluate('document.activeElement.id');
    expect(focused).toBe('name');
    const said = await visit.evaluate(
      "document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent",
    );
    expect(said).toMatch(/choose another name/);
    await page.keyboard.press('End');
    await page.keyboard.type(' 2');
    await page.keyboard.press('Enter');
    await page.getByText('invoices 2 is made.').waitFor();
    await visit.close();
  });

  it('is said of the part that was refused, where the other one is saved', async () => {
    const visit = await at(dashboard, `${NEW}?from=${stage.simple.jobId}`);
    const { page } = visit;
    await page.getByLabel('Name', { exact: true }).fill('half');
    await press(visit, 'Create job');
    await page.getByRole('link', { name: 'Edit', exact: true }).first().click();
    await press(visit, 'Daily at 03:00');
    await page.getByLabel('User').fill('a:b');
    await press(visit, 'Save');
    await page.getByText('It must not contain colons').waitFor();
    await page.getByText('The schedule is saved already').waitFor();
    expect(await stored('half')).toMatchObject({ user: 'reporter', schedules: [{ cron: '* * * * 3 0 0' }] });
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()));
    await page.getByLabel('User').fill('');
    await press(visit, 'Save');
    await page.getByText('half is saved.').waitFor();
    expect(sent.filter((url) => url.includes('/schedules/'))).toEqual([]);
    expect(await stored('half')).toMatchObject({ user: null });
    await visit.close();
  });
});

describe('Several schedules', () => {
  it('are added, changed and deleted one by one', async () => {
    const visit = await at(dashboard, `/dashboard/jobs/${stage.several.jobId}`);
    const { page } = visit;
    await page.getByRole('link', { name: 'Add a schedule' }).click();
    await visit.firstLine('New schedule of invoices');
    await press(visit, 'Last of the month');
    await visit.firstLine(/^Runs on the last day of each month at 18:00 UTC/);
    await press(visit, 'Add schedule');
    await page.getByText('invoices has a new schedule.').waitFor();
    await page.getByRole('link', { name: 'Edit: Every day at 18:40 UTC' }).click();
    await page.getByLabel('The schedule is active').check();
    await visit.firstLine(/^Runs every day at 18:40 UTC/);
    await press(visit, 'Save');
    await page.getByText('The schedule of invoices is saved.').waitFor();
    await visit.goto(scheduleOf(stage.several, 2));
    await press(visit, 'Delete the schedule ...');
    await page.getByText('with 0 run logs. The job stays.').waitFor();
    await page.getByLabel('Type 3 years to confirm').fill('3 years');
    await press(visit, 'Delete for good');
    await page.getByText('A schedule of invoices is deleted.').waitFor();
    expect(((await stored('invoices'))?.['schedules'] as Wire[]).map(({ active }) => active)).toEqual([
      ...[true, true, true],
    ]);
    await visit.close();
  });
});
