/** For how long work may keep the event loop from turning before it lets it. */
const MOST_MS = 3;

/**
 * Lets the event loop turn between pieces of work that run in this process and wait for nothing: the results of an
 * embedded database come as promises, which are followed before any timer, socket or new request gets its turn.
 */
export class LoopTurns {
  private since: number | null = null;

  /** `now` in milliseconds that only go up. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes that a piece of work begins. */
  begin(): void {
    if (this.since !== null) return;
    this.since = this.now();
    setImmediate(() => (this.since = null));
  }

  /** Resolves at once, or, where work has kept the loop for some milliseconds, after it has turned. */
  async pause(): Promise<void> {
    if (this.since === null || this.now() - this.since < MOST_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
