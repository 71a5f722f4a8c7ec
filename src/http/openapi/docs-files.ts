import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../../core/errors.js';
import { firstCharacters } from '../../core/text/first-characters.js';

/** Our own files: of the API document, and of the page at `/`. The path works in `src` and in `dist`, because this file is equally deep in both. */
const OWN = join(import.meta.dirname, '../../../web/docs');
const HOME = join(import.meta.dirname, '../../../web/home');
/** The files of the viewer, in its installed package. */
const VIEWER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const PATHS: ReadonlyMap<string, string> = new Map([
  ...['docs.css', 'docs.js'].map((name) => [name, join(OWN, name)] as const),
  ...['home.css', 'home.js'].map((name) => [name, join(HOME, name)] as const),
  ...['swagger-ui.css', 'swagger-ui-bundle.js'].map((name) => [name, join(VIEWER, name)] as const),
]);

/** The files of the pages for people. */
@Injectable()
export class DocsFiles {
  /** Path of the page that shows the API document. */
  readonly page = join(OWN, 'index.html');

  /** Returns the path of a file that a page loads. Throws DomainError (`notFound`) for every other name. */
  pathOf(name: string): string {
    const path = PATHS.get(name);
    if (path === undefined)
      throw new DomainError('notFound', `There is no file /docs/${firstCharacters(name, 80)}.`);
    return path;
  }
}
