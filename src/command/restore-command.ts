import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CannotStart } from '../config/cannot-start.js';
import type { Config } from '../config/config.js';
import { parseDatabaseUrl } from '../config/database-url.js';
import { SystemClock } from '../core/clock.js';
import { restoreFile } from '../database/backup/restore-file.js';
import { UnusableFile } from '../database/backup/sqlite-file.js';
import { loadLine } from './server-tools.js';

/** Puts a backup in the place of the database of SQLite, where no process has it, and returns what is said of it. Throws CannotStart. */
export async function restore({ databaseUrl }: Config, backup: string): Promise<string> {
  const file = fileOf(databaseUrl);
  if (!existsSync(backup)) throw new CannotStart(`There is no file ${backup}.`);
  if (backup === file) throw new CannotStart(`${backup} is the database itself: name a backup of it.`);
  const { schema, aliveAt, kept } = await restoreFile(backup, file, new SystemClock().now()).catch(
    (error: unknown) => {
      if (!(error instanceof UnusableFile)) throw error;
      throw new CannotStart(`${backup} was not restored: ${error.message}. ${file} is as it was.`, {
        cause: error,
      });
    },
  );
  return [
    `Restored ${file} from ${backup}, schema ${schema}.`,
    ...(kept === null ? [] : [`The database of before is ${kept}: delete it once all is well.`]),
    ...(aliveAt === null ? [] : statesOf(aliveAt)),
  ].join('\n');
}

function statesOf(aliveAt: number): string[] {
  return [
    `It knows what happened until about ${new Date(aliveAt).toISOString()}. What was planned for later is due now, and what was called since then is called again:`,
    `after less than 20 minutes every run that was planned meanwhile, after more the last one of each schedule.`,
    `To look at it before anything is called:  DISPATCH=off npm start`,
  ];
}

function fileOf(databaseUrl: string): string {
  if (databaseUrl === 'sqlite::memory:') {
    throw new CannotStart('The database is in memory: nothing can be put in its place.');
  }
  const place = parseDatabaseUrl(databaseUrl);
  if ('file' in place) return resolve(place.file);
  throw new CannotStart(
    `Nothing was restored: DATABASE_URL names a server, whose own tool does it. Stop every replica, make an empty database, and then:\n  ${loadLine(place)}`,
  );
}
