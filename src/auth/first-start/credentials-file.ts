import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CannotStart } from '../../config/cannot-start.js';
import { makeFolder } from '../../config/make-folder.js';

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
      writeFileSync(this.draft, textOf(content), { mode: 0o600, flag: 'wx' });
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

  /** Forgets what was written. */
  discard(): void {
    rmSync(this.draft, { force: true });
  }
}

function textOf(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
