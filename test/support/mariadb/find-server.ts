import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DockerServer, isDockerUsable } from './docker-server.js';
import { findProgram, InstalledServer } from './installed-server.js';
import type { ServerProgram } from './server-program.js';

const run = promisify(execFile);
const PROGRAMS = ['mariadbd', 'mysqld'] as const;
const PACKAGES = ['mariadb-server-core', 'mariadb-server'] as const;

/**
 * Answers a server program: an installed one, else one that is installed now (as root, where there is apt-get),
 * else one in a container. Throws, with what was tried and what to do, where all of that fails: the database
 * suite is never skipped.
 */
export async function findServer(folder: string, password: string): Promise<ServerProgram> {
  const tried = ['no mariadbd or mysqld is installed'];
  const program = findProgram(...PROGRAMS) ?? (await install(tried));
  if (program) return new InstalledServer(program, folder, password);
  if (await isDockerUsable()) return new DockerServer(folder, password);
  tried.push('no Docker engine answers');
  throw new Error(
    `The tests need a MariaDB or MySQL server and found no way to one: ${tried.join('; ')}.\n` +
      'Do one of these: install MariaDB (its programs only: it is started by the tests), start Docker, run the ' +
      'tests once as root on Debian or Ubuntu, or set TEST_DATABASE_URL=mysql://user:password@host:3306/ to a ' +
      'server on which that user may create databases.',
  );
}

async function install(tried: string[]): Promise<string | null> {
  const aptGet = findProgram('apt-get');
  if (!aptGet || process.getuid?.() !== 0) {
    tried.push(aptGet ? 'only root can install one' : 'there is no apt-get to install one');
    return null;
  }
  process.stderr.write(`The tests need a MariaDB server and find none: installing one with apt-get.\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words: string[]) => run(aptGet, ['-q', '-o', 'DPkg::Lock::Timeout=300', ...words], { env });
  // A stale list is told by the install that follows.
  await apt('update').catch(() => null);
  for (const name of PACKAGES) {
    try {
      await apt('install', '-y', '--no-install-recommends', name);
      const program = findProgram(...PROGRAMS);
      if (program) return program;
      tried.push(`${name} holds no server program`);
    } catch (error) {
      tried.push(`apt-get could not install ${name}: ${String(error).trim().slice(-300)}`);
    }
  }
  return null;
}
