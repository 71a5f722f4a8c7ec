import type { Instant } from '../core/instant.js';

const WINDOW_MS = 1_000;
/** Instants to wait for are rounded up to this, so that many who wait ask seldom. */
const STEP_MS = 100;

/** What was sent from one tenant to one host within the last second, oldest first from `first` on. */
interface Sent {
  readonly instants: Instant[];
  first: number;
}

/**
 * Counts the calls of each tenant to each host over any second. It remembers no more than the calls of the last
 * second, and forgets who has made none since.
 */
export class HostRate {
  private readonly sent = new Map<string, Sent>();
  private prunedAt: Instant = 0;

  /**
   * Returns null and counts a call where fewer than `most` were counted within the last second; otherwise the instant
   * at which to ask again, which may be up to 100 ms later than a call is free.
   */
  take(key: string, most: number, now: Instant): Instant | null {
    if (now - this.prunedAt >= WINDOW_MS || now < this.prunedAt) this.prune(now);
    const sent = this.sent.get(key) ?? { instants: [], first: 0 };
    this.sent.set(key, sent);
    this.forget(sent, now);
    const over = sent.instants.length - sent.first - most;
    const blocking = over >= 0 ? sent.instants[sent.first + over] : undefined;
    if (blocking !== undefined) return Math.ceil((blocking + WINDOW_MS) / STEP_MS) * STEP_MS;
    sent.instants.push(now);
    return null;
  }

  /** How many pairs of tenant and host are remembered. */
  get size(): number {
    return this.sent.size;
  }

  private prune(now: Instant): void {
    this.prunedAt = now;
    for (const [key, sent] of this.sent) {
      this.forget(sent, now);
      if (sent.first === sent.instants.length) this.sent.delete(key);
    }
  }

  private forget(sent: Sent, now: Instant): void {
    const { instants } = sent;
    // An instant of the future: the clock was set back.
    const isCounted = (at: Instant | undefined) => at !== undefined && at > now - WINDOW_MS && at <= now;
    while (sent.first < instants.length && !isCounted(instants[sent.first])) sent.first += 1;
    if (sent.first * 2 <= instants.length) return;
    instants.splice(0, sent.first);
    sent.first = 0;
  }
}
