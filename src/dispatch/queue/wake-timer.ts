import type { Clock } from '../../core/clock.js';
import { HOUR_MS, type Instant } from '../../core/instant.js';

/** The longest timer that is set: Node.js fires a timer of more than 24 days at once. */
const LONGEST_SLEEP_MS = HOUR_MS;

/** One timer for an instant; a later call of `wakeAt` replaces the one before. It keeps no process alive. */
export class WakeTimer {
  private timer: NodeJS.Timeout | undefined;
  private wakesAt: Instant = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly wake: () => void,
  ) {}

  /** Sets the timer for an instant, at the earliest a millisecond from now; Infinity sets none. */
  wakeAt(at: Instant): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wakesAt = at;
    if (at === Infinity) return;
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(1, at - this.clock.now()));
    this.timer = setTimeout(this.wake, ms);
    this.timer.unref();
  }

  /** Does the same unless the timer is set for an earlier instant. */
  wakeBy(at: Instant): void {
    if (at < this.wakesAt) this.wakeAt(at);
  }
}
