import type { Instant } from '../../core/instant.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { OpenCalls, type CallKind, type Permitted } from './call-slots.js';
import type { MarkLead } from './mark-lead.js';

const ALL: Permitted = { long: true, background: true };
const KINDS: readonly CallKind[] = ['usual', 'long', 'background'];

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
  readonly calls = new OpenCalls();
  /** Those that wait, by what they are to the slots: none keeps one of another kind waiting. */
  private readonly waiting: Record<CallKind, ClaimedRun[]> = { usual: [], long: [], background: [] };
  private postponed: Postponed[] = [];

  constructor(
    readonly tenancyId: number,
    public maxCalls: number,
    private readonly lead: MarkLead,
    private readonly kindOf: (run: ClaimedRun) => CallKind = () => 'usual',
  ) {}

  /** How many runs the lane holds, including the ones that are being called. */
  get taken(): number {
    const { usual, long, background } = this.waiting;
    return usual.length + long.length + background.length + this.postponed.length + this.calls.total;
  }

  /** How many background runs wait. */
  get background(): number {
    return this.waiting.background.length;
  }

  /** Whether runs of other kinds than usual ones may be taken: those that are postponed count, whatever they are. */
  get hasUnusual(): boolean {
    const { long, background } = this.waiting;
    return long.length + background.length + this.postponed.length > 0;
  }

  /** Whether it has more than background runs. */
  get isContending(): boolean {
    const { usual, long } = this.waiting;
    return usual.length + long.length + this.postponed.length + this.calls.foreground > 0;
  }

  /** Returns whether a run is due and not postponed; background runs keep no others from being claimed. */
  hasDue(now: Instant): boolean {
    return Math.min(this.dueAt('usual'), this.dueAt('long')) <= now;
  }

  /** Adds a run. Call `sort` after all runs are added. */
  push(run: ClaimedRun): void {
    this.waiting[this.kindOf(run)].push(run);
  }

  /** Sorts the waiting runs by the time at which they are due. */
  sort(): void {
    for (const kind of KINDS) {
      if (this.waiting[kind].length > 1) this.waiting[kind].sort((a, b) => a.dueAt - b.dueAt);
    }
  }

  /** Stores a run that must not be taken again before an instant. */
  postpone(run: ClaimedRun, until: Instant): void {
    this.postponed.push({ run, until });
    this.postponed.sort((a, b) => a.until - b.until);
  }

  /**
   * Returns of which kind the run is that is to be called next: the one that has been due for the longest time, or is due in a
   * moment; null where there is none. One that may take long is only meant where that is said; a background run only where
   * that is said and nothing else is due.
   */
  dueKind(now: Instant, may = ALL): CallKind | null {
    if (this.postponed.length > 0) this.resume(now);
    const until = now + this.lead.takenAheadMs;
    const usual = this.dueAt('usual');
    // This is asked for each lane with each call that ends, and hardly any has others.
    if (!this.hasUnusual) return usual <= until ? 'usual' : null;
    const long = this.dueAt('long');
    if (Math.min(usual, may.long ? long : Infinity) <= until)
      return may.long && long < usual ? 'long' : 'usual';
    if (!may.background || long <= until || this.dueAt('background') > until) return null;
    return 'background';
  }

  /** Removes and returns the first run of a kind; null where there is none. */
  take(kind: CallKind): ClaimedRun | null {
    return this.waiting[kind].shift() ?? null;
  }

  /** Removes and returns every run that is not being called and for which `isOut` is true. */
  takeOut(isOut: (run: ClaimedRun) => boolean): ClaimedRun[] {
    const out: ClaimedRun[] = [];
    const stays = (run: ClaimedRun) => {
      const isStaying = !isOut(run);
      if (!isStaying) out.push(run);
      return isStaying;
    };
    for (const kind of KINDS) this.waiting[kind] = this.waiting[kind].filter(stays);
    this.postponed = this.postponed.filter(({ run }) => stays(run));
    return out;
  }

  /** Returns the next instant after `now` at which a run should be taken, Infinity where there is none. */
  nextAt(now: Instant): Instant {
    if (!this.hasUnusual) return this.takenAt('usual', now);
    const until = this.postponed[0]?.until ?? Infinity;
    return Math.min(
      this.takenAt('usual', now),
      this.takenAt('long', now),
      this.takenAt('background', now),
      until > now ? until : Infinity,
    );
  }

  private dueAt(kind: CallKind): Instant {
    return this.waiting[kind][0]?.dueAt ?? Infinity;
  }

  /** Returns when the first run of a kind is to be taken, Infinity where there is none or it is only kept by limits. */
  private takenAt(kind: CallKind, now: Instant): Instant {
    const dueAt = this.dueAt(kind);
    return dueAt <= now + this.lead.takenAheadMs ? Infinity : dueAt - this.lead.takenByMs;
  }

  private resume(now: Instant): void {
    const count = this.postponed.findIndex(({ until }) => until > now);
    const resumed = this.postponed.splice(0, count < 0 ? this.postponed.length : count);
    if (resumed.length === 0) return;
    for (const { run } of resumed) this.push(run);
    this.sort();
  }
}
