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
  private waiting: ClaimedRun[] = [];
  private postponed: Postponed[] = [];

  constructor(
    readonly tenancyId: number,
    public maxCalls: number,
    private readonly lead: MarkLead,
  ) {}

  /** How many runs the lane holds, including the ones that are being called. */
  get taken(): number {
    return this.waiting.length + this.postponed.length + this.inFlight;
  }

  /** Returns whether a run is due and not postponed. */
  hasDue(now: Instant): boolean {
    const [first] = this.waiting;
    return first !== undefined && first.dueAt <= now;
  }

  /** Adds a run. Call `sort` after all runs are added. */
  push(run: ClaimedRun): void {
    this.waiting.push(run);
  }

  /** Sorts the waiting runs by the time at which they are due. */
  sort(): void {
    this.waiting.sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Stores a run that must not be taken again before an instant. */
  postpone(run: ClaimedRun, until: Instant): void {
    this.postponed.push({ run, until });
    this.postponed.sort((a, b) => a.until - b.until);
  }

  /** Removes and returns the run that has been due for the longest time, or is due in a moment; null where there is none. */
  takeDue(now: Instant): ClaimedRun | null {
    if (this.postponed.length > 0) this.resume(now);
    const [first] = this.waiting;
    if (first === undefined || first.dueAt > now + this.lead.takenAheadMs) return null;
    this.waiting.shift();
    return first;
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
    this.postponed = this.postponed.filter(({ run }) => stays(run));
    return out;
  }

  /** Returns the next instant after `now` at which a run should be taken, Infinity where there is none. */
  nextAt(now: Instant): Instant {
    const dueAt = this.waiting[0]?.dueAt ?? Infinity;
    const until = this.postponed[0]?.until ?? Infinity;
    return Math.min(
      dueAt > now + this.lead.takenAheadMs ? dueAt - this.lead.takenByMs : Infinity,
      until > now ? until : Infinity,
    );
  }

  private resume(now: Instant): void {
    const count = this.postponed.findIndex(({ until }) => until > now);
    const resumed = this.postponed.splice(0, count < 0 ? this.postponed.length : count);
    if (resumed.length === 0) return;
    for (const { run } of resumed) this.waiting.push(run);
    this.sort();
  }
}
