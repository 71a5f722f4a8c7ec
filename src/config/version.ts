import { readFileSync } from 'node:fs';

// Two folders up lies the package's own description, from the sources as from the build.
const description: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The version of the product, as in package.json. */
export const VERSION: string =
  typeof description === 'object' && description !== null && 'version' in description
    ? String(description.version)
    : 'unknown';
