import fc from 'fast-check';
import { returnPath } from '../../web/src/pages/sign-in/return-path.js';

const ORIGIN = 'http://localhost:3000';

describe('The path to return to after a sign-in', () => {
  it.each([
    '/dashboard/',
    '/dashboard/jobs?state=failing&page=2',
    '/dashboard/jobs/7/schedules/x#runs',
    '/dashboard/as/acme/',
    '/dashboard/sign-input',
  ])('is the page that was asked for: %s', (path) => {
    expect(returnPath(path, ORIGIN)).toBe(path);
  });

  it.each([
    ['nothing', null],
    ['nothing', ''],
    ['another site', 'https://evil.example/dashboard/'],
    ['another site without a scheme', '//evil.example/dashboard/'],
    ['another site with backslashes', '\\\\evil.example\\dashboard\\'],
    ['another site behind a tab', '/\t/evil.example/dashboard/'],
    ['another port', 'http://localhost:3001/dashboard/'],
    ['another scheme', 'https://localhost:3000/dashboard/'],
    ['a script', 'javascript:alert(1)//dashboard/'],
    ['data', 'data:text/html,/dashboard/'],
    ['what is above the dashboard', '/dashboard/../docs'],
    ['what is above it, encoded', '/dashboard/%2e%2e/docs'],
    ['what only begins alike', '/dashboards/'],
    ['what only begins alike', '/dashboard'],
    ['the API', '/dashboard/api/session'],
    ['the sign-in itself', '/dashboard/sign-in?to=/dashboard/sign-in'],
    ['the sign-in in other letters', '/dashboard/Sign-In/'],
  ])('is the home page for %s (%s)', (_what, path) => {
    expect(returnPath(path, ORIGIN)).toBe('/dashboard/');
  });

  const parts = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '@',
    ':',
    '?',
    '#',
    '\t',
    'dashboard',
    'http:',
    'evil.example',
    'api',
    'x',
  );
  const pieces = fc.array(parts, { maxLength: 12 }).map((each) => each.join(''));
  const below = pieces.map((path) => `/dashboard/${path}`);
  const asked = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), pieces, below);

  it('never leaves the dashboard, whatever is asked for', () => {
    fc.assert(
      fc.property(asked, (path) => {
        const there = new URL(returnPath(path, ORIGIN), ORIGIN);
        expect(there.origin).toBe(ORIGIN);
        expect(there.pathname.startsWith('/dashboard/')).toBe(true);
        expect(there.pathname.toLowerCase().startsWith('/dashboard/api/')).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('stays the same when it is asked for again', () => {
    fc.assert(
      fc.property(asked, (path) => {
        const there = returnPath(path, ORIGIN);
        expect(returnPath(there, ORIGIN)).toBe(there);
      }),
      { numRuns: 2_000 },
    );
  });
});
