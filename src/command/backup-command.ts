import { existsSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CannotStart } from '../config/cannot-start.js';
import type { Config } from '../config/config.js';
import { parseDatabaseUrl } from '../config/database-url.js';
import { backUpFile } from '../database/backup/back-up-file.js';
import { UnusableFile } from '../database/backup/sqlite-file.js';
import { dumpLine } from './server-tools.js';

const KB = 1024;

/** Writes the database of SQLite into a file, while the service runs or not, and returns what is said of it. Throws CannotStart. */
export async function backup(config: Config, target: string, isOverwriting: boolean): Promise<string> {
  const file = fileOf(config);
  if (!existsSync(file)) {
    throw new CannotStart(
      `There is no database file '${file}', named in DATABASE_URL: the first start of the service makes it (npm start).`,
    );
  }
  refuseTarget(target, file, isOverwriting);
  const from = performance.now();
  const { bytes, schema } = await backUpFile(file, target).catch((error: unknown) => {
    throw failure(error, file, target);
  });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  const state = schema === null ? 'no schema yet' : `schema ${schema}`;
  return [
    `Backed up ${file} to ${target}: ${sizeOf(bytes)} in ${seconds} s, ${state}, read again and found whole.`,
    ...whatElse(config),
    `To put it back, with the service stopped:  npm run restore -- ${target}`,
  ].join('\n');
}

function fileOf({ databaseUrl }: Config): string {
  if (databaseUrl === 'sqlite::memory:') {
    throw new CannotStart(
      'The database is in memory: nothing of it outlives the service, or can be backed up.',
    );
  }
  const place = parseDatabaseUrl(databaseUrl);
  if ('file' in place) return resolve(place.file);
  throw new CannotStart(
    `Nothing was backed up: DATABASE_URL names a server, whose own tool does it while the service runs (mysqldump on MySQL, with the same words):\n  ${dumpLine(place)}`,
  );
}

function refuseTarget(target: string, file: string, isOverwriting: boolean): void {
  const found = statSync(target, { throwIfNoEntry: false });
  const own = [file, `${file}-wal`, `${file}-shm`, `${file}-journal`];
  // Another name may lead to them too: a link, or a folder that is one.
  if (own.includes(target) || (found && own.some((one) => isSame(found, one)))) {
    throw new CannotStart(`The backup cannot be the database itself (${target}): name another file.`);
  }
  if (found?.isDirectory()) throw new CannotStart(`${target} is a folder: name a file in it.`);
  if (found?.isFile() === false) {
    throw new CannotStart(`${target} is no ordinary file, and would be replaced: name another one.`);
  }
  if (found !== undefined && !isOverwriting) {
    throw new CannotStart(
      `There is a file ${target} already: name another one, or add --overwrite to replace it.`,
    );
  }
  if (!existsSync(dirname(target)))
    throw new CannotStart(`There is no folder ${dirname(target)}: make it first.`);
}

function isSame({ dev, ino }: Stats, file: string): boolean {
  const its = statSync(file, { throwIfNoEntry: false });
  return its?.dev === dev && its.ino === ino;
}

/** Of what a disk does the driver's text is the shortest; what is damaged is the database, of which the backup is a copy. */
function failure(error: unknown, file: string, target: string): Error {
  if (error instanceof UnusableFile) {
    return new CannotStart(
      `Nothing was backed up: of ${file} a copy was made, and ${error.message}. Keep what you have of older backups.`,
      { cause: error },
    );
  }
  const { message } = error as Error;
  return new CannotStart(`Nothing was backed up from ${file} to ${target}: ${message}.`, { cause: error });
}

function whatElse({ keyEncryptionSecret, credentialsDir }: Config): string[] {
  const secret =
    keyEncryptionSecret === null
      ? 'KEY_ENCRYPTION_SECRET is not set here: where the service has none either, keys and passwords in the backup are readable. Keep it as you keep passwords.'
      : 'Keep KEY_ENCRYPTION_SECRET too, and in another place: without it the service does not start on this backup.';
  const files =
    credentialsDir === null
      ? []
      : [
          `Not in it: vcap-services.json and operator-credentials.json in ${credentialsDir}. Where they are lost, npm run new-binding makes new ones.`,
        ];
  return [secret, ...files];
}

function sizeOf(bytes: number): string {
  return bytes < KB * KB ? `${Math.ceil(bytes / KB)} KB` : `${(bytes / KB / KB).toFixed(1)} MB`;
}
