import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard } from './support/dashboard.js';

describe('A browser that does not trust the host', () => {
  it('is told that it kept no cookie, and what to do', async () => {
    // Over plain http every browser drops the cookie, unless the host is this machine itself.
    const dashboard = await Dashboard.start({ host: 'intranet.test' });
    atEndOfFile(() => dashboard.stop());
    const visit = await dashboard.visit();
    await visit.page.goto(await dashboard.link());
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await visit.page.getByRole('alert').filter({ hasText: 'Your browser kept no cookie' }).waitFor();
    await visit.page.getByText('npm start -- --tls').waitFor();
    expect(await visit.violations()).toEqual([]);
    expect(visit.page.url()).toBe(`${dashboard.origin}/dashboard/sign-in`);
    await visit.close();
  });
});
