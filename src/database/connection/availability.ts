import { Logger } from '@nestjs/common';
import { DomainError } from '../../core/errors.js';

/** While the database is in trouble it is said so often, however much work fails. */
const SAY_EVERY_MS = 60_000;

/** The database cannot work now; its message says why. It was told in the log when it began, so who tries again need not. */
export class DatabaseUnavailable extends DomainError {
  constructor(reason: string, cause: unknown) {
    super('unavailable', `${reason} Try again later.`);
    this.cause = cause;
  }
}

/** The work had to wait for other work for too long. The database itself is well: nothing is told in the log. */
export class DatabaseBusy extends DomainError {
  constructor(reason: string, cause?: unknown) {
    super('unavailable', `${reason} Try again later.`);
    this.cause = cause;
  }
}

/** Returns whether work failed because the database could not take it now: the same work may be done later. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof DatabaseBusy;
}

/** Tells why work failed that is tried again anyway, unless it is that the database is unavailable: that is told once for all. */
export function logUnlessUnavailable(error: unknown, tell: (reason: string) => void): void {
  if (!(error instanceof DatabaseUnavailable)) tell(String(error));
}

/** Whether the database takes work, by what became of the latest: one line when trouble begins, one a minute, one when it is over. */
export class Availability {
  private readonly log = new Logger('Database');
  private reason: string | null = null;
  private failures = 0;
  private saidAt = Number.NEGATIVE_INFINITY;
  private isOverUnsaid = false;

  /** What is wrong, as a sentence; null while nothing is. */
  get trouble(): string | null {
    return this.reason;
  }

  /** Notes work that failed for this reason. */
  failed(reason: string): void {
    this.reason = reason;
    this.failures++;
    if (performance.now() - this.saidAt < SAY_EVERY_MS) return;
    this.saidAt = performance.now();
    this.isOverUnsaid = true;
    this.log.error(
      `${reason} What needs the database fails until it works again, and is tried again where it can be.`,
    );
  }

  /** Notes a transaction that was committed. A full disk may take small ones in between: then the end is said once a minute, too. */
  succeeded(): void {
    if (this.reason === null) return;
    this.reason = null;
    if (!this.isOverUnsaid) return;
    this.isOverUnsaid = false;
    this.log.log(`The database takes work again, failures: ${this.failures}.`);
    this.failures = 0;
  }
}
