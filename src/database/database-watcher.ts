/**
 * Why a transaction was run again: others held what it needs, the connection or the server was lost, or the database said at
 * the COMMIT that it was undone.
 */
export const REPEAT_REASONS = ['deadlock', 'lost', 'commit'] as const;
export type RepeatReason = (typeof REPEAT_REASONS)[number];

/** Is told what work meets on its way to the database; called for each piece of work, so that it must be quick. */
export interface DatabaseWatcher {
  /** A piece of work got its connection, or gave up, after so many milliseconds. */
  readonly onWaited: (ms: number) => void;
  readonly onRepeated: (reason: RepeatReason) => void;
}

/** How many connections work, how many rest, and how many pieces of work wait because none is free. */
export interface DatabaseLoad {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
}

/** The time for which a piece of work waits for its connection: told once, and for each repetition again. */
export class Wait {
  readonly beganMs = performance.now();
  private sinceMs: number | null = this.beganMs;

  constructor(private readonly watcher: DatabaseWatcher | null) {}

  begin(): void {
    this.sinceMs = performance.now();
  }

  /** The connection is there, or nobody waits for it any more. */
  end(): void {
    if (this.sinceMs !== null) this.watcher?.onWaited(performance.now() - this.sinceMs);
    this.sinceMs = null;
  }
}
