/** How many log lines of one kind may be written in which time, and what is said of the others. */
export interface LineLimit {
  readonly most: number;
  readonly perMs: number;
  /** Writes one line that says how many were left out. */
  readonly leftOut: (count: number) => void;
}

/**
 * Log lines of a kind that others can cause: so many within a stretch of time, and then one line with the number of
 * those that were left out. A stretch begins with its first line, so that nothing is timed while there is nothing to say.
 */
export class BoundedLines {
  private written = 0;
  private omitted = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly limit: LineLimit) {}

  /** Writes the line now, or counts it where the limit is reached. */
  write(line: () => void): void {
    this.timer ??= setTimeout(() => this.end(), this.limit.perMs).unref();
    if (this.written >= this.limit.most) {
      this.omitted++;
      return;
    }
    this.written++;
    line();
  }

  /** Ends the stretch now, and says what was left out. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { omitted } = this;
    this.written = 0;
    this.omitted = 0;
    if (omitted > 0) this.limit.leftOut(omitted);
  }
}
