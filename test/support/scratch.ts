import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY_FOLDER = '/dev/shm';
const ROOM_BYTES = 2 ** 30;

/**
 * Makes a folder for files that live no longer than the test run: in memory where the machine has a memory folder
 * with room, because there a schema costs a twentieth; else, and where `onDisk`, among the temporary files.
 */
export function makeScratchFolder(prefix: string, { onDisk = false } = {}): string {
  if (onDisk) return mkdtempSync(join(tmpdir(), prefix));
  // Within a test run everything lies in the run's own folder, which goes with the run (jest/test-run.ts).
  const run = process.env['CARILLON_TEST_FOLDER'];
  return mkdtempSync(join(run ?? (hasMemoryFolder() ? MEMORY_FOLDER : tmpdir()), prefix));
}

function hasMemoryFolder(): boolean {
  try {
    accessSync(MEMORY_FOLDER, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}
