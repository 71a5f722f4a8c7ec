import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSources } from './sources.js';

/** Where a page that a comment names may lie: the contract first, then the papers of the repository. */
const FOLDERS = ['docs/contract', 'docs', 'docs/operating', '.'];
const PAGE = /\b([\w-]+\.md)\b((?:,? (?:and )?"[^"]+")*)/g;

interface Reference {
  readonly source: string;
  readonly page: string;
  readonly sections: readonly string[];
}

function pathOf(page: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, page)).find((path) => existsSync(path));
}

/** The headings of a page, and what it says in tables: a reference may name a route. */
function textOf(page: string): string {
  return readFileSync(pathOf(page) ?? '', 'utf8').toLowerCase();
}

function referencesIn(name: string, text: string): Reference[] {
  // A reference may be broken over two lines of a comment.
  const flat = text.replace(/\n\s*\* ?/g, ' ');
  return [...flat.matchAll(PAGE)].map(([, page = '', quoted = '']) => ({
    source: name,
    page,
    sections: [...quoted.matchAll(/"([^"]+)"/g)].map(([, section = '']) => section),
  }));
}

describe('a page that a comment names', () => {
  const references = readSources('src').flatMap(({ name, text }) => referencesIn(name, text));

  it('is read from the comments', () => {
    expect(references.length).toBeGreaterThan(50);
    expect(referencesIn('a.ts', '/** Kept (rest-api.md, "Run logs", "Jobs"). */')).toEqual([
      { source: 'a.ts', page: 'rest-api.md', sections: ['Run logs', 'Jobs'] },
    ]);
  });

  it('is in the repository', () => {
    expect(references.filter(({ page }) => pathOf(page) === undefined)).toEqual([]);
  });

  it('has the section that is named', () => {
    const missing = references
      .filter(({ page }) => pathOf(page) !== undefined)
      .flatMap(({ source, page, sections }) =>
        sections
          .filter((section) => !textOf(page).includes(section.toLowerCase()))
          .map((section) => `${source}: ${page}, "${section}"`),
      );
    expect(missing).toEqual([]);
  });
});

describe('a page of the repository', () => {
  const pages = ['.', 'docs', 'docs/contract', 'docs/operating', ...foldersBelow('docs/decisions')].flatMap(
    (folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(folder, name)),
  );

  it.each(pages)('%s links to files that exist', (page) => {
    const links = [
      ...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g),
    ];
    const missing = links.map(([, link = '']) => link).filter((link) => !existsSync(join(page, '..', link)));
    expect(missing).toEqual([]);
  });
});

function foldersBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inner.map((entry) => join(folder, entry.name))];
}
