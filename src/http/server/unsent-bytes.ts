import { DomainError } from '../../core/errors.js';

const MEBIBYTE = 1_048_576;
const RETRY_AFTER_S = 5;

/** Why more bytes may not be written now. */
class TooMuchUnsent extends DomainError {
  readonly retryAfterS = RETRY_AFTER_S;
}

/**
 * Counts the bytes of answers that are written and not yet sent, because their clients read slowly or not at all: those
 * of each caller, and those of all. They lie in memory, so both have a limit.
 */
export class UnsentBytes {
  private total = 0;
  private readonly ofCallers = new Map<string, number>();

  constructor(
    private readonly mostPerCaller = 16 * MEBIBYTE,
    private readonly mostInAll = 64 * MEBIBYTE,
  ) {}

  /** Returns how many bytes wait, for one caller or for all. */
  of(caller?: string): number {
    return caller === undefined ? this.total : (this.ofCallers.get(caller) ?? 0);
  }

  /** Throws TooMuchUnsent where this many more bytes for the caller are beyond a limit. */
  refuse(caller: string, bytes: number): void {
    if (this.of(caller) + bytes > this.mostPerCaller) {
      throw new TooMuchUnsent(
        'tooManyRequests',
        `Answers of ${this.of(caller)} bytes wait to be read: read them, then try again in ${RETRY_AFTER_S} s.`,
      );
    }
    if (this.total + bytes > this.mostInAll) {
      throw new TooMuchUnsent(
        'unavailable',
        `Too many answers wait to be read by their clients: try again in ${RETRY_AFTER_S} s.`,
      );
    }
  }

  /** Counts bytes of a caller, and returns what takes them out of the count again. */
  hold(caller: string, bytes: number): () => void {
    this.add(caller, bytes);
    let isHeld = true;
    return () => {
      if (isHeld) this.add(caller, -bytes);
      isHeld = false;
    };
  }

  private add(caller: string, bytes: number): void {
    this.total += bytes;
    const left = this.of(caller) + bytes;
    if (left <= 0) this.ofCallers.delete(caller);
    else this.ofCallers.set(caller, left);
  }
}
