/**
 * Builds the service and lays what Cloud Foundry needs of it into dist/cloudfoundry, for `cf push -f deploy/cloudfoundry/manifest.yml`.
 * The buildpack installs the packages of package-lock.json that are not for development, and builds nothing. A .cfignore would not do: it
 * could only name what is left out, and the cf command compares its lines with whole paths, the folders above this one among them.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const STAGED = join(ROOT, 'dist/cloudfoundry');
/** What docker/Dockerfile copies into the image too. */
const PARTS = ['package.json', 'package-lock.json', 'web/docs', 'web/home'];
/** What lies in dist beside the build. */
const NOT_BUILT = ['cloudfoundry', 'look'];

execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' });
rmSync(STAGED, { recursive: true, force: true });
mkdirSync(STAGED, { recursive: true });
const built = readdirSync(join(ROOT, 'dist')).filter((name) => !NOT_BUILT.includes(name));
for (const part of [...PARTS, ...built.map((name) => `dist/${name}`)]) {
  cpSync(join(ROOT, part), join(STAGED, part), { recursive: true });
}
console.log(`Staged in ${STAGED}.`);
