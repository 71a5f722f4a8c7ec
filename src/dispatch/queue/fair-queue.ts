import { after } from '../../core/after.js';
import type { Clock } from '../../core/clock.js';
import { fairPart } from '../../core/fair-share.js';
import type { Instant } from '../../core/instant.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { OpenCalls, USUAL_ONLY, type CallKind, type Permitted } from './call-slots.js';
import { Lane } from './lane.js';
import type { MarkLead } from './mark-lead.js';
import { WakeTimer } from './wake-timer.js';

/** The smallest number of runs of a tenancy that is worth a search: it costs the database as much as claiming a few. */
export const LEAST_SHARE = 20;

export interface CallLimits {
  /** Maximum number of calls in flight, for all tenancies together. */
  readonly maxCalls: number;
  /** Maximum number of calls in flight for a tenancy that has no limit of its own. */
  readonly maxCallsPerTenant: number;
  /** Maximum number of claimed runs that wait in memory for their millisecond or for a free call. */
  readonly maxWaiting: number;
  /** Maximum number of runs that are called and not recorded: so many are called again after a crash. */
  readonly maxUnrecorded: number;
}

/** What was called and waits to be recorded. */
export interface Backlog {
  readonly size: number;
  /** Whether it takes so much memory that no more calls should begin. */
  readonly isFull: boolean;
}

/** What decides with the limits when calls begin. */
export interface Pace {
  readonly backlog: Backlog;
  /** How early runs are taken. */
  readonly lead: MarkLead;
  /** What the call of a run is to the slots: without it every call is a usual one. */
  readonly kindOf?: (run: ClaimedRun) => CallKind;
}

/**
 * Holds claimed runs until their millisecond and then starts their calls fairly. There is one lane per tenancy,
 * lanes take turns, and the number of calls is limited per lane and in total. With many busy lanes, each lane
 * gets an equal part and one part stays free, so that slow endpoints of some tenants never make the others wait.
 * Background runs wait until nothing else of their lane is due, and count in none of these shares.
 * Everything here is in memory, and its size is limited by the number of claimed runs.
 */
export class FairQueue {
  private readonly lanes = new Map<number, Lane>();
  /** The limits of tenancies that have their own; kept here because a lane exists only while it has runs. */
  private readonly ownLimits = new Map<number, number>();
  private turns: Lane[] = [];
  private readonly calls = new OpenCalls();
  private readonly timer: WakeTimer;
  private waitingTotal = 0;
  /** How many lanes have more than background runs: the slots are shared among those. */
  private contending = 0;
  private isOpen = true;
  private readonly whenEmptied: (() => void)[] = [];

  /**
   * `start` calls a run and returns a promise that resolves when the call is over; null where the run is not
   * called.
   */
  constructor(
    private readonly limits: CallLimits,
    private readonly clock: Clock,
    private readonly start: (run: ClaimedRun) => Promise<void> | null,
    private readonly pace: Pace,
  ) {
    this.timer = new WakeTimer(clock, () => this.startDue());
  }

  get inFlight(): number {
    return this.calls.total;
  }

  /** Returns how many calls of a tenancy are open. */
  inFlightOf(tenancyId: number): number {
    return this.lanes.get(tenancyId)?.calls.total ?? 0;
  }

  get waiting(): number {
    return this.waitingTotal;
  }

  /** How many more runs may be claimed, for all tenancies together. Background runs that wait take no room from the others. */
  get room(): number {
    const most = this.limits.maxCalls + this.limits.maxWaiting;
    let background = 0;
    for (const lane of this.turns) background += lane.background;
    return this.isOpen ? most - this.inFlight - (this.waitingTotal - background) : 0;
  }

  /**
   * Returns how many more runs of a tenancy to claim while `contending` tenancies have due runs: as many as there
   * is room for, but none while due runs of it still wait here and the room is too small to be worth a search.
   */
  wantsOf(tenancyId: number, maxCalls: number | null, contending: number): number {
    const lane = this.lanes.get(tenancyId);
    const own = maxCalls ?? this.limits.maxCallsPerTenant;
    if (maxCalls === null) this.ownLimits.delete(tenancyId);
    else this.ownLimits.set(tenancyId, maxCalls);
    if (lane) lane.maxCalls = own;
    const active = Math.max(contending, this.contending);
    const calls = Math.min(own, fairPart(this.limits.maxCalls, active));
    const most = calls + fairPart(this.limits.maxWaiting, active);
    const room = most - (lane === undefined ? 0 : lane.taken - lane.background);
    const isBusy = lane !== undefined && lane.hasDue(this.clock.now());
    return isBusy && room < Math.min(LEAST_SHARE, most / 2) ? 0 : room;
  }

  /**
   * Adds claimed runs. Each starts at its due instant, or as soon after it as its turn comes. A closed queue adds
   * none: the runs are left for the replica that takes over from this one.
   */
  add(runs: readonly ClaimedRun[]): void {
    if (!this.isOpen) return;
    for (const run of runs) this.laneOf(run.tenancyId).push(run);
    this.waitingTotal += runs.length;
    const touched = new Set(runs.map((run) => run.tenancyId));
    for (const id of touched) this.laneOf(id).sort();
    this.startDue();
  }

  /**
   * Puts back a run that is not called now. Its next turn is at `until`, and at the earliest one millisecond from
   * now.
   */
  postpone(run: ClaimedRun, until: Instant): void {
    const next = Math.max(until, this.clock.now() + 1);
    this.laneOf(run.tenancyId).postpone(run, next);
    this.waitingTotal += 1;
    this.timer.wakeBy(next);
  }

  /** Removes the runs of these schedules that are not yet called, and returns them. */
  drop(scheduleIds: ReadonlySet<string>): ClaimedRun[] {
    return this.takeOut((run) => scheduleIds.has(run.schedule.id));
  }

  /** Resolves once no run waits: each one was started or removed. */
  async emptied(): Promise<void> {
    if (this.waitingTotal > 0) await new Promise<void>((resolve) => this.whenEmptied.push(resolve));
  }

  /** Closes the queue, starts no more calls and returns the runs that were waiting. */
  close(): ClaimedRun[] {
    this.isOpen = false;
    return this.takeOut(() => true);
  }

  /** Removes every waiting run for which `isOut` is true, and returns them. */
  takeOut(isOut: (run: ClaimedRun) => boolean): ClaimedRun[] {
    const out = [...this.lanes.values()].flatMap((lane) => lane.takeOut(isOut));
    this.leave(out.length);
    this.startDue();
    return out;
  }

  /** Starts all runs that are due and permitted, one run per lane and turn, and sets the timer for the next ones. */
  startDue(): void {
    const now = this.clock.now();
    this.contending = 0;
    for (const lane of this.turns) if (lane.isContending) this.contending += 1;
    const perLane = fairPart(this.limits.maxCalls, this.contending);
    let isIdle = false;
    while (!isIdle && !this.isFull) {
      isIdle = true;
      for (const lane of this.turns) {
        if (this.isFull) break;
        if (this.startOne(lane, now, perLane)) isIdle = false;
      }
      const first = this.turns.shift();
      if (first) this.turns.push(first);
    }
    this.removeIdleLanes();
    this.timer.wakeAt(this.nextAt(now));
  }

  /** Whether no more calls may begin: as many are open as may be, or too much waits to be recorded. */
  private get isFull(): boolean {
    const { maxCalls, maxUnrecorded } = this.limits;
    if (this.inFlight >= maxCalls || this.pace.backlog.isFull) return true;
    return this.inFlight + this.pace.backlog.size >= maxUnrecorded;
  }

  private leave(count: number): void {
    this.waitingTotal -= count;
    if (this.waitingTotal === 0) for (const resolve of this.whenEmptied.splice(0)) resolve();
  }

  private laneOf(tenancyId: number): Lane {
    let lane = this.lanes.get(tenancyId);
    if (!lane) {
      const maxCalls = this.ownLimits.get(tenancyId) ?? this.limits.maxCallsPerTenant;
      lane = new Lane(tenancyId, maxCalls, this.pace.lead, this.pace.kindOf);
      this.lanes.set(tenancyId, lane);
      this.turns.push(lane);
    }
    return lane;
  }

  /**
   * Starts one call of a lane. Due runs that are not called now are passed over, so that they do not block the
   * ones behind them.
   */
  private startOne(lane: Lane, now: Instant, perLane: number): boolean {
    const most = Math.min(lane.maxCalls, perLane);
    if (lane.calls.total >= most) return false;
    const may = this.permitted(lane, most);
    for (let kind = lane.dueKind(now, may); kind !== null; kind = lane.dueKind(now, may)) {
      const run = lane.take(kind);
      if (run === null) return false;
      this.count(lane, kind, 1);
      const call = this.start(run);
      this.leave(1); // after `start`, which may have put the run back
      if (call !== null) {
        void after(call, () => this.ended(lane, kind));
        return true;
      }
      this.count(lane, kind, -1);
    }
    return false;
  }

  /** Which calls of a lane may begin beside usual ones. Every lane is asked for each call that ends, and hardly any has others. */
  private permitted(lane: Lane, most: number): Permitted {
    if (!lane.hasUnusual) return USUAL_ONLY;
    const [own, all] = [lane.calls.permits(most), this.calls.permits(this.limits.maxCalls)];
    return { long: own.long && all.long, background: own.background && all.background };
  }

  private count(lane: Lane, kind: CallKind, change: 1 | -1): void {
    lane.calls.count(kind, change);
    this.calls.count(kind, change);
  }

  private ended(lane: Lane, kind: CallKind): void {
    const wasFull = this.isFull;
    this.count(lane, kind, -1);
    if (this.isFull) return; // what waits is recorded first, and then there is another turn
    const perLane = fairPart(this.limits.maxCalls, this.contending);
    if (!wasFull && lane.taken > 0) this.startOne(lane, this.clock.now(), perLane);
    // A call of another tenant that has a part of the slots only may have waited for this one.
    if (wasFull || kind !== 'usual' || lane.taken === 0) this.startDue();
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
}
