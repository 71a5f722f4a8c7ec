import { copyFileSync, constants, existsSync, chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../config/make-folder.js';
import type { Instant } from '../../core/instant.js';
import { FileLock } from '../connection/file-lock.js';
import { partialOf, putInPlace, sync } from './back-up-file.js';
import { checkCopy, UnusableFile, type Contents } from './sqlite-file.js';

/** A backup that is in its place. */
export interface Restored extends Contents {
  /** Where the database of before is now; null where there was none. */
  readonly kept: string | null;
}

/**
 * Puts a copy of a backup in the place of a database that no process has, once all of it was read and found whole. What was there stays
 * beside it under another name, with its log: a log that stayed in its place would be taken for one of the backup and
 * damage it. Throws CannotStart where a process has the database, UnusableFile where the backup is no whole database
 * of the service.
 */
export async function restoreFile(backup: string, file: string, now: Instant): Promise<Restored> {
  if (existsSync(`${backup}-wal`)) {
    throw new UnusableFile(
      `a log (${backup}-wal) lies beside it, so it is a database in use and not a backup`,
    );
  }
  if (!statSync(backup).isFile()) throw new UnusableFile('it is no file');
  makeFolder(dirname(file));
  const lock = await FileLock.take(file, 0);
  const partial = partialOf(file);
  try {
    copyFileSync(backup, partial, constants.COPYFILE_EXCL);
    chmodSync(partial, 0o600);
    const contents = await checkCopy(partial);
    if (contents.schema === null) throw new UnusableFile('it is no database of Carillon');
    // Before the database of before goes: it takes long for a large file, and meanwhile there would be none.
    sync(partial);
    const kept = existsSync(file) ? keep(file, now) : null;
    putInPlace(partial, file);
    return { ...contents, kept };
  } finally {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${partial}${end}`, { force: true });
    await lock.release();
  }
}

function keep(file: string, now: Instant): string {
  const named = `${file}.before-restore-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  // Two within a second: the first one has the name.
  let kept = named;
  for (let more = 2; existsSync(kept); more++) kept = `${named}-${more}`;
  renameSync(file, kept);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${kept}-wal`);
  rmSync(`${file}-shm`, { force: true });
  return kept;
}
