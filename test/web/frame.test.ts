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
    // What follows `g` is looked up together with it, and a panel that is open takes the keys.
    await page.keyboard.type('gn');
    const account = page.getByRole('button', { name: 'Account' });
    await account.click();
    await page.keyboard.type('gj');
    expect(page.url()).toBe(`${dashboard.origin}/dashboard/nothing`);
    await page.keyboard.press('Escape');
    await page.keyboard.type('go');
    await visit.firstLine(COUNTED);
    expect(page.url()).toBe(`${dashboard.origin}/dashboard/`);
    expect(await focused(visit)).toBe('content');
    expect(await page.title()).toBe('Home - Carillon');
    // A reader of screens is led to a page that is there, by its name.
    await visit.evaluate(`document.querySelector('main').addEventListener('focus', ({ target }) =>
      (window.ledTo = target.ariaLabel + ': ' + target.querySelector('h1')?.textContent))`);
    await page.keyboard.type('gj');
    await visit.firstLine(/3 jobs/);
    expect(await visit.evaluate('window.ledTo')).toBe('Jobs: 3 jobs, none failing');
    await page.keyboard.type('go');
    await visit.firstLine(COUNTED);
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

describe('The keyboard of a viewer', () => {
  it('makes no new job', async () => {
    const visit = await dashboard.visitAs('--viewer');
    const { page } = visit;
    await visit.firstLine(COUNTED);
    await page.getByRole('button', { name: 'Account of' }).waitFor();
    await page.keyboard.type('n?');
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    expect(page.url()).toBe(`${dashboard.origin}/dashboard/`);
    expect(await page.getByText('Make a new job').count()).toBe(0);
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
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 300 });
      await visit.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      const [bar, frame] = [await lost.boundingBox(), await page.getByRole('banner').boundingBox()];
      // It hangs at the lower border of the header.
      expect(Math.abs((bar?.y ?? -1) - (frame?.height ?? 0))).toBeLessThan(4);
    }
    await page.context().setOffline(false);
    await page.clock.runFor(POLL_MS);
    await lost.waitFor({ state: 'hidden' });
    await visit.close();
  });
});

describe('A list', () => {
  it('loads what is asked for while it is paused, and nothing by itself; what fails of it says so', async () => {
    const visit = await ticking(dashboard, '--tenant', 'beta');
    const { page } = visit;
    await visit.goto('/dashboard/jobs?sort=newest');
    await visit.firstLine(/jobs,/);
    const show = page.getByRole('navigation', { name: 'Show' });
    await page.route('**/dashboard/api/strips*', (route) =>
      route.fulfill({ status: 500, headers: { 'X-Request-Id': 'r-1' }, json: { detail: 'It is broken.' } }),
    );
    await page.reload();
    await page.getByText('The last runs are not shown').waitFor();
    await page.getByText('It is broken.').waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThan(1);
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Pause updates' }).click();
    await show.getByRole('link', { name: 'Failing' }).click();
    await page.getByText('No jobs found: failing now.').waitFor();
    await show.getByRole('link', { name: 'All' }).click();
    await page.getByText('No jobs found: failing now.').waitFor({ state: 'hidden' });
    await page.getByRole('img', { name: 'No runs yet' }).first().waitFor();

    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      asked.push(`${pathname} ${request.headers()['x-carillon-poll']}`);
    });
    await page.clock.runFor(10 * POLL_MS);
    // Who is signed in may have changed while the page was hidden: it alone is asked for again.
    const looked = page.waitForResponse('**/dashboard/api/session');
    await visit.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await looked;
    await visit.evaluate("window.dispatchEvent(new Event('online'))");
    expect(asked).toEqual(['/dashboard/api/session 1']);
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

  it('leaves the page as it is, which goes on when another tab has signed in', async () => {
    const { visit, dialog } = await ended();
    await visit.evaluate('window.isTheSamePage = true');
    const link = dialog.getByLabel('Or paste a link here');
    await link.fill('half a li');
    // A browser lets nobody hold a dialog open against a second Escape: it is opened again.
    for (let count = 0; count < 3; count++) await visit.page.keyboard.press('Escape');
    await visit.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    expect(await dialog.isVisible()).toBe(true);
    expect(await visit.evaluate("document.querySelector('dialog:modal') !== null")).toBe(true);
    expect(await link.inputValue()).toBe('half a li');
    await visit.signInBeside(await dashboard.link());
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
    await visit.signInBeside(await dashboard.link('--tenant', 'acme'));
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
