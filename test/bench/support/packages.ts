import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from '../../support/mariadb/installed-server.js';

const run = promisify(execFile);
const BENCH = fileURLToPath(new URL('../', import.meta.url));

/** Installs the peers' packages beside the benchmark where the lock file has changed since the last time. */
export function installPeers(): void {
  const stamp = join(BENCH, 'node_modules/.installed-from');
  const wanted = createHash('sha256')
    .update(readFileSync(join(BENCH, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing the peers that the benchmark compares with ...\n');
  // Not `npm ci`: it refuses where a registry lacks the builds of an optional package for other platforms.
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', words, { cwd: BENCH, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`npm install in test/bench ended with ${status}.`);
  writeFileSync(stamp, wanted);
}

/** Returns the full path of a program; installs the system's package that holds it where it is missing. Throws, with what to do. */
export async function programOf(names: readonly string[], packageName: string): Promise<string> {
  const found = findProgram(...names);
  if (found) return found;
  const remedy = `Install ${packageName} (the program ${names[0]}) and run the benchmark again, or leave its peers out with --without.`;
  const aptGet = findProgram('apt-get');
  if (!aptGet || process.getuid?.() !== 0) throw new Error(remedy);
  process.stderr.write(`Installing ${packageName} ...\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=300'];
  await run(aptGet, [...options, 'update'], { env }).catch(() => null);
  await run(aptGet, [...options, 'install', '-y', '--no-install-recommends', packageName], { env }).catch(
    (error: unknown) => {
      throw new Error(`${remedy}\n${String(error).slice(-300)}`);
    },
  );
  const installed = findProgram(...names);
  if (!installed) throw new Error(remedy);
  return installed;
}
