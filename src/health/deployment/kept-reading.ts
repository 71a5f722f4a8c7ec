import type { Clock } from '../../core/clock.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { orAfter } from '../../core/or-after.js';

/** How old what is kept may be while a newer reading is awaited, or does not come. */
const FRESH_MS = 60 * SECOND_MS;
/**
 * For how long who asks waits for a reading: longer where nothing else could be told. One that is known to take longer is not
 * waited for again.
 */
const MOST_WAIT_MS = 75;
const FIRST_WAIT_MS = 250;

interface Kept<T> {
  readonly value: T;
  readonly at: Instant;
}

export interface Pace {
  /** A reading follows the one before after this time at the earliest, however many ask. */
  readonly everyMs: number;
  /** Told of a reading that failed. */
  readonly failed: (error: unknown) => void;
}

/**
 * What is read from the database for monitoring: by whoever asks first once it is old, and kept for all who ask after. Who asks
 * is never held for long: a database that hangs gives what is kept as long as that is fresh, one that fails gives nothing.
 */
export class KeptReading<T> {
  private kept: Kept<T> | null = null;
  private begunAt = Number.NEGATIVE_INFINITY;
  private isUnderWay = false;
  private wait: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly read: (now: Instant) => Promise<T>,
    private readonly clock: Clock,
    private readonly pace: Pace,
  ) {}

  /** Returns the latest value; null where none is known that is fresh. */
  async get(): Promise<T | null> {
    const now = this.clock.now();
    // The clock may have been set back since.
    if (!this.isUnderWay && Math.abs(now - this.begunAt) >= this.pace.everyMs) {
      this.wait = orAfter(this.fresh === null ? FIRST_WAIT_MS : MOST_WAIT_MS, this.begin(now));
    }
    await this.wait;
    return this.fresh?.value ?? null;
  }

  private get fresh(): Kept<T> | null {
    const { kept } = this;
    return kept !== null && Math.abs(this.clock.now() - kept.at) < FRESH_MS ? kept : null;
  }

  private async begin(now: Instant): Promise<void> {
    this.begunAt = now;
    this.isUnderWay = true;
    try {
      this.kept = { value: await this.read(now), at: now };
    } catch (error) {
      this.kept = null;
      this.pace.failed(error);
    } finally {
      this.isUnderWay = false;
    }
  }
}
