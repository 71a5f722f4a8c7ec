import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard } from './support/dashboard.js';
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

  it('a page without a session leads to the sign-in, and back', async () => {
    const visit = await dashboard.visit();
    await visit.goto('/dashboard/nothing/here');
    await visit.page.waitForURL(`**${SIGN_IN}?to=%2Fdashboard%2Fnothing%2Fhere`);
    const { clientId, clientSecret } = await dashboard.credentials();
    await typeCredentials(visit, clientId, clientSecret);
    await visit.page.waitForURL('**/dashboard/nothing/here');
    expect(await visit.firstLine('There is')).toBe('There is no such page');
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
