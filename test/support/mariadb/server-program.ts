import type { ChildProcess } from 'node:child_process';

/** How one private server is set up, run and removed; told apart by where its program comes from. */
export interface ServerProgram {
  /** The program as a reader of the log knows it. */
  readonly name: string;
  /** Makes the empty data that the server starts from. Called once. */
  prepare(): Promise<void>;
  /** Returns the command that runs the server in the foreground, on 127.0.0.1 and the port. */
  command(port: number, settings: readonly string[]): readonly [string, ...string[]];
  /** Ends the running server: SIGTERM in good order, SIGKILL at once, as a crash would. */
  signal(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Shell words that remove what is left; `$server` is the pid of the server, empty where none runs. */
  readonly cleanup: string;
}

/** What the server runs when it starts: the one account of the tests, with every right. */
export function accountSql(password: string): string {
  return [
    `CREATE USER IF NOT EXISTS 'carillon'@'%' IDENTIFIED BY '${password}';`,
    "GRANT ALL PRIVILEGES ON *.* TO 'carillon'@'%' WITH GRANT OPTION;",
    '',
  ].join('\n');
}
