import type { Instant } from '../core/instant.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import type { MarkLead } from './mark-lead.js';

interface Postponed {
  readonly run: ClaimedRun;
  readonly until: Instant;
}

/**
 * The claimed runs of one tenancy: those that wait for their due instant, those that a gate has postponed, and
 * the number of runs that are being called. Postponed runs are kept separately because they keep their due
 * instant, which is recorded.
 */
export class Lane {
  inFlight = 0;
  /** How many of them may take long. */
  longInFlight = 0;
  private waiting: ClaimedRun[] = [];
  /** Those that may take long: they wait apart, so that they keep none of the others waiting. */
  private waitingLong: ClaimedRun[] = [];
  private postponed: Postponed[] = [];

  constructor(
    readonly tenancyId: number,
    public maxCalls: number,
    private readonly lead: MarkLead,
    private readonly isLong: (run: ClaimedRun) => boolean = () => false,
  ) {}

  /** How many runs the lane holds, including the ones that are being called. */
  get taken(): number {
    return this.waiting.length + this.waitingLong.length + this.postponed.length + this.inFlight;
  }

  /** Returns whether a run is due and not postponed. */
  hasDue(now: Instant): boolean {
    return [this.waiting[0], this.waitingLong[0]].some((first) => first !== undefined && first.dueAt <= now);
  }

  /** Adds a run. Call `sort` after all runs are added. */
  push(run: ClaimedRun): void {
    (this.isLong(run) ? this.waitingLong : this.waiting).push(run);
  }

  /** Sorts the waiting runs by the time at which they are due. */
  sort(): void {
    this.waiting.sort((a, b) => a.dueAt - b.dueAt);
    this.waitingLong.sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Stores a run that must not be taken again before an instant. */
  postpone(run: ClaimedRun, until: Instant): void {
    this.postponed.push({ run, until });
    this.postponed.sort((a, b) => a.until - b.until);
  }

  /**
   * Removes and returns the run that has been due for the longest time, or is due in a moment; null where there is none.
   * One that may take long is only taken where that is said.
   */
  takeDue(now: Instant, mayBeLong = true): ClaimedRun | null {
    if (this.postponed.length > 0) this.resume(now);
    const usual = this.waiting[0]?.dueAt ?? Infinity;
    const long = mayBeLong ? (this.waitingLong[0]?.dueAt ?? Infinity) : Infinity;
    if (Math.min(usual, long) > now + this.lead.takenAheadMs) return null;
    return (long < usual ? this.waitingLong : this.waiting).shift() ?? null;
  }

  /** Removes and returns every run that is not being called and for which `isOut` is true. */
  takeOut(isOut: (run: ClaimedRun) => boolean): ClaimedRun[] {
    const out: ClaimedRun[] = [];
    const stays = (run: ClaimedRun) => {
      const isStaying = !isOut(run);
      if (!isStaying) out.push(run);
      return isStaying;
    };
    this.waiting = this.waiting.filter(stays);
    this.waitingLong = this.waitingLong.filter(stays);
    this.postponed = this.postponed.filter(({ run }) => stays(run));
    return out;
  }

  /** Returns the next instant after `now` at which a run should be taken, Infinity where there is none. */
  nextAt(now: Instant): Instant {
    const until = this.postponed[0]?.until ?? Infinity;
    return Math.min(
      this.takenAt(this.waiting[0], now),
      this.takenAt(this.waitingLong[0], now),
      until > now ? until : Infinity,
    );
  }

  /** Returns when a run is to be taken, Infinity where there is none or it is only kept by limits. */
  private takenAt(run: ClaimedRun | undefined, now: Instant): Instant {
    if (run === undefined || run.dueAt <= now + this.lead.takenAheadMs) return Infinity;
    return run.dueAt - this.lead.takenByMs;
  }

  private resume(now: Instant): void {
    const count = this.postponed.findIndex(({ until }) => until > now);
    const resumed = this.postponed.splice(0, count < 0 ? this.postponed.length : count);
    if (resumed.length === 0) return;
    for (const { run } of resumed) this.push(run);
    this.sort();
  }
}
