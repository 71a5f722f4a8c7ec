import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkCopy, withFile, type Contents } from './sqlite-file.js';

/** So many pages of 4 KB are copied at once; between two steps the process hears signals. */
const PAGES_PER_STEP = 2_500;

/** A backup that was made. */
export interface BackedUp extends Contents {
  readonly bytes: number;
}

/**
 * Writes the state that a file of SQLite has at one moment into one other file, whose rights are its owner's alone, whoever works on the
 * first meanwhile. The other file has its name only once it is whole, checked and on the disk. Throws the driver's or the
 * system's error, or UnusableFile, and leaves nothing behind then.
 */
export async function backUpFile(file: string, target: string): Promise<BackedUp> {
  const partial = partialOf(target);
  closeSync(openSync(partial, 'wx', 0o600));
  try {
    await copy(file, partial);
    const contents = await checkCopy(partial);
    const { size: bytes } = statSync(partial);
    putInPlace(partial, target);
    return { ...contents, bytes };
  } finally {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${partial}${end}`, { force: true });
  }
}

/** Returns a name beside a file for what is not whole yet. */
export function partialOf(file: string): string {
  return `${file}.${randomBytes(4).toString('hex')}.partial`;
}

/** Gives a file that is whole its name, so that neither a crash nor a power cut leaves half of one. */
export function putInPlace(partial: string, target: string): void {
  sync(partial);
  renameSync(partial, target);
  sync(dirname(target));
}

/**
 * Copies by SQLite's online backup. It begins anew whenever another process commits, so beside a busy service it would not end:
 * here it copies within one read transaction, which sees one state. Writers go on meanwhile; what they write
 * stays in the log (`-wal`) until the copy is made.
 */
function copy(file: string, partial: string): Promise<void> {
  return withFile(file, async (connection) => {
    connection.exec('BEGIN');
    connection.prepare('SELECT COUNT(*) FROM sqlite_master').get();
    await connection.backup(partial, { progress: () => PAGES_PER_STEP });
    connection.exec('COMMIT');
  });
}

/** Writes what a file or a folder has to the disk. */
export function sync(path: string): void {
  if (!existsSync(path)) return;
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
