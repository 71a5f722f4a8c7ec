/**
 * Who may import whom: the one table behind the lint rule `carillon/imports` (eslint.config.js) and behind
 * imports.test.ts, which checks the import graph itself. design.md, section 3, is where it is argued for.
 */
import { dirname, join, normalize } from 'node:path';

/** Folder of src -> the folders whose files it may import, besides its own; from the ground up. */
export const MAY_IMPORT = {
  core: [],
  config: [],
  // Below all that counts something. The database does not: it tells a watcher, and commands have no metrics.
  telemetry: ['core', 'config'],
  outbound: ['core', 'config', 'telemetry'],
  database: ['core', 'config'],
  http: ['core', 'config', 'telemetry'],
  replica: ['core', 'config', 'database'],
  event: ['core', 'database', 'http', 'replica'],
  tenant: ['core', 'config', 'database', 'telemetry', 'http', 'replica'],
  notification: ['core', 'config', 'database', 'replica'],
  'run-log': ['core', 'database', 'telemetry', 'http', 'replica', 'tenant'],
  operation: ['core', 'config', 'database', 'http', 'replica', 'event', 'notification'],
  auth: ['core', 'config', 'database', 'telemetry', 'http', 'outbound', 'replica', 'tenant'],
  runner: ['core', 'config', 'database', 'telemetry', 'http', 'outbound', 'replica', 'tenant'],
  schedule: ['core', 'config', 'database', 'http', 'replica', 'tenant', 'run-log', 'operation'],
  // By what calls are signed: jobs ask for it, and actions use it.
  signing: ['core', 'config', 'database', 'http', 'replica', 'tenant'],
  action: [
    ...['core', 'config', 'database', 'telemetry', 'outbound', 'replica', 'run-log', 'auth', 'runner'],
    'signing',
  ],
  admin: ['core', 'database', 'http', 'tenant', 'run-log', 'auth'],
  job: [
    'core',
    'database',
    'http',
    'replica',
    'outbound',
    'run-log',
    'runner',
    'schedule',
    'operation',
    'signing',
  ],
  statistics: ['core', 'database', 'replica', 'tenant', 'run-log'],
  // Above the modules whose rows an off-boarding has deleted.
  subscription: [
    'core',
    'config',
    'database',
    'http',
    'replica',
    'outbound',
    'tenant',
    'notification',
    'run-log',
    'job',
    'signing',
    'statistics',
  ],
  dispatch: ['core', 'config', 'database', 'telemetry', 'replica', 'tenant', 'run-log', 'schedule', 'action'],
  'sign-in': ['core', 'config', 'database', 'http', 'replica', 'tenant', 'auth'],
  command: ['core', 'config', 'database', 'replica', 'tenant', 'auth', 'sign-in'],
  dashboard: [
    ...['core', 'config', 'database', 'http', 'tenant', 'operation', 'schedule', 'action', 'job'],
    'statistics',
  ],
  health: ['core', 'config', 'database', 'telemetry', 'http', 'schedule', 'dispatch'],
};

/** Files of src itself -> what they may import. The one module that knows every module is app.module. */
const TOP_LEVEL = {
  'app.module.ts': Object.keys(MAY_IMPORT),
  'command.ts': ['command', 'core', 'config'],
  'sign-in.ts': ['command.ts'],
  'main.ts': ['app.module.ts', 'core', 'config', 'telemetry', 'http', 'sign-in'],
};

/** Packages that a pure calculation may use: they read no clock, no file and no network by themselves. */
const PURE_PACKAGES = ['moment', 'chrono-node', 'ipaddr.js'];

/** Files outside src/database that speak TypeORM, known by their names: each holds the SQL of one table or one list. */
export const SQL_FILES = /\.(store|reader|search|query)\.ts$/;

/** Returns the folder of src that a file (`job/job.service.ts`) belongs to; for a file of src itself, its name. */
export function folderOf(file) {
  return file.split('/')[0];
}

/** Returns the file of src (`core/clock.ts`) that a relative specifier means in a file of src; `../` first: outside. */
export function target(file, specifier) {
  return normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts');
}

/**
 * Returns why a file of src (`job/job.service.ts`) may not have this import, null where it may. `isTypeOnly` says
 * that the import is gone once the types are stripped.
 */
export function refusal(file, specifier, isTypeOnly) {
  return specifier.startsWith('.')
    ? refusalOfFile(file, target(file, specifier))
    : refusalOfPackage(file, specifier, isTypeOnly);
}

function refusalOfFile(file, imported) {
  if (imported.startsWith('../')) {
    return `src imports nothing outside src ('${imported}'): the product has no test hooks and runs from its build alone.`;
  }
  const [from, to] = [folderOf(file), folderOf(imported)];
  const permitted = MAY_IMPORT[from] ?? TOP_LEVEL[from];
  if (!permitted) {
    return `'${from}' has no line in test/architecture/import-rules.js: say there what it may import, so that the order of the folders stays a decision.`;
  }
  if (from === to || permitted.includes(to)) return null;
  return `'${from}' may import ${permitted.join(', ') || 'nothing of ours'}, not '${to}': the folders have one order, so that none needs the one that needs it. Move what both need below them, or turn the call round.`;
}

function refusalOfPackage(file, specifier, isTypeOnly) {
  const folder = folderOf(file);
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (folder === 'core' && !PURE_PACKAGES.includes(name)) {
    return `core decides and does nothing else: it may use ${PURE_PACKAGES.join(', ')}, not '${specifier}'. Take what it would fetch (time, chance, rows) as an argument.`;
  }
  if (name === '@nestjs/typeorm') {
    return 'A repository in hand is a way round the one seam to the database: take Database and use the Tx that it hands out.';
  }
  if (name === 'typeorm' && !isTypeOnly && folder !== 'database' && !SQL_FILES.test(file)) {
    return 'TypeORM is spoken in src/database and in files named *.store.ts, *.reader.ts, *.search.ts and *.query.ts, where SQL is looked for: move the query there, or import a type only.';
  }
  return null;
}
