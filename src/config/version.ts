import { readFileSync } from 'node:fs';

// The package's own package.json is two folders up, both from the sources and from the build.
const description: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The version of the product, as in package.json. */
export const VERSION: string =
  typeof description === 'object' && description !== null && 'version' in description
    ? String(description.version)
    : 'unknown';
