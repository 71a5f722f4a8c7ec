import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DockerServer, isDockerUsable } from './docker-server.js';
import { findProgram, InstalledServer } from './installed-server.js';
import type { ServerProgram } from './server-program.js';

const run = promisify(execFile);
const PROGRAMS = ['mariadbd', 'mysqld'] as const;
/** MariaDB's program that sets up a data folder is a script, and asks this one for its settings. */
const SET_UP_BY = 'my_print_defaults';
/** Packages that hold the programs alone, else the whole server. Debian ships what sets up a folder with the client. */
const PACKAGES = [['mariadb-server-core', 'mariadb-client-core'], ['mariadb-server']] as const;

/**
 * Returns a server program: an installed one, else one that is installed now (as root, where there is apt-get),
 * else one in a container. Throws, with what was tried and what to do, where all of that fails: the database
 * suite is never skipped.
 */
export async function findServer(folder: string, password: string): Promise<ServerProgram> {
  const tried = [`no mariadbd (with ${SET_UP_BY}) or mysqld is installed`];
  const program = findServerProgram() ?? (await install(tried));
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

/** Returns the full path of an installed server with all that it takes to set up a folder, null where there is none. */
function findServerProgram(): string | null {
  const program = findProgram(...PROGRAMS);
  const isWhole = findProgram(SET_UP_BY) !== null || program?.endsWith('mysqld');
  return isWhole ? program : null;
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
  for (const names of PACKAGES) {
    try {
      await apt('install', '-y', '--no-install-recommends', ...names);
      const program = findServerProgram();
      if (program) return program;
      tried.push(`${names.join(' and ')} hold no server program`);
    } catch (error) {
      tried.push(`apt-get could not install ${names.join(' and ')}: ${String(error).trim().slice(-300)}`);
    }
  }
  return null;
}
