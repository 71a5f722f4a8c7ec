/**
 * `npm run -s sbom`: the packages of a release as CycloneDX JSON, by `npm sbom`, from package-lock.json alone. npm is given a copy
 * without what is for development, because its own `--omit dev` also leaves out every package that is needed for both: half of them,
 * Express among them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Needed for development alone, and yet parts of the dashboard's pages (a test compares this with what web/src imports). */
const IN_PAGES = ['preact', 'preact-iso', 'preact-render-to-string', '@sap-theming/theming-base-content'];

const ROOT = join(import.meta.dirname, '..');
const read = (name) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

/** Returns what is released, of the root of a lock file or a package.json. */
function released({ devDependencies = {}, dependencies, ...others }) {
  const pages = IN_PAGES.map((name) => [name, devDependencies[name]]);
  return { ...others, dependencies: { ...dependencies, ...Object.fromEntries(pages) } };
}

const scratch = mkdtempSync(join(tmpdir(), 'carillon-sbom-'));
try {
  const description = read('package.json');
  const { packages, ...lock } = read('package-lock.json');
  const places = new Set(IN_PAGES.map((name) => `node_modules/${name}`));
  const kept = Object.entries(packages).filter(([place, { dev }]) => !dev || places.has(place));
  const entries = kept.map(([place, entry]) => [
    place,
    place === '' ? released(entry) : { ...entry, dev: undefined },
  ]);
  // npm names the product after the folder.
  const folder = join(scratch, description.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(released(description)));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }),
  );
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
} finally {
  rmSync(scratch, { recursive: true });
}
