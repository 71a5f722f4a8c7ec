import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../support/service-process.js';

const BUILD = 'dist/web';
const KB = 1_024;

beforeAll(build);

const sizeOf = (path: string) => readFileSync(join(BUILD, path)).length;
const total = (paths: readonly string[]) => paths.reduce((sum, path) => sum + sizeOf(path), 0);

/** Returns the files of a kind that a page loads before its first line stands, compressed. */
function loadedBy(page: string, ending: string): string[] {
  const html = readFileSync(join(BUILD, page), 'utf8');
  const found = [...html.matchAll(/(?:src|href)="\/dashboard\/(assets\/[^"]+)"/g)].map(
    ([, path = '']) => path,
  );
  return found.filter((path) => path.endsWith(ending)).map((path) => `${path}.gz`);
}

describe.each(['index.html', 'sign-in.html'])('What %s loads', (page) => {
  it('is at most 35 KB of scripts and 8 KB of style sheets, as gzip', () => {
    const [scripts, sheets] = [loadedBy(page, '.js'), loadedBy(page, '.css')];
    expect(scripts.length).toBeGreaterThan(1);
    expect(sheets.length).toBeGreaterThan(0);
    expect(total(scripts)).toBeLessThanOrEqual(35 * KB);
    expect(total(sheets)).toBeLessThanOrEqual(8 * KB);
  });

  it('is two fonts of at most 25 KB', () => {
    const fonts = loadedBy(page, '.woff2').map((path) => path.replace(/\.gz$/, ''));
    expect(fonts).toHaveLength(2);
    for (const font of fonts) expect(sizeOf(font)).toBeLessThanOrEqual(25 * KB);
  });
});

describe('A page that is loaded when it is shown', () => {
  it('is at most 15 KB of scripts, as gzip', () => {
    const first = new Set(['index.html', 'sign-in.html'].flatMap((page) => loadedBy(page, '.js')));
    const later = readdirSync(join(BUILD, 'assets'))
      .map((name) => `assets/${name}`)
      .filter((name) => name.endsWith('.js.gz') && !first.has(name));
    expect(later.length).toBeGreaterThan(1);
    for (const script of later) expect(sizeOf(script)).toBeLessThanOrEqual(15 * KB);
  });
});

describe('All pages together', () => {
  it('are at most 120 KB of scripts, as gzip', () => {
    const scripts = readdirSync(join(BUILD, 'assets')).filter((name) => name.endsWith('.js.gz'));
    expect(scripts.length).toBeGreaterThan(2);
    expect(total(scripts.map((name) => join('assets', name)))).toBeLessThanOrEqual(120 * KB);
  });

  it('carry of SAP Horizon no more than is used', () => {
    const sheets = readdirSync(join(BUILD, 'assets')).filter((name) => name.endsWith('.css'));
    const text = sheets.map((name) => readFileSync(join(BUILD, 'assets', name), 'utf8')).join('');
    const defined = new Set([...text.matchAll(/(--sap\w+)\s*:/g)].map(([, name]) => name));
    const used = new Set([...text.matchAll(/var\((--sap\w+)/g)].map(([, name]) => name));
    expect(used.size).toBeGreaterThan(20);
    expect([...defined].sort()).toEqual([...used].sort());
  });
});
