import type { Clock } from '../core/clock.js';
import { fairPart } from '../core/fair-share.js';
import { HOUR_MS, type Instant } from '../core/instant.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { Lane } from './lane.js';

/** No timer is set for longer than this: Node.js fires one at once that is longer than 24 days. */
const LONGEST_SLEEP_MS = HOUR_MS;

/** How many runs of a tenancy are worth looking for: looking costs the database as much as claiming a few. */
export const LEAST_SHARE = 20;

export interface CallLimits {
  /** Calls in flight, of all tenancies together. */
  readonly maxCalls: number;
  /** Calls in flight of one tenancy that has no limit of its own. */
  readonly maxCallsPerTenant: number;
  /** Runs that are claimed and wait in memory for their millisecond or for a free call. */
  readonly maxWaiting: number;
}

/**
 * Holds claimed runs until their millisecond and then starts their calls, fairly: one lane per tenancy, lanes
 * take turns, calls are capped per lane and in total. With many busy lanes each gets an equal part and one part
 * stays free, so that slow endpoints of some never keep the others waiting. Everything here is in memory and
 * bounded by what was claimed.
 */
export class FairQueue {
  private readonly lanes = new Map<number, Lane>();
  /** The limits of those tenancies that have one of their own; a lane lives no longer than its runs. */
  private readonly ownLimits = new Map<number, number>();
  private turns: Lane[] = [];
  private inFlightTotal = 0;
  private waitingTotal = 0;
  private timer: NodeJS.Timeout | undefined;
  private wakesAt: Instant = Infinity;
  private isOpen = true;
  private readonly whenEmptied: (() => void)[] = [];

  /** `start` calls a run and returns when the call is over; null where the run is not called. */
  constructor(
    private readonly limits: CallLimits,
    private readonly clock: Clock,
    private readonly start: (run: ClaimedRun) => Promise<void> | null,
  ) {}

  get inFlight(): number {
    return this.inFlightTotal;
  }

  get waiting(): number {
    return this.waitingTotal;
  }

  /** How many more runs may be claimed, of all tenancies together. */
  get room(): number {
    const most = this.limits.maxCalls + this.limits.maxWaiting;
    return this.isOpen ? most - this.inFlightTotal - this.waitingTotal : 0;
  }

  /**
   * Returns how many more runs of a tenancy to claim while `contending` others have due runs too: as many as it has
   * room for, but none while due ones wait here still and the room is not worth a look.
   */
  wantsOf(tenancyId: number, maxCalls: number | null, contending: number): number {
    const lane = this.lanes.get(tenancyId);
    const own = maxCalls ?? this.limits.maxCallsPerTenant;
    if (maxCalls === null) this.ownLimits.delete(tenancyId);
    else this.ownLimits.set(tenancyId, maxCalls);
    if (lane) lane.maxCalls = own;
    const active = Math.max(contending, this.lanes.size);
    const calls = Math.min(own, fairPart(this.limits.maxCalls, active));
    const most = calls + fairPart(this.limits.maxWaiting, active);
    const room = most - (lane?.taken ?? 0);
    const isBusy = lane !== undefined && lane.hasDue(this.clock.now());
    return isBusy && room < Math.min(LEAST_SHARE, most / 2) ? 0 : room;
  }

  /**
   * Takes claimed runs in; each starts at its due instant, or as soon after as its turn comes. Once closed it
   * takes none: they are left to whoever takes over from this replica.
   */
  add(runs: readonly ClaimedRun[]): void {
    if (!this.isOpen) return;
    for (const run of runs) this.laneOf(run.tenancyId).push(run);
    this.waitingTotal += runs.length;
    const touched = new Set(runs.map((run) => run.tenancyId));
    for (const id of touched) this.laneOf(id).sort();
    this.startDue();
  }

  /** Takes a run back in that is not called now: its turn comes again at `until`, at the earliest a millisecond from now. */
  postpone(run: ClaimedRun, until: Instant): void {
    const next = Math.max(until, this.clock.now() + 1);
    this.laneOf(run.tenancyId).postpone(run, next);
    this.waitingTotal += 1;
    if (next < this.wakesAt) this.wakeAt(next);
  }

  /** Takes runs of these schedules out again before they are called, and returns them. */
  drop(scheduleIds: ReadonlySet<string>): ClaimedRun[] {
    return this.takeOut((run) => scheduleIds.has(run.schedule.id));
  }

  /** Resolves once no run waits: each was started, or taken out. */
  async emptied(): Promise<void> {
    if (this.waitingTotal > 0) await new Promise<void>((resolve) => this.whenEmptied.push(resolve));
  }

  /** Starts no further call and returns the runs that were waiting. */
  close(): ClaimedRun[] {
    this.isOpen = false;
    return this.takeOut(() => true);
  }

  /** Takes every waiting run out for which `isOut` holds, and returns them. */
  takeOut(isOut: (run: ClaimedRun) => boolean): ClaimedRun[] {
    const out = [...this.lanes.values()].flatMap((lane) => lane.takeOut(isOut));
    this.leave(out.length);
    this.startDue();
    return out;
  }

  /** Starts whatever is due and permitted, one run per lane and turn, and sets the timer for what is next. */
  startDue(): void {
    const now = this.clock.now();
    const perLane = fairPart(this.limits.maxCalls, this.lanes.size);
    let isIdle = false;
    while (!isIdle && this.inFlightTotal < this.limits.maxCalls) {
      isIdle = true;
      for (const lane of this.turns) {
        if (this.inFlightTotal >= this.limits.maxCalls) break;
        if (this.startOne(lane, now, perLane)) isIdle = false;
      }
      const first = this.turns.shift();
      if (first) this.turns.push(first);
    }
    this.removeIdleLanes();
    this.wakeAt(this.nextAt(now));
  }

  private leave(count: number): void {
    this.waitingTotal -= count;
    if (this.waitingTotal === 0) for (const resolve of this.whenEmptied.splice(0)) resolve();
  }

  private laneOf(tenancyId: number): Lane {
    let lane = this.lanes.get(tenancyId);
    if (!lane) {
      lane = new Lane(tenancyId, this.ownLimits.get(tenancyId) ?? this.limits.maxCallsPerTenant);
      this.lanes.set(tenancyId, lane);
      this.turns.push(lane);
    }
    return lane;
  }

  /** Starts one call of a lane. Runs that are due and not called pass by, so that they hold up nobody behind them. */
  private startOne(lane: Lane, now: Instant, perLane: number): boolean {
    if (lane.inFlight >= Math.min(lane.maxCalls, perLane)) return false;
    for (let run = lane.takeDue(now); run !== null; run = lane.takeDue(now)) {
      lane.inFlight++;
      this.inFlightTotal++;
      const call = this.start(run);
      this.leave(1); // after `start`, which may have taken the run back in
      if (call !== null) {
        void call.finally(() => this.ended(lane));
        return true;
      }
      lane.inFlight--;
      this.inFlightTotal--;
    }
    return false;
  }

  private ended(lane: Lane): void {
    lane.inFlight--;
    const wasFull = this.inFlightTotal-- >= this.limits.maxCalls;
    const perLane = fairPart(this.limits.maxCalls, this.lanes.size);
    if (!wasFull && lane.taken > 0) this.startOne(lane, this.clock.now(), perLane);
    if (wasFull || lane.taken === 0) this.startDue();
  }

  private removeIdleLanes(): void {
    const idle = this.turns.filter((lane) => lane.taken === 0);
    if (idle.length === 0) return;
    for (const lane of idle) this.lanes.delete(lane.tenancyId);
    this.turns = this.turns.filter((lane) => lane.taken > 0);
  }

  private nextAt(now: Instant): Instant {
    let next = Infinity;
    for (const lane of this.turns) next = Math.min(next, lane.nextAt(now));
    return next;
  }

  private wakeAt(at: Instant): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wakesAt = at;
    if (at === Infinity) return;
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(1, at - this.clock.now()));
    this.timer = setTimeout(() => this.startDue(), ms);
    this.timer.unref();
  }
}
