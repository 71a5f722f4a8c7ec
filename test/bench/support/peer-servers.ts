import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../support/mariadb/installed-server.js';
import { OwnServer } from './own-server.js';
import { programOf } from './packages.js';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

/** Starts a Redis: without any persistence, or with an append-only file that is synced before every answer. */
export async function startRedis({ isDurable }: { isDurable: boolean }): Promise<OwnServer> {
  const program = await programOf(['redis-server'], 'redis-server');
  const persistence = isDurable
    ? ['--appendonly', 'yes', '--appendfsync', 'always', '--auto-aof-rewrite-percentage', '0']
    : ['--appendonly', 'no'];
  return OwnServer.start({
    name: 'redis',
    endSignal: 'SIGTERM',
    command: (folder, port) => [
      program,
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--daemonize', 'no'],
      ...persistence,
    ],
  });
}

/** Starts a PostgreSQL with its durable defaults and memory as the MariaDB beside it has. */
export async function startPostgres(): Promise<OwnServer> {
  const server = await postgresProgram('postgres');
  const initialize = await postgresProgram('initdb');
  const as = process.getuid?.() === 0 ? unprivileged() : [];
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=1GB',
    'max_wal_size=4GB',
  ];
  return OwnServer.start({
    name: 'postgres',
    endSignal: 'SIGINT',
    prepare: async (folder) => {
      if (as.length > 0) {
        chmodSync(folder, 0o755);
        await run('install', ['-d', '-o', 'postgres', '-m', '700', join(folder, 'data')]);
      }
      const [command = initialize, ...words] = [...as, initialize];
      await run(command, [...words, '-D', join(folder, 'data'), '-U', 'bench', '-A', 'trust', '-E', 'UTF8']);
    },
    command: (folder, port) => {
      const words = [...as, server, '-D', join(folder, 'data'), '-p', String(port)];
      const [command = server, ...rest] = [...words, ...settings.flatMap((setting) => ['-c', setting])];
      return [command, ...rest];
    },
  });
}

/** PostgreSQL refuses to run as root: the words that run a program as the user that its package makes. */
function unprivileged(): string[] {
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'];
}

/** Debian keeps the server programs outside PATH, one folder for each version. */
async function postgresProgram(name: string): Promise<string> {
  return (
    inVersions(name) ??
    findProgram(name) ??
    (await programOf([name], 'postgresql').catch((error: unknown) => {
      const installed = inVersions(name);
      if (installed) return installed;
      throw error;
    }))
  );
}

function inVersions(name: string): string | null {
  if (!existsSync(VERSIONS)) return null;
  const versions = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(VERSIONS, version, 'bin', name)).find(existsSync) ?? null;
}
