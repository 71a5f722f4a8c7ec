import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { atEndOfFile } from '../../support/end-of-file.js';
import { makeScratchFolder } from '../../support/scratch.js';

/** A place for files that can be made full for one process, and be given room again. */
export interface SmallDisk {
  readonly name: string;
  /** What a database that is told so says of it. */
  readonly complaint: string;
  readonly folder: string;
  fill(pid: number): void;
  makeRoom(pid: number): void;
}

const SIZE_MB = 8;
const PAGE_BYTES = 4_096;

/**
 * Returns every kind of small disk that this machine can give: a file system of its own (as root), and a limit on
 * the size of the files that the process may write, which nobody forbids on Linux. Throws where there is none.
 */
export function smallDisks(): SmallDisk[] {
  const disks = [fileSystem(), sizeLimit()].filter((disk) => disk !== null);
  if (disks.length === 0) {
    throw new Error(
      'A full disk needs Linux: the right to mount a file system (root), or the program prlimit (util-linux).',
    );
  }
  return disks;
}

function fileSystem(): SmallDisk | null {
  const folder = makeScratchFolder('carillon-disk-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    const why = error instanceof Error ? error.message.trim() : String(error);
    process.stderr.write(`No file system can be mounted here (${why}): the disk is full by a limit alone.\n`);
    return null;
  }
  atEndOfFile(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  const ballast = join(folder, 'ballast');
  return {
    name: `a file system of ${SIZE_MB} MB (ENOSPC)`,
    complaint: 'The database cannot be written: its disk is full.',
    folder,
    fill: () => fillUp(ballast),
    makeRoom: () => rmSync(ballast),
  };
}

/** Not a full disk to the letter: the kernel says EFBIG, and SQLite calls it an I/O error. */
function sizeLimit(): SmallDisk | null {
  const limit = (pid: number, bytes: number | 'unlimited') =>
    void execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { stdio: 'pipe' });
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'pipe' });
  } catch {
    return null;
  }
  const folder = makeScratchFolder('carillon-disk-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  return {
    name: 'a limit on the size of files (EFBIG)',
    complaint: 'The database file cannot be read or written (SQLITE_IOERR_WRITE).',
    folder,
    fill: (pid) => limit(pid, PAGE_BYTES),
    // The limit ends with its process.
    makeRoom: (pid) => existsSync(`/proc/${pid}`) && limit(pid, 'unlimited'),
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(PAGE_BYTES);
  try {
    for (;;) writeSync(file, chunk);
  } catch {
    // No space left: that is what it is for.
  } finally {
    closeSync(file);
  }
}
