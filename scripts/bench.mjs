/**
 * `npm run bench -- <name> [words]` runs test/bench/<name>.ts (or .mjs) on a fresh build, with the rest of the
 * words; without a name it lists them. TypeScript runs as it is: see typescript-loader.mjs.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));

const files = readdirSync('test/bench').filter((file) => /\.(ts|mjs)$/.test(file));
const [name = '', ...words] = process.argv.slice(2);
const file = files.find((each) => each.replace(/\.(ts|mjs)$/, '') === name);

if (!file) {
  const names = files.map((each) => `  npm run bench -- ${each.replace(/\.(ts|mjs)$/, '')}`);
  console.error([name ? `There is no benchmark '${name}'. These are:` : 'Benchmarks:', ...names].join('\n'));
  process.exit(name ? 1 : 0);
}

const run = (...words) => {
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run('scripts/build-if-changed.mjs');
run('--enable-source-maps', '--import', './scripts/typescript-loader.mjs', `test/bench/${file}`, ...words);
