/**
 * Builds dist where the sources, the compiler's settings or the installed packages have changed since the last
 * build, and prints one line. Contents count, not times: a checkout that changes nothing builds nothing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'dist/.built-from';
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

process.chdir(join(import.meta.dirname, '..'));

function contents() {
  const sources = readdirSync('src', { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
    .sort();
  const hash = createHash('sha256').update(process.version);
  for (const file of [...SETTINGS, ...sources]) {
    // A container's build copies what it needs; a file that is not there is a content too.
    if (existsSync(file)) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const wanted = contents();
const built = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';

if (built === wanted && existsSync('dist/main.js')) {
  console.log('The build in dist is up to date.');
} else {
  console.log('Building dist, because the sources have changed ...');
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
  const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
  if (status !== 0) {
    console.error('The build failed; see the messages above. Where tsc itself is missing, run: npm ci');
    process.exit(status ?? 1);
  }
  writeFileSync(STAMP, wanted);
}
