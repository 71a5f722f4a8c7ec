import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../../core/errors.js';

/** The files of ours; this file lies as deep in `src` as in `dist`. */
const OWN = join(import.meta.dirname, '../../../web/docs');
/** The viewer's, as its package brings them. */
const VIEWER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const PATHS: ReadonlyMap<string, string> = new Map([
  ...['docs.css', 'docs.js'].map((name) => [name, join(OWN, name)] as const),
  ...['swagger-ui.css', 'swagger-ui-bundle.js'].map((name) => [name, join(VIEWER, name)] as const),
]);

/** The files of the page that shows the API document. */
@Injectable()
export class DocsFiles {
  /** The page itself. */
  readonly page = join(OWN, 'index.html');

  /** Returns where a file of the page lies. Throws DomainError (`notFound`) for any other. */
  pathOf(name: string): string {
    const path = PATHS.get(name);
    if (path === undefined) throw new DomainError('notFound', `There is no file /docs/${name.slice(0, 80)}.`);
    return path;
  }
}
