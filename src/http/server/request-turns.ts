import type { NextFunction, Request, Response } from 'express';

/** For how many milliseconds of a turn of the event loop requests may begin. */
const MOST_MS = 2;

/**
 * Spreads a burst of requests over turns of the event loop, so that calls that are due and answers of the database come
 * in between: however many requests arrive at once, and however fast each is refused, they keep a run waiting for some
 * milliseconds. Addresses take turns, so that one that floods delays itself.
 */
export class RequestTurns {
  private readonly waiting = new Map<string, (() => void)[]>();
  /** When the first request of this turn began; null where none has. */
  private since: number | null = null;

  /** `now` in milliseconds that only go up. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  readonly pass = (request: Request, response: Response, next: NextFunction): void => {
    if (this.since === null) {
      this.since = this.now();
      setImmediate(() => void this.turn());
    }
    if (this.waiting.size === 0 && this.isTimeLeft) return next();
    this.wait(request.ip ?? '', () => {
      if (!response.closed) next();
    });
  };

  private get isTimeLeft(): boolean {
    return this.since !== null && this.now() - this.since < MOST_MS;
  }

  private wait(address: string, begin: () => void): void {
    const others = this.waiting.get(address);
    if (others) others.push(begin);
    else this.waiting.set(address, [begin]);
  }

  /** Lets one request of each address begin after another. What they do before they wait for something counts. */
  private async turn(): Promise<void> {
    this.since = this.now();
    try {
      while (this.waiting.size > 0 && this.isTimeLeft) {
        this.takeFirst()?.();
        await Promise.resolve();
      }
    } finally {
      if (this.waiting.size === 0) this.since = null;
      else setImmediate(() => void this.turn());
    }
  }

  /** Takes out a request of the address that has waited for its turn the longest. */
  private takeFirst(): (() => void) | undefined {
    for (const [address, queue] of this.waiting) {
      this.waiting.delete(address);
      const begin = queue.shift();
      if (queue.length > 0) this.waiting.set(address, queue);
      return begin;
    }
    return undefined;
  }
}
