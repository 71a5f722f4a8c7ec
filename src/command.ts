import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { TokenOwner } from './command/token-command.js';
import { CannotStart } from './config/cannot-start.js';
import { readProcessConfig, type Config } from './config/config.js';
import { DomainError } from './core/errors.js';

/** What is typed after a command. */
interface Options {
  readonly tenant?: string;
  readonly operator?: boolean;
  readonly viewer?: boolean;
  readonly instance?: string;
  readonly overwrite?: boolean;
  /** The file that stands behind the command, as a whole path; empty for commands that take none. */
  readonly file: string;
}

/** A command: the options that it knows, and what returns what is to be printed. */
interface Command {
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly takesFile?: boolean;
  run(config: Config, options: Options): string | Promise<string>;
}

/** Each loads what it needs by itself: `new-binding` needs half of the service, and the others are to answer at once. */
const COMMANDS: Readonly<Record<string, Command>> = {
  vcap: {
    options: {},
    run: async (config) => (await import('./command/vcap-command.js')).vcap(config),
  },
  token: {
    options: { tenant: { type: 'string' }, operator: { type: 'boolean' } },
    run: async (config, options) => {
      const { token } = await import('./command/token-command.js');
      return token(config, ownerOf(options));
    },
  },
  'new-binding': {
    options: { operator: { type: 'boolean' } },
    run: async (config, { operator = false }) => {
      const { newBinding } = await import('./command/new-binding-command.js');
      return newBinding(config, { isForOperator: operator });
    },
  },
  'sign-in': {
    options: {
      ...{ tenant: { type: 'string' }, instance: { type: 'string' } },
      ...{ viewer: { type: 'boolean' }, operator: { type: 'boolean' } },
    },
    run: async (config, options) => {
      const { signIn } = await import('./command/sign-in-command.js');
      return signIn(config, options);
    },
  },
  'new-signing-key': {
    options: {},
    run: async (config) => (await import('./command/new-signing-key-command.js')).newSigningKey(config),
  },
  backup: {
    options: { overwrite: { type: 'boolean' } },
    takesFile: true,
    run: async (config, { file, overwrite = false }) => {
      const { backup } = await import('./command/backup-command.js');
      return backup(config, file, overwrite);
    },
  },
  restore: {
    options: {},
    takesFile: true,
    run: async (config, { file }) => (await import('./command/restore-command.js')).restore(config, file),
  },
};

const USAGE = `Use one of these, with the same environment as npm start:
  npm run -s vcap                        VCAP_SERVICES, as JSON
  npm run -s token [-- --tenant <id>]    an access token, of a tenant where one is named by its id or subdomain
  npm run -s token -- --operator         an access token of the operator
  npm run new-binding                    new credentials; those of before stay valid
  npm run new-binding -- --operator      a new client of the operator; those of before stay valid
  npm run -s sign-in                     a link that signs in to the dashboard, once and within ten minutes
                                         [-- --tenant <id>] [--viewer] [--instance <name>]
  npm run new-signing-key                a new key for tokens; every token of before is void at once
  npm run backup -- <file>               the whole database of SQLite into one file, while the service runs
                                         [--overwrite]
  npm run restore -- <file>              puts such a file in the place of the database; the service is stopped before`;

/** Runs the command that the arguments name, and returns what it says. Throws CannotStart for arguments that it does not know. */
async function run(args: readonly string[]): Promise<string> {
  if (args.includes('--help')) return USAGE;
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new CannotStart(USAGE);
  const options = optionsOf(command, rest);
  return command.run(readProcessConfig(), options);
}

function ownerOf({ tenant, operator }: Options): TokenOwner {
  if (operator) {
    if (tenant === undefined) return { kind: 'operator' };
    throw new CannotStart('--operator and --tenant do not go together: the operator belongs to no tenant.');
  }
  if (tenant === undefined) return { kind: 'provider' };
  // An empty name is a variable that is not set, and would mean the provider.
  if (tenant.trim() === '') throw new CannotStart('--tenant needs the id or the subdomain of a tenant.');
  return { kind: 'tenant', name: tenant };
}

function optionsOf({ options, takesFile = false }: Command, args: string[]): Options {
  const { values, positionals } = parsed(args, { options, allowPositionals: takesFile });
  if (!takesFile) return { ...values, file: '' };
  const [file = '', ...more] = positionals;
  if (file.trim() === '' || more.length > 0) throw new CannotStart(`Name one file.\n${USAGE}`);
  return { ...values, file: resolve(file) };
}

function parsed(args: string[], how: Pick<ParseArgsConfig, 'options' | 'allowPositionals'>) {
  try {
    return parseArgs({ args, ...how });
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}

/** Returns what is said of a command that failed: one sentence, whose cause an operator can mend where we know it. */
function told(error: unknown): string {
  if (error instanceof CannotStart) return error.message;
  if (error instanceof DomainError && error.code === 'unavailable') {
    return `The database, named in DATABASE_URL, cannot be used: ${error.message}`;
  }
  return `The command failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** Writes a text and ends the process: timers of a database that is closed may still be under way. */
function end(stream: NodeJS.WriteStream, text: string, code: number): void {
  stream.write(`${text}\n`, () => process.exit(code));
}

try {
  end(process.stdout, await run(process.argv.slice(2)), 0);
} catch (error) {
  end(process.stderr, told(error), 1);
}
