import { eyesAt } from '../../web/src/paths.js';

/** Returns whether the router of a page at an address follows a link by itself. */
function follows(pathname: string, href: string): boolean {
  const { routed } = eyesAt(pathname);
  return typeof routed === 'string' ? href.startsWith(routed) : routed.test(href);
}

describe("The pages' router", () => {
  it.each(['/dashboard/', '/dashboard/jobs?page=2', '/dashboard/sign-ins', '/dashboard/apis'])(
    'follows %s by itself',
    (href) => expect(follows('/dashboard/jobs', href)).toBe(true),
  );

  it.each([
    // Other eyes are another document: nothing that was seen with the former ones is left.
    '/dashboard/as/acme/',
    '/dashboard/as/acme/jobs',
    '/dashboard/sign-in',
    '/dashboard/sign-in?to=%2Fdashboard%2Fjobs',
    '/dashboard/sign-in#code=x',
    '/dashboard/api/runs/download',
    '/docs',
    '/openapi.json',
  ])('leaves %s to the browser', (href) => expect(follows('/dashboard/jobs', href)).toBe(false));
});

describe('The router of a page with the eyes of a tenant', () => {
  const at = '/dashboard/as/acme/jobs/7';

  it.each(['/dashboard/as/acme/', '/dashboard/as/acme/runs?state=failed'])('follows %s by itself', (href) =>
    expect(follows(at, href)).toBe(true),
  );

  it.each([
    '/dashboard/',
    '/dashboard/tenants/1',
    '/dashboard/as/beta/',
    '/dashboard/as/acmes/',
    '/dashboard/api/runs/download?scope=tenant/1',
    '/dashboard/sign-in',
  ])('leaves %s to the browser', (href) => expect(follows(at, href)).toBe(false));
});

describe('An address', () => {
  it.each([
    ['/dashboard/', null, '/dashboard'],
    ['/dashboard/as', null, '/dashboard'],
    ['/dashboard/assets/x', null, '/dashboard'],
    ['/dashboard/as/acme', 'acme', '/dashboard/as/acme'],
    ['/dashboard/as/acme/', 'acme', '/dashboard/as/acme'],
    ['/dashboard/as/acme/jobs/7', 'acme', '/dashboard/as/acme'],
  ])('%s is looked at with the eyes of %s', (pathname, subdomain, root) =>
    expect(eyesAt(pathname)).toMatchObject({ subdomain, root }),
  );
});
