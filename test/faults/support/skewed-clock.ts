import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atEndOfFile } from '../../support/end-of-file.js';
import { findProgram } from '../../support/mariadb/installed-server.js';
import { makeScratchFolder } from '../../support/scratch.js';

const run = promisify(execFile);

const LIBRARY = 'libfaketimeMT.so.1';
const LIBRARY_FOLDERS = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];

/**
 * Returns the variables under which a process believes that it is so many seconds later (negative: earlier). Only
 * the calendar is moved: timers and the monotonic clock go on as they are, as on a host whose clock is wrong.
 */
export async function clockOffBy(seconds: number): Promise<Record<string, string>> {
  return {
    LD_PRELOAD: await findLibrary(),
    FAKETIME: offsetText(seconds),
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_RESET: '1',
  };
}

/** A clock that is right until it is set. */
export interface SettableClock {
  readonly env: Record<string, string>;
  /** Sets it off by so many seconds; the process sees that within about two. */
  set(seconds: number): void;
}

/** Returns the variables of a process whose calendar can be set while it runs. */
export async function settableClock(): Promise<SettableClock> {
  const { FAKETIME: _, ...env } = await clockOffBy(0);
  const folder = makeScratchFolder('carillon-clock-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'offset');
  const set = (seconds: number) => writeFileSync(file, `${offsetText(seconds)}\n`);
  set(0);
  return { env: { ...env, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: '1' }, set };
}

function offsetText(seconds: number): string {
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}s`;
}

/** Returns libfaketime; installs it where it is missing, and throws, with what to do, where that fails. */
async function findLibrary(): Promise<string> {
  const found = installed();
  if (found !== null) return found;
  const remedy = `The fault suite turns a process's clock with ${LIBRARY} and does not find it: install the package libfaketime (as root: apt-get install libfaketime).`;
  const aptGet = findProgram('apt-get');
  if (aptGet === null || process.getuid?.() !== 0) throw new Error(remedy);
  process.stderr.write(
    'The fault suite needs libfaketime and does not find it: installing it with apt-get.\n',
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words: string[]) => run(aptGet, ['-q', '-o', 'DPkg::Lock::Timeout=300', ...words], { env });
  // A stale list is told by the install that follows.
  await apt('update').catch(() => null);
  await apt('install', '-y', '--no-install-recommends', 'libfaketime').catch((error: unknown) => {
    throw new Error(`${remedy}\n${String(error).trim().slice(-300)}`);
  });
  const library = installed();
  if (library === null) throw new Error(remedy);
  return library;
}

/** Debian keeps libraries in a folder of the machine's kind: /usr/lib/x86_64-linux-gnu/faketime. */
function installed(): string | null {
  for (const folder of LIBRARY_FOLDERS) {
    if (!existsSync(folder)) continue;
    const kinds = readdirSync(folder).filter((name) => name.endsWith('-linux-gnu'));
    for (const place of ['', ...kinds]) {
      const library = join(folder, place, 'faketime', LIBRARY);
      if (existsSync(library)) return library;
    }
  }
  return null;
}
