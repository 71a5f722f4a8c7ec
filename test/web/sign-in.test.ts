import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard, TENANTS } from './support/dashboard.js';
import { COUNTED, setTheStage, typeCredentials } from './support/scenes.js';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  await setTheStage(dashboard);
});

const SIGN_IN = '/dashboard/sign-in';

describe('A one-time link', () => {
  it('says as whom it signs in, and signs in on a click', async () => {
    const visit = await dashboard.visit();
    const link = await dashboard.link('--tenant', 'acme');
    const { page } = visit;
    await page.goto(link);
    const facts = page.locator('dl');
    await facts.waitFor();
    expect(await facts.textContent()).toContain('Tenant admin');
    expect(await facts.textContent()).toContain('acme');
    expect(await visit.send('GET', '/dashboard/api/session')).toBe(401);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/dashboard/');
    expect(await visit.firstLine(COUNTED)).toBe('No jobs yet');
    await page.getByText('Tenant acme in default').waitFor();
    await visit.close();
  });

  it('leaves its code neither in the address nor in the history', async () => {
    const visit = await dashboard.visit();
    await visit.goto(SIGN_IN);
    await visit.page.goto('about:blank');
    await visit.page.goto(await dashboard.link());
    await visit.page.getByText('The link works once').waitFor();
    expect(visit.page.url()).toBe(dashboard.origin + SIGN_IN);
    expect(await visit.evaluate('location.hash + document.documentElement.outerHTML')).not.toContain('code=');
    await visit.page.goBack();
    await visit.page.goForward();
    expect(visit.page.url()).toBe(dashboard.origin + SIGN_IN);
    await visit.close();
  });

  it('signs in where it is pasted into the tab that shows the sign-in', async () => {
    const visit = await dashboard.visit();
    await visit.goto(SIGN_IN);
    await visit.page.getByText('npm run sign-in').waitFor();
    for (const role of ['Provider viewer', 'Provider admin']) {
      // Only what follows the # differs: the browser changes the address and loads nothing.
      await visit.page.goto(await dashboard.link(...(role === 'Provider viewer' ? ['--viewer'] : [])));
      await visit.page.locator('dl').filter({ hasText: role }).waitFor();
      expect(visit.page.url()).toBe(dashboard.origin + SIGN_IN);
    }
    await visit.close();
  });

  it('works once', async () => {
    const [first, second] = [await dashboard.visit(), await dashboard.visit()];
    const link = await dashboard.link();
    for (const { page } of [first, second]) {
      await page.goto(link);
      await page.getByText('The link works once').waitFor();
    }
    await first.page.getByRole('button', { name: 'Sign in' }).click();
    await first.page.waitForURL('**/dashboard/');
    await second.page.getByRole('button', { name: 'Sign in' }).click();
    await second.page.getByRole('alert').filter({ hasText: 'This link cannot be used' }).waitFor();
    await second.page.getByText('npm run sign-in').waitFor();
    expect(await second.page.getByText('The link works once').count()).toBe(0);
    // In the browser that it has signed in, a second tab says so.
    const tab = await first.page.context().newPage();
    await tab.goto(link);
    await tab.getByText('This link cannot be used').waitFor();
    await tab.getByText('You are signed in as').waitFor();
    await second.page.goto('about:blank');
    await second.page.goto(link);
    await second.page.getByText('This link cannot be used').waitFor();
    await second.page.getByText('npm run sign-in').waitFor();
    expect(second.page.url()).toBe(dashboard.origin + SIGN_IN);
    for (const each of [first, second]) await each.close();
  });

  it('says what it would replace, and leaves it where one stays', async () => {
    const visit = await dashboard.visitAs('--tenant', 'acme');
    const { page } = visit;
    await page.goto(await dashboard.link('--viewer'));
    await page.getByText('You are signed in as tenant admin of acme').waitFor();
    await page.getByRole('link', { name: 'Stay as you are' }).click();
    expect(await visit.firstLine(COUNTED)).toBe('No jobs yet');
    await page.goto(await dashboard.link('--viewer'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await visit.firstLine(/^No runs/)).toBe('No runs yet, and none is planned');
    await visit.close();
  });
});

describe('Typed credentials', () => {
  it('sign in as the provider, or as a tenant by its subdomain', async () => {
    const { clientId, clientSecret } = await dashboard.credentials();
    for (const [subdomain, eyes, line] of [
      ['', 'All tenants of default', 'No runs yet, and none is planned'],
      ['beta', 'Tenant beta in default', 'No runs yet, and none is planned'],
      ['acme', 'Tenant acme in default', 'No jobs yet'],
    ] as const) {
      const visit = await dashboard.visit();
      await visit.goto(SIGN_IN);
      await typeCredentials(visit, clientId, clientSecret, subdomain);
      expect(await visit.firstLine(COUNTED)).toBe(line);
      await visit.page.getByText(eyes).waitFor();
      await visit.close();
    }
  });

  it('show what is missing at its field, and go nowhere', async () => {
    const visit = await dashboard.visit();
    await visit.goto(SIGN_IN);
    await typeCredentials(visit, ' ', '');
    const field = visit.page.getByLabel('Client id');
    await visit.page.getByText('Enter the client id').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await visit.evaluate('document.activeElement.id')).toBe('clientId');
    expect(visit.page.url()).toBe(dashboard.origin + SIGN_IN);
    await visit.close();
  });

  it('say when they are wrong, and after too many attempts when to try again', async () => {
    const visit = await dashboard.visit();
    await visit.goto(SIGN_IN);
    await typeCredentials(visit, 'somebody', 'wrong');
    const alert = visit.page.getByRole('alert').filter({ hasText: 'These credentials are not right' });
    const blocked = visit.page.getByText('Too many attempts', { exact: true });
    await alert.waitFor();
    // Ten of one client from one address are permitted in a minute.
    for (let count = 0; count < 10 && !(await blocked.isVisible()); count += 1) {
      const answered = visit.page.waitForResponse('**/sign-in/credentials');
      await visit.page.getByRole('button', { name: 'Sign in' }).click();
      await answered;
      await alert.or(blocked).first().waitFor();
    }
    await blocked.waitFor();
    expect(await visit.page.locator('form').textContent()).toMatch(/Try again in \d+ s\./);
    await visit.close();
  });
});

describe('After the sign-in', () => {
  it('one is where one wanted to go, and nowhere else', async () => {
    for (const [asked, there] of [
      ['/dashboard/nothing/here?tab=2', '/dashboard/nothing/here?tab=2'],
      ['https://evil.example/dashboard/', '/dashboard/'],
    ] as const) {
      const visit = await dashboard.visit();
      const link = new URL(await dashboard.link());
      link.search = new URLSearchParams({ to: asked }).toString();
      await visit.page.goto(link.href);
      await visit.page.getByRole('button', { name: 'Sign in' }).click();
      await visit.page.waitForURL(dashboard.origin + there);
      await visit.close();
    }
  });

  it.each([
    ['/dashboard/nothing/here', 'There is no such page'],
    ['/dashboard/as/acme/', 'No jobs yet'],
  ])('a page without a session leads to the sign-in, and back: %s', async (path, first) => {
    const visit = await dashboard.visit();
    await visit.goto(path);
    await visit.page.waitForURL(`**${SIGN_IN}?to=${encodeURIComponent(path)}`);
    const { clientId, clientSecret } = await dashboard.credentials();
    await typeCredentials(visit, clientId, clientSecret);
    await visit.page.waitForURL(`**${path}`);
    expect(await visit.firstLine(first)).toBe(first);
    await visit.close();
  });

  it('one signs out from every page', async () => {
    const visit = await dashboard.visitAs();
    await visit.page.getByRole('button', { name: 'Account of' }).click();
    await visit.page.getByRole('button', { name: 'Sign out' }).click();
    await visit.page.waitForURL(`**${SIGN_IN}`);
    expect(await visit.send('GET', '/dashboard/api/session')).toBe(401);
    await visit.close();
  });
});

describe('A change of a job', () => {
  it('is changed once, whatever comes between: an end of the session, another change, a lost answer', async () => {
    await dashboard.subscribe('gamma');
    const idle = { name: 'interrupted', action: 'http://localhost:9/' };
    const job = await dashboard.makeIdleJob(idle, TENANTS.gamma);
    const path = `/scheduler/jobs/${job.jobId}`;
    const visit = await dashboard.visitAs('--tenant', 'gamma');
    const { page } = visit;
    const isActive = async () =>
      ((await dashboard.call('GET', path, undefined, job.tenant)) as { active: boolean }).active;
    const ended = page.getByRole('dialog', { name: 'Your session has ended' });
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const afterAnEnd = async (name: string) => {
      await visit.send('DELETE', '/dashboard/api/session');
      await press(name);
      await ended.waitFor();
      await visit.signInBeside(await dashboard.link('--tenant', 'gamma'));
    };
    await visit.goto(`/dashboard/jobs/${job.jobId}`);
    await visit.firstLine(/^No runs yet/);
    await afterAnEnd('Deactivate');
    await page.getByText('is inactive.').waitFor();
    expect(await isActive()).toBe(false);
    await afterAnEnd('Undo');
    await page.getByText('Undone.').waitFor();
    expect(await isActive()).toBe(true);
    expect(await visit.evaluate('document.activeElement.id')).toBe('status-bar');

    await press('Deactivate');
    await page.getByText('is inactive.').waitFor();
    await dashboard.call('PUT', path, { active: true, description: 'of another' }, job.tenant);
    await press('Undo');
    await page.getByText('it was changed meanwhile').waitFor();
    expect(await isActive()).toBe(true);

    await page.route(`**${path}`, async (route) => {
      await route.fetch();
      await route.abort();
    });
    await press('Deactivate');
    await page.getByText('It may have been done all the same').waitFor();
    expect(await isActive()).toBe(false);
    await visit.firstLine('Inactive: nothing runs');
    await page.unrouteAll();

    await dashboard.call('POST', `/admin/v1/tenants/${job.tenant}/suspend`);
    await press('Activate');
    await page.getByText('You may not do this').waitFor();
    await page.getByText('The tenant is suspended: ask').first().waitFor();
    await dashboard.call('POST', `/admin/v1/tenants/${job.tenant}/resume`);
    await visit.close();
  });
});
