import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard, TENANTS } from './support/dashboard.js';
import { COUNTED, setTheStage, ticking } from './support/scenes.js';
import type { Visit } from './support/visit.js';

const POLL_MS = 5_000;

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  await setTheStage(dashboard);
});

const focused = (visit: Visit) =>
  visit.evaluate('document.activeElement.id || document.activeElement.textContent');
const isCalled = (visit: Visit) => visit.page.waitForResponse('**/dashboard/api/overview*');

describe('The frame', () => {
  it('stands before any script has run', async () => {
    const visit = await dashboard.visit({ javaScriptEnabled: false });
    await visit.goto('/dashboard/');
    const { page } = visit;
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Home' }).isVisible()).toBe(true);
    expect(await page.getByRole('link', { name: 'Carillon' }).isVisible()).toBe(true);
    await visit.goto('/dashboard/sign-in');
    expect(await page.getByRole('heading', { name: 'Sign in to Carillon' }).isVisible()).toBe(true);
    await visit.close();
  });

  it('keeps a chosen theme, and shows no other before it', async () => {
    const visit = await dashboard.visitAs();
    const { page } = visit;
    await visit.firstLine(COUNTED);
    const colour = () => visit.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await colour();
    await page.getByText('Dark', { exact: true }).click();
    const dark = await colour();
    expect(dark).not.toBe(light);
    // The frame as its HTML has it, with the first script alone.
    await page.route('**/assets/{index,styles}-*.js', (route) => route.abort());
    await page.reload({ waitUntil: 'domcontentloaded' });
    expect(await colour()).toBe(dark);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.unroute('**/assets/{index,styles}-*.js');
    await page.reload();
    await visit.firstLine(COUNTED);
    await page.getByText('Light', { exact: true }).click();
    expect(await colour()).toBe(light);
    await page.getByText('System', { exact: true }).click();
    expect(await colour()).toBe(dark);
    await visit.close();
  });

  it('has its pages behind a button on a phone', async () => {
    const visit = await dashboard.visitAs();
    const { page } = visit;
    await visit.firstLine(COUNTED);
    await page.setViewportSize({ width: 390, height: 844 });
    const home = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' });
    expect(await home.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Pages' }).click();
    await home.waitFor();
    expect(await visit.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await home.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Pages' }).click();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('heading', { level: 1 }).click();
    expect(await home.isVisible()).toBe(true);
    await visit.close();
  });
});

describe('The keyboard', () => {
  it('skips to the content first', async () => {
    const visit = await dashboard.visitAs();
    await visit.firstLine(COUNTED);
    await visit.page.keyboard.press('Tab');
    expect(await focused(visit)).toBe('Skip to the content');
    await visit.page.keyboard.press('Enter');
    expect(await focused(visit)).toBe('content');
    await visit.close();
  });

  it('shows its keys, goes home by two of them, and takes none that are switched off', async () => {
    const visit = await dashboard.visitAs();
    const { page } = visit;
    const help = page.getByRole('dialog', { name: 'Help' });
    await visit.goto('/dashboard/nothing');
    await visit.firstLine('There is no such page');
    await page.keyboard.press('?');
    await help.waitFor();
    await page.keyboard.type('go');
    expect(page.url()).toBe(`${dashboard.origin}/dashboard/nothing`);
    await page.keyboard.press('Escape');
    expect(await help.isVisible()).toBe(false);
    await page.keyboard.type('go');
    await visit.firstLine(COUNTED);
    expect(page.url()).toBe(`${dashboard.origin}/dashboard/`);
    expect(await focused(visit)).toBe('content');
    expect(await page.title()).toBe('Home - Carillon');
    await page.keyboard.press('?');
    await page.getByLabel('Use these keys').uncheck();
    await page.keyboard.press('Escape');
    await page.reload();
    await visit.firstLine(COUNTED);
    await page.keyboard.press('?');
    expect(await help.isVisible()).toBe(false);
    await visit.close();
  });
});

describe('The home page', () => {
  it('counts anew every five seconds, and not while it is paused', async () => {
    const visit = await ticking(dashboard);
    const { page } = visit;
    await dashboard.makeJob('fourth', TENANTS.beta);
    const poll = isCalled(visit);
    await page.clock.runFor(POLL_MS);
    expect((await poll).request().headers()['x-carillon-poll']).toBe('1');
    // An answer may be two seconds old.
    while (!(await page.getByRole('link', { name: /^4 jobs/ }).isVisible())) await page.clock.runFor(POLL_MS);
    await page.getByRole('button', { name: 'Pause updates' }).click();
    let asked = 0;
    page.on('request', () => (asked += 1));
    await page.clock.runFor(10 * POLL_MS);
    await page.getByText('Paused at').waitFor();
    expect(asked).toBe(0);
    const fresh = isCalled(visit);
    await page.getByRole('button', { name: 'Resume updates' }).click();
    expect((await fresh).request().headers()['x-carillon-poll']).toBeUndefined();
    await visit.close();
  });

  it('says when no answer comes, keeps what it shows, and goes on by itself', async () => {
    const visit = await ticking(dashboard);
    const { page } = visit;
    await page.context().setOffline(true);
    await page.clock.runFor(POLL_MS);
    const lost = page.getByText('No answer from Carillon');
    await lost.waitFor();
    expect(await visit.firstLine(COUNTED)).toBe('No runs yet, and none is planned');
    await page.context().setOffline(false);
    await page.clock.runFor(POLL_MS);
    await lost.waitFor({ state: 'hidden' });
    await visit.close();
  });
});

describe('A session that ends while a page is open', () => {
  async function ended(): Promise<{ visit: Visit; dialog: ReturnType<Visit['page']['getByRole']> }> {
    const visit = await ticking(dashboard);
    await visit.send('DELETE', '/dashboard/api/session');
    await visit.page.clock.runFor(POLL_MS);
    const dialog = visit.page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    return { visit, dialog };
  }

  async function signInBeside(visit: Visit, link: string): Promise<void> {
    const beside = await visit.page.context().newPage();
    await beside.goto(link);
    await beside.getByRole('button', { name: 'Sign in' }).click();
    await beside.waitForURL('**/dashboard/');
    await beside.close();
  }

  it('leaves the page as it is, which goes on when another tab has signed in', async () => {
    const { visit, dialog } = await ended();
    await visit.evaluate('window.isTheSamePage = true');
    await visit.page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    await signInBeside(visit, await dashboard.link());
    await dialog.waitFor({ state: 'hidden' });
    expect(await visit.evaluate('window.isTheSamePage')).toBe(true);
    await visit.close();
  });

  it('leads to the sign-in in the same tab, which knows where one was', async () => {
    const { visit, dialog } = await ended();
    await dialog.getByRole('link', { name: 'Sign in here instead' }).click();
    await visit.page.getByRole('heading', { name: 'Sign in to Carillon' }).waitFor();
    expect(visit.page.url()).toBe(`${dashboard.origin}/dashboard/sign-in`);
    await visit.close();
  });

  it('shows nothing of before to someone else who has signed in', async () => {
    const { visit } = await ended();
    await signInBeside(visit, await dashboard.link('--tenant', 'acme'));
    await visit.page.getByText('Tenant acme in default').waitFor();
    expect(await visit.firstLine(COUNTED)).toBe('No jobs yet');
    await visit.close();
  });
});

describe('A tenant that is suspended', () => {
  it('leaves the way to another sign-in', async () => {
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const tenant = `/admin/v1/tenants/${TENANTS.acme}`;
    await dashboard.call('POST', `${tenant}/suspend`);
    await visit.page.reload();
    await visit.firstLine('You may not see this');
    await visit.page.getByRole('link', { name: 'Sign in as someone else' }).click();
    await visit.page.getByRole('heading', { name: 'Sign in to Carillon' }).waitFor();
    await dashboard.call('POST', `${tenant}/resume`);
    await visit.close();
  });
});
