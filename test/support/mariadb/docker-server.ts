import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { accountSql, type ServerProgram } from './server-program.js';

const run = promisify(execFile);
const IMAGE = 'mariadb:11.4';

/** Returns whether a Docker engine answers here. */
export async function isDockerUsable(): Promise<boolean> {
  return run('docker', ['info']).then(
    () => true,
    () => false,
  );
}

/** A server in a container. Its data is a named volume, so that it outlives a crash of the container. */
export class DockerServer implements ServerProgram {
  readonly name = `Docker image ${IMAGE}`;
  private readonly container: string;

  constructor(
    private readonly folder: string,
    private readonly password: string,
  ) {
    this.container = basename(folder);
  }

  get cleanup(): string {
    return `docker rm -f ${this.container}; docker volume rm -f ${this.container}; rm -rf '${this.folder}'`;
  }

  async prepare(): Promise<void> {
    writeFileSync(join(this.folder, 'account.sql'), accountSql(this.password), { mode: 0o644 });
    await run('docker', ['pull', '--quiet', IMAGE]);
  }

  command(port: number, settings: readonly string[]): readonly [string, ...string[]] {
    return [
      'docker',
      'run',
      '--rm',
      `--name=${this.container}`,
      `--volume=${this.container}:/var/lib/mysql`,
      `--volume=${join(this.folder, 'account.sql')}:/account.sql:ro`,
      `--publish=127.0.0.1:${port}:3306`,
      `--env=MARIADB_ROOT_PASSWORD=${this.password}`,
      IMAGE,
      '--init-file=/account.sql',
      ...settings,
    ];
  }

  signal(_server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
    spawn('docker', ['kill', `--signal=${signal}`, this.container], { stdio: 'ignore' });
  }
}
