/**
 * Builds dist where the sources, the build's settings or the installed packages have changed since the last
 * build, and dist/web, the dashboard's pages, where those of web have; prints one line. Contents count, not times: a
 * checkout that changes nothing builds nothing. With --quiet nothing is printed on the standard output, where a command's
 * own output stands, and no pages are built: commands have none. With DASHBOARD=off there are none either. Without sources, as in the container, there is
 * nothing to build at all.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = ['package.json', 'package-lock.json'];
const SERVICE = {
  name: 'dist',
  stamp: 'dist/.built-from',
  made: 'dist/main.js',
  files: () => [...PACKAGES, 'tsconfig.json', 'scripts/build-service.mjs', ...filesIn('src', /\.ts$/)],
  command: ['scripts/build-service.mjs'],
};
const PAGES = {
  name: 'dist/web',
  stamp: 'dist/web/.built-from',
  made: 'dist/web/pages.json',
  files: () => [...PACKAGES, ...filesIn('web', /^(?!docs|home)/)],
  command: [
    'node_modules/vite/bin/vite.js',
    'build',
    '--config',
    'web/build/vite.config.ts',
    '--logLevel',
    'warn',
  ],
};
const LOCK = 'dist/.building';
const LOOK_EVERY_MS = 50;

process.chdir(join(import.meta.dirname, '..'));

const isForCommand = process.argv.includes('--quiet');
const say = isForCommand ? () => undefined : console.log;
if (!existsSync('src')) process.exit(0);

function filesIn(folder, pattern) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => pattern.test(path.slice(folder.length + 1)))
    .sort();
}

function contents({ files }) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files()) {
    // A container's build copies what it needs; a file that is not there is a content too.
    if (existsSync(file)) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function isBuilt({ made, stamp, wanted }) {
  return existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
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

async function build({ name, command, stamp, wanted }) {
  // What is served is built for that, whoever builds it: in a test the packages would bring what helps to find faults.
  const env = { ...process.env, NODE_ENV: 'production' };
  const builder = spawn(process.execPath, command, { stdio: ['ignore', 2, 'inherit'], env });
  const [status] = await once(builder, 'close');
  if (status === 0) {
    writeFileSync(stamp, wanted);
    return;
  }
  console.error(
    `The build of ${name} failed; see the messages above. Where Vite itself is missing, run: npm ci`,
  );
  if (name === PAGES.name) console.error('DASHBOARD=off starts the service without its pages.');
  process.exitCode = status ?? 1;
}

const hasNoPages = isForCommand || process.env.DASHBOARD === 'off' || !existsSync('web/build');
const builds = (hasNoPages ? [SERVICE] : [SERVICE, PAGES]).map((each) => ({
  ...each,
  wanted: contents(each),
}));
if (!builds.every(isBuilt)) lock();

const stale = builds.filter((each) => !isBuilt(each));
if (stale.length === 0) {
  say('The build in dist is up to date.');
} else {
  say(`Building ${stale.map(({ name }) => name).join(' and ')}, because the sources have changed ...`);
  await Promise.all(stale.map(build));
}
