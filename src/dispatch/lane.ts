import type { Instant } from '../core/instant.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';

/** Timers fire early or late by this much; a run may start so much before its millisecond. */
const TIMER_SLACK_MS = 1;

interface Postponed {
  readonly run: ClaimedRun;
  readonly until: Instant;
}

/**
 * The claimed runs of one tenancy: those that wait for their due instant, those that a gate has postponed, and how many
 * are being called. The two are apart because a postponed run keeps its due instant, which goes on record.
 */
export class Lane {
  inFlight = 0;
  private waiting: ClaimedRun[] = [];
  private postponed: Postponed[] = [];

  constructor(
    readonly tenancyId: number,
    public maxCalls: number,
  ) {}

  /** How many runs the lane holds, the ones being called included. */
  get taken(): number {
    return this.waiting.length + this.postponed.length + this.inFlight;
  }

  /** Returns whether a run is due and not postponed. */
  hasDue(now: Instant): boolean {
    const [first] = this.waiting;
    return first !== undefined && first.dueAt <= now;
  }

  /** Takes a run in; `sort` follows once all are in. */
  push(run: ClaimedRun): void {
    this.waiting.push(run);
  }

  /** Puts the runs that wait in the order in which they are due. */
  sort(): void {
    this.waiting.sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Puts a run aside that is not to be taken again before an instant. */
  postpone(run: ClaimedRun, until: Instant): void {
    this.postponed.push({ run, until });
    this.postponed.sort((a, b) => a.until - b.until);
  }

  /** Takes the run out that has been due for the longest time; null where none is due. */
  takeDue(now: Instant): ClaimedRun | null {
    if (this.postponed.length > 0) this.resume(now);
    const [first] = this.waiting;
    if (first === undefined || first.dueAt > now + TIMER_SLACK_MS) return null;
    this.waiting.shift();
    return first;
  }

  /** Takes every run out that is not being called and for which `isOut` holds. */
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

  /** Returns the next instant after `now` at which a run can be taken, Infinity where there is none. */
  nextAt(now: Instant): Instant {
    const dueAt = this.waiting[0]?.dueAt ?? Infinity;
    const until = this.postponed[0]?.until ?? Infinity;
    return Math.min(dueAt > now + TIMER_SLACK_MS ? dueAt : Infinity, until > now ? until : Infinity);
  }

  private resume(now: Instant): void {
    const count = this.postponed.findIndex(({ until }) => until > now);
    const resumed = this.postponed.splice(0, count < 0 ? this.postponed.length : count);
    if (resumed.length === 0) return;
    for (const { run } of resumed) this.waiting.push(run);
    this.sort();
  }
}
