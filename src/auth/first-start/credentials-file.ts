import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CannotStart } from '../../config/cannot-start.js';
import { makeFolder } from '../../config/make-folder.js';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** A file that others could read, and why it stays so; null where it was mended. */
export interface OpenFile {
  readonly path: string;
  readonly mode: string;
  readonly failure: string | null;
}

/** A file that only its owner can read, written before what it tells is committed and put in place after. */
export class CredentialsFile {
  readonly path: string;
  private readonly draft: string;

  constructor(folder: string, name: string) {
    this.path = join(folder, name);
    // Containers that share a folder have the same process ids.
    this.draft = `${this.path}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  }

  /** Returns whether the file is in place. */
  exists(): boolean {
    return existsSync(this.path);
  }

  /** Returns what the file holds; null where it is missing, cannot be read or is no JSON. */
  read(): unknown {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as unknown;
    } catch {
      return null;
    }
  }

  /** Writes the content beside its place. Throws CannotStart where the folder does not take it. */
  write(content: unknown): void {
    try {
      makeFolder(dirname(this.path));
      rmSync(this.draft, { force: true });
      writeFileSync(this.draft, textOf(content), { mode: OWNER_ONLY, flag: 'wx' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CannotStart(
        `The credentials cannot be written to '${this.path}' (${code}): make the folder writable, or name another one in CREDENTIALS_DIR.`,
        { cause: error },
      );
    }
  }

  /** Puts what was written in its place; what another database left there stays beside it, because it exists nowhere else. */
  keep(): void {
    if (this.exists()) renameSync(this.path, `${this.path}.old`);
    renameSync(this.draft, this.path);
  }

  /** Puts the content in the place of what is there, which it holds too. Throws CannotStart where the folder does not take it. */
  replace(content: unknown): void {
    this.write(content);
    renameSync(this.draft, this.path);
  }

  /** Takes the rights of others on the file, and on the one of before beside it, away; returns where there were some. */
  close(): OpenFile[] {
    return [this.path, `${this.path}.old`].flatMap((path) => {
      const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
      return (mode & OTHERS) === 0 ? [] : [{ path, mode: mode.toString(8), failure: closeToOthers(path) }];
    });
  }

  /** Forgets what was written. */
  discard(): void {
    rmSync(this.draft, { force: true });
  }
}

function textOf(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function closeToOthers(path: string): string | null {
  try {
    chmodSync(path, OWNER_ONLY);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
