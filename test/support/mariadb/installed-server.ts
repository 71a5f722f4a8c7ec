import { execFile, type ChildProcess } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { accountSql, type ServerProgram } from './server-program.js';

const run = promisify(execFile);

/** Server programs often lie outside a user's PATH. */
const USUAL_PLACES = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/usr/local/mysql/bin',
  '/usr/local/bin',
  '/usr/bin',
];

/** Returns the full path of the first of these programs that is installed, null where none is. */
export function findProgram(...names: readonly string[]): string | null {
  const places = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...USUAL_PLACES];
  for (const name of names) {
    for (const place of places) {
      const path = join(place, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next place.
      }
    }
  }
  return null;
}

/** A server that is installed on this machine, run as the user who runs the tests, all its files in one folder. */
export class InstalledServer implements ServerProgram {
  readonly name: string;

  constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly password: string,
  ) {
    this.name = program;
  }

  get cleanup(): string {
    return `[ -z "$server" ] || kill -9 "$server"; rm -rf '${this.folder}'`;
  }

  async prepare(): Promise<void> {
    writeFileSync(join(this.folder, 'account.sql'), accountSql(this.password));
    const installer = findProgram('mariadb-install-db', 'mysql_install_db');
    if (this.program.endsWith('mysqld') && !installer) {
      await run(this.program, ['--no-defaults', '--initialize-insecure', ...this.place()]);
    } else {
      const how = ['--auth-root-authentication-method=normal', '--skip-test-db'];
      await run(installer ?? 'mariadb-install-db', ['--no-defaults', ...this.place(), ...how]);
    }
  }

  command(port: number, settings: readonly string[]): readonly [string, ...string[]] {
    return [
      this.program,
      '--no-defaults',
      ...this.place(),
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${join(this.folder, 'server.sock')}`,
      `--pid-file=${join(this.folder, 'server.pid')}`,
      `--init-file=${join(this.folder, 'account.sql')}`,
      '--loose-mysqlx=0',
      ...settings,
    ];
  }

  signal(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
    server.kill(signal);
  }

  /**
   * The user must be named: a server that root starts without a name refuses to run. And temporary files must not
   * lie in a folder that servers share: one that starts clears away whatever temporary tables it finds there.
   */
  private place(): readonly string[] {
    const data = join(this.folder, 'data');
    return [`--user=${userInfo().username}`, `--datadir=${data}`, `--tmpdir=${this.folder}`];
  }
}
