import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../mariadb/installed-server.js';

const run = promisify(execFile);

/** Debian's own wrapper changes to a user and a folder of its own: the script behind it does as it is told. */
const SCRIPT = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Where the programs of a private broker lie. */
export interface RabbitMqPrograms {
  readonly server: string;
  /** The name service of Erlang, which each broker needs one of. */
  readonly epmd: string;
}

/**
 * Returns the programs of RabbitMQ: installed ones, else installed now (as root, where there is apt-get). Throws,
 * with what to do, where that fails: the suite is never skipped.
 */
export async function findRabbitMq(): Promise<RabbitMqPrograms> {
  const found = installed() ?? (await install());
  if (found) return found;
  throw new Error(
    'The tests of notifications need RabbitMQ and found no way to it. Install the package rabbitmq-server (its ' +
      'programs only: it is started by the tests), or run the tests once as root on Debian or Ubuntu.',
  );
}

function installed(): RabbitMqPrograms | null {
  const epmd = findProgram('epmd');
  const script = findProgram('rabbitmq-server');
  if (!epmd || !script) return null;
  return { server: script === '/usr/sbin/rabbitmq-server' ? SCRIPT : script, epmd };
}

async function install(): Promise<RabbitMqPrograms | null> {
  const aptGet = findProgram('apt-get');
  if (!aptGet || process.getuid?.() !== 0) return null;
  process.stderr.write('The tests need RabbitMQ and find none: installing it with apt-get.\n');
  // At run level 1 the package starts no service of its own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...words: string[]) => run(aptGet, ['-q', '-o', 'DPkg::Lock::Timeout=300', ...words], { env });
  // A stale list is told by the install that follows.
  await apt('update').catch(() => null);
  await apt('install', '-y', '--no-install-recommends', 'rabbitmq-server');
  return installed();
}
