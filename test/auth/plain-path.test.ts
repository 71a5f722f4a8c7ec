import { isPlainPath } from '../../src/subscription/plain-path.js';

describe('A path for a status callback', () => {
  it.each([
    '/',
    '/saas/callback/1',
    '/saas-manager/v1/subscription-callback/0f1e2d3c-0000-4000-8000-000000000001/result',
    '/callback/',
    '/a.b/c..d/.well-known/x',
    '/a%20b/%C3%A9',
    '/callback?tenant=a%2Fb&next=https://x.test/y',
    '/a;version=1/b',
    '/user@host:80/x',
  ])('is accepted: %s', (path) => {
    expect(isPlainPath(path)).toBe(true);
  });

  it.each([
    ['dot segments', '/a/../b'],
    ['a dot segment at the end', '/a/..'],
    ['a single dot', '/./a'],
    ['three dots', '/.../a'],
    ['an encoded dot segment', '/a/%2e%2E/b'],
    ['a half encoded one', '/a/.%2e/b'],
    ['a doubly encoded one', '/a/%252e%252e/b'],
    ['a trebly encoded one', '/a/%25252e%25252e/b'],
    ['an encoded slash before dots', '/a%2f..%2fb'],
    ['a doubly encoded slash', '/a%252f..%252fb'],
    ['an overlong encoding', '/a/%c0%ae%c0%ae/b'],
    ['another encoding', '/a/%u002e%u002e/b'],
    ['an encoding without its digits', '/a%'],
    ['full-width dots', '/a/%ef%bc%8e%ef%bc%8e/b'],
    ['a parameter after dots', '/a/..;x=1/b'],
    ['an encoded parameter after dots', '/a/..%3bx/b'],
    ['blanks around dots', '/a/%20..%20/b'],
    ['two slashes', '/a//b'],
    ['an authority', '//evil.test/x'],
    ['an encoded authority', '/%2fevil.test/x'],
    ['a scheme', 'https://evil.test/x'],
    ['no slash', 'a/b'],
    ['an at sign before any slash', '@evil.test/x'],
    ['a backslash', '/a\\..\\b'],
    ['an encoded backslash', '/a%5c..%5cb'],
    ['a doubly encoded backslash', '/a%255cb'],
    ['a line break', '/a\r\nX: y'],
    ['an encoded line break', '/a%0d%0ab'],
    ['a NUL', '/a%00/b'],
    ['an encoded delete', '/a%7f'],
    ['a fragment', '/a#b'],
    ['an encoded fragment', '/a%23/../b'],
    ['an encoded question mark before dots', '/a%3f/../b'],
    ['dots in the query', '/a?/../../b'],
    ['a character that is not ASCII', '/é'],
    ['a blank', '/a b'],
    ['nothing', ''],
    ['too much', `/${'a'.repeat(2_000)}`],
    ['ever more encodings', `/a${'%25'.repeat(1)}${'25'.repeat(8)}2e`],
  ])('is refused with %s', (_name, path) => {
    expect(isPlainPath(path)).toBe(false);
  });
});
