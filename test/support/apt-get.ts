import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './mariadb/installed-server.js';

const run = promisify(execFile);

/** Installs packages with apt-get; another run of it on this machine is waited for. */
export type Install = (...names: readonly string[]) => Promise<void>;

/** Returns what installs packages on this machine, or why nothing can. */
export function packageInstaller(): Install | string {
  const aptGet = findProgram('apt-get');
  if (!aptGet) return 'there is no apt-get to install one';
  if (process.getuid?.() !== 0) return 'only root can install one';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words: string[]) => run(aptGet, ['-q', '-o', 'DPkg::Lock::Timeout=300', ...words], { env });
  return async (...names) => {
    // A stale list is told by the install that follows.
    await apt('update').catch(() => null);
    await apt('install', '-y', '--no-install-recommends', ...names);
  };
}
