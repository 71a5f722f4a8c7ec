import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard, TENANTS } from './support/dashboard.js';
import { at, fillIn } from './support/editor-scenes.js';
import type { Visit } from './support/visit.js';

const NEW = '/dashboard/jobs/new';
const ACTION = 'http://localhost:9/never';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  for (const subdomain of ['acme', 'beta'] as const) await dashboard.subscribe(subdomain);
  await dashboard.makeJob('there already', TENANTS.acme);
});

async function namesOf(tenant: string): Promise<string[]> {
  const page = await dashboard.call('GET', '/scheduler/jobs?page_size=100', undefined, tenant);
  return (page as { results: { name: string }[] }).results.map(({ name }) => name);
}

/** Opens a form with a job in it that is not saved. */
async function typed(name: string): Promise<Visit> {
  const visit = await at(dashboard, NEW);
  await fillIn(visit, name, ACTION);
  await visit.page.getByRole('button', { name: 'Mondays at 09:00' }).click();
  await visit.firstLine(/^Runs every Monday/);
  return visit;
}

const nameIn = ({ page }: Visit) => page.getByLabel('Name', { exact: true }).inputValue();
const question = ({ page }: Visit) => page.getByRole('dialog', { name: 'Leave without saving?' });

describe('A session that ends while a form is open', () => {
  async function ended(name: string) {
    const visit = await typed(name);
    await visit.send('DELETE', '/dashboard/api/session');
    await visit.page.getByRole('button', { name: 'Create job' }).click();
    const dialog = visit.page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    return { visit, dialog };
  }

  async function signInBeside(visit: Visit, ...words: string[]): Promise<void> {
    const beside = await visit.page.context().newPage();
    await beside.goto(await dashboard.link(...words));
    await beside.getByRole('button', { name: 'Sign in' }).click();
    await beside.waitForURL('**/dashboard/');
    await beside.close();
  }

  it('keeps it, and sends it once another tab has signed in', async () => {
    const { visit, dialog } = await ended('sent again');
    await signInBeside(visit, '--tenant', 'acme');
    await visit.page.getByText('sent again is made.').waitFor();
    expect(await dialog.isVisible()).toBe(false);
    expect((await namesOf(TENANTS.acme)).filter((name) => name === 'sent again')).toHaveLength(1);
    await visit.close();
  });

  it('keeps it, and sends it once a link was pasted', async () => {
    const { visit, dialog } = await ended('sent by a link');
    await dialog.getByLabel('Or paste a link here').fill(await dashboard.link('--tenant', 'acme'));
    await dialog.getByRole('button', { name: 'Go on with this link' }).click();
    await visit.page.getByText('sent by a link is made.').waitFor();
    expect(await namesOf(TENANTS.acme)).toContain('sent by a link');
    await visit.close();
  });

  it('sends it for nobody else, and shows it to nobody else', async () => {
    const { visit } = await ended('mine alone');
    await signInBeside(visit, '--tenant', 'beta');
    await visit.page.getByText('Tenant beta in default').waitFor();
    await visit.firstLine('New job');
    expect(await nameIn(visit)).toBe('');
    expect(await namesOf(TENANTS.beta)).toEqual([]);
    expect(await namesOf(TENANTS.acme)).not.toContain('mine alone');
    await visit.close();
  });
});

describe('What is typed and not saved', () => {
  it('is asked about by every way that leads elsewhere, and stays', async () => {
    const visit = await at(dashboard, '/dashboard/jobs');
    const { page } = visit;
    await page.getByRole('link', { name: 'New job' }).click();
    await visit.firstLine('New job');
    await page.getByLabel('Name', { exact: true }).fill('half');
    const ways = [
      () => page.getByRole('link', { name: 'Cancel' }).click(),
      () => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click(),
      () => page.goBack(),
      async () => {
        await page.getByRole('heading', { level: 1 }).click();
        await page.keyboard.type('go');
      },
    ];
    for (const leave of ways) {
      await leave();
      await question(visit).waitFor();
      await question(visit).getByRole('button', { name: 'Stay and go on' }).click();
      await question(visit).waitFor({ state: 'hidden' });
      await page.waitForURL(`**${NEW}`);
      expect(await nameIn(visit)).toBe('half');
    }
    await page.getByRole('link', { name: 'Cancel' }).click();
    await question(visit).getByRole('button', { name: 'Leave without saving' }).click();
    await visit.firstLine(/jobs?,/);
    expect(new URL(page.url()).pathname).toBe('/dashboard/jobs');
    await visit.close();
  });

  it('is asked about by the browser before the document goes', async () => {
    const visit = await typed('half');
    const asked = visit.page.waitForEvent('dialog');
    const reloading = visit.page.reload();
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await reloading;
    await visit.firstLine('New job');
    await visit.close();
  });

  it('is nothing where nothing was typed', async () => {
    const visit = await at(dashboard, `${NEW}?example=1`);
    await visit.firstLine(/^Runs every 10 seconds/);
    await visit.page.getByRole('link', { name: 'Cancel' }).click();
    await visit.firstLine(/jobs?,/);
    expect(await question(visit).isVisible()).toBe(false);
    await visit.close();
  });
});

describe('What is saved', () => {
  it('is asked about where somebody else has changed the same field meanwhile', async () => {
    const job = { name: 'of two tabs', action: ACTION };
    const { jobId } = await dashboard.makeIdleJob(job, TENANTS.acme);
    const path = `/scheduler/jobs/${jobId}`;
    const stored = () => dashboard.call('GET', path, undefined, TENANTS.acme);
    const visit = await at(dashboard, `/dashboard/jobs/${jobId}/edit`);
    const { page } = visit;
    await page.locator('#description').fill('by me');
    await dashboard.call('PUT', path, { description: 'by another', httpMethod: 'PUT' }, TENANTS.acme);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Stands now: by another').waitFor();
    await page.getByText('You typed: by me').waitFor();
    expect(await stored()).toMatchObject({ description: 'by another' });
    expect(await visit.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Save mine all the same' }).click();
    await page.getByText('of two tabs is saved.').waitFor();
    // What was not typed stays as the other one has left it.
    expect(await stored()).toMatchObject({ description: 'by me', httpMethod: 'PUT' });
    await visit.close();
  });

  it('is found where only the answer got lost', async () => {
    const visit = await typed('made unheard');
    const { page } = visit;
    await page.route('**/scheduler/jobs', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Create job' }).click();
    const told = page.getByText('A job of this name is there now:');
    await told.getByRole('link', { name: 'made unheard' }).waitFor();
    await visit.close();
  });
});

describe('The keyboard alone', () => {
  it('makes a job', async () => {
    const visit = await at(dashboard, '/dashboard/jobs');
    const { page } = visit;
    await visit.firstLine(/jobs?,/);
    await page.keyboard.press('n');
    await visit.firstLine('New job');
    const focused = async () => visit.evaluate('document.activeElement.id || document.activeElement.value');
    const to = async (id: string) => {
      while ((await focused()) !== id) await page.keyboard.press('Tab');
    };
    await to('name');
    await page.keyboard.type('by keys');
    await to('action');
    await page.keyboard.type(ACTION);
    await to('cron');
    await page.keyboard.press('ArrowRight');
    await to('timing');
    await page.keyboard.type('1 year');
    await visit.firstLine(/^Runs every /);
    await page.keyboard.press('Enter');
    await page.getByText('by keys is made.').waitFor();
    expect(await namesOf(TENANTS.acme)).toContain('by keys');
    await visit.close();
  });
});

describe('A viewer', () => {
  it('is offered nothing that makes or changes a job', async () => {
    const words = ['--tenant', 'acme', '--viewer'];
    const visit = await at(dashboard, '/dashboard/jobs', words);
    const { page } = visit;
    await visit.firstLine(/jobs?,/);
    expect(await page.getByRole('link', { name: 'New job' }).count()).toBe(0);
    await page.getByRole('link', { name: 'there already' }).click();
    await page.getByText('You may look at this job and not change it.').waitFor();
    for (const name of ['Edit', 'Duplicate', 'Add a schedule']) {
      expect(await page.getByRole('link', { name }).count()).toBe(0);
    }
    await visit.goto(NEW);
    await visit.firstLine('You may look and not change');
    await visit.close();
  });
});
