/**
 * Builds dist where the sources, the compiler's settings or the installed packages have changed since the last
 * build, and prints one line. Contents count, not times: a checkout that changes nothing builds nothing. With --quiet
 * nothing is printed on the standard output: a command's own output stands there. Without sources, as in the container,
 * there is nothing to build.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'dist/.built-from';
const LOCK = 'dist/.building';
const LOOK_EVERY_MS = 50;
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

process.chdir(join(import.meta.dirname, '..'));

const say = process.argv.includes('--quiet') ? () => undefined : console.log;
if (!existsSync('src')) process.exit(0);

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

function isBuilt(wanted) {
  return existsSync('dist/main.js') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
}

/** Two that build at once would each find the other's half of it: the second one waits, and finds it done. */
function lock() {
  mkdirSync('dist', { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(LOCK, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHeld()) rmSync(LOCK, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
  }
}

/** A process that was killed leaves its lock behind. */
function isHeld() {
  try {
    process.kill(Number(readFileSync(LOCK, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const wanted = contents();
if (!isBuilt(wanted)) lock();

if (isBuilt(wanted)) {
  say('The build in dist is up to date.');
} else {
  say('Building dist, because the sources have changed ...');
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
  const { status } = spawnSync(process.execPath, tsc, { stdio: ['ignore', 2, 'inherit'] });
  if (status !== 0) {
    console.error('The build failed; see the messages above. Where tsc itself is missing, run: npm ci');
    process.exit(status ?? 1);
  }
  writeFileSync(STAMP, wanted);
}
