import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { inGroupsOf, type Share } from '../core/fair-share.js';
import type { Instant } from '../core/instant.js';
import { uuidToBytes } from '../database/columns.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import type { PlanChange } from '../schedule/plan/plan-changes.js';
import { BreakerRounds } from '../schedule/protection/breaker/breaker-rounds.js';
import { DueList } from './due-list.js';
import { Executor } from './executor.js';
import { orAfter } from '../core/or-after.js';
import { Claimer, type Claimed } from './claimer.js';
import { Heartbeat } from '../replica/heartbeat.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';

/** How many runs one replica takes over in a round from replicas that are gone. */
const MOST_TAKEN_OVER = 500;

/**
 * How long a stopping replica continues to call the runs that it holds: a little longer than runs are claimed
 * ahead.
 */
const HELD_GRACE_MS = 2_500;

/** The result of a tick: how many runs it claimed, whether more are due, and when the next run is due. */
export interface Tick {
  readonly claimed: number;
  /** Whether more runs are due, or are to be taken over. */
  readonly isMoreDue: boolean;
  /** Whether there are tenancies with due runs, and room for them, that have not had their turn yet. */
  readonly isTurnLeft: boolean;
  /** When the earliest planned run is due that was not yet claimed when the tick began; null when there was none. */
  readonly nextAt: Instant | null;
  /** Whether no other replica is alive. */
  readonly isAlone: boolean;
  /** Whether claimed runs wait here for their time or for a free call. */
  readonly isHolding: boolean;
  /** The longest time until the next round, so that the next heartbeat is not late. */
  readonly untilBeatMs: number;
}

/**
 * Claims due runs and gives them to the executor. One tick is one round: it sends a heartbeat when it is time,
 * finds which tenancies have due runs, divides the room among them, claims runs and plans their successors in one
 * short transaction, and queues the runs. Calls and recording continue on their own. No transaction is open while
 * an action is called.
 */
@Injectable()
export class Dispatcher {
  private readonly due: DueList;
  private unknownHeld = new Set<string>();
  private isTakingOver = false;
  private wake: () => void = () => undefined;
  private readonly takingIn = new Set<Promise<void>>();

  constructor(
    private readonly claimer: Claimer,
    private readonly executor: Executor,
    private readonly heartbeat: Heartbeat,
    private readonly tenancies: TenancyIndex,
    private readonly circuits: BreakerRounds,
    private readonly clock: Clock,
  ) {
    this.due = new DueList(executor.queue);
    tenancies.listen((ids) => this.tenanciesChanged(ids));
    circuits.listen(() => this.wake());
  }

  /** Sets who is told that there may be runs to take over at once. */
  whenWoken(listener: () => void): void {
    this.wake = listener;
  }

  /** Runs one round. Claims runs due up to `lookaheadMs` from now; they are called when they are due. */
  async tick(lookaheadMs = 0): Promise<Tick> {
    if (!(await this.renewLease())) await this.beat();
    const takenOver = this.isTakingOver ? await this.takeOver() : 0;
    const now = this.clock.now();
    const dueUntil = now + lookaheadMs;
    // What it lets go is due soon: the list is read again.
    if (await this.circuits.attend(now)) this.due.outdate();
    await this.readDue(dueUntil);
    const { shares, isTurnLeft } = this.due.nextRound();
    const claims = await this.claim(shares, dueUntil, now);
    const claimed = claims.flatMap(({ runs }) => runs);
    const behind = new Set(claims.flatMap((claim) => [...claim.behind]));
    this.due.served(shares, claimed, { soon: now + lookaheadMs / 2, behind });
    // Waiting runs have a timer, but the clock may have been set or the process been asleep since then.
    this.executor.queue.startDue();
    return {
      claimed: claimed.length + takenOver + this.claimer.takeUncalled(),
      isMoreDue: !this.due.isEmpty || this.isTakingOver,
      isTurnLeft,
      nextAt: this.nextAt(lookaheadMs),
      isAlone: this.heartbeat.isAlone,
      isHolding: this.executor.queue.waiting > 0,
      untilBeatMs: this.heartbeat.everyMs,
    };
  }

  /** A circuit is seen to at its instant, and a run is claimed half of the lookahead before its own. */
  private nextAt(lookaheadMs: number): Instant | null {
    const next = Math.min(this.due.nextAt ?? Infinity, this.circuits.nextAt + lookaheadMs / 2);
    return next === Infinity ? null : next;
  }

  /** How long this replica may be without a look at its lease. */
  get keepLeaseEveryMs(): number {
    return this.heartbeat.renewEveryMs;
  }

  /** Renews the lease where that is due; returns false where a heartbeat is due, which is the next round's. */
  async renewLease(): Promise<boolean> {
    const now = this.clock.now();
    if (!this.heartbeat.isDue(now) && this.heartbeat.isRenewalDue(now)) await this.heartbeat.renewLease();
    return !this.heartbeat.isDue(now);
  }

  /** Keeps this replica's lease without claiming anything, and returns in how many milliseconds to do so again. */
  async standBy(): Promise<number> {
    if (!(await this.renewLease())) await this.heartbeat.beat();
    return this.heartbeat.renewEveryMs;
  }

  /** Resolves once every change of plans has been handled and every call that has started is recorded. */
  async settled(): Promise<void> {
    await Promise.all(this.takingIn);
    await this.executor.settled();
  }

  /**
   * Handles a committed change of plans: drops held runs of schedules that are no longer active, and looks again
   * for due runs after a new plan.
   */
  planChanged(change: PlanChange): void {
    const dropped = this.executor.queue.drop(new Set(change.dropped));
    if (dropped.length > 0) {
      this.takeIn(this.claimer.dropHeld(dropped).then((kept) => this.executor.queue.add(kept)));
    }
    if (change.earliestAt !== null) this.due.outdate();
  }

  /**
   * Handles changed tenancies: gives back what is held of those that may not run any more, and looks at once for what
   * others of them left when they were stopped.
   */
  private tenanciesChanged(ids: readonly number[]): void {
    const stopped = new Set(ids.filter((id) => !this.tenancies.mayRun(id)));
    const held = this.executor.queue.takeOut(({ tenancyId }) => stopped.has(tenancyId));
    this.takeIn(this.executor.giveBack(held));
    if (stopped.size === ids.length) return;
    this.isTakingOver = true;
    this.due.outdate();
    this.wake();
  }

  private takeIn(work: Promise<void>): void {
    const taken = work.finally(() => this.takingIn.delete(taken));
    this.takingIn.add(taken);
  }

  /**
   * Stops claiming, calls runs that were claimed ahead when they are due, gives back those that still wait after
   * a short time, and resolves when the open calls are recorded or `graceMs` is over. Runs that were given back
   * wait until another replica looks for them.
   */
  async stop(graceMs: number): Promise<void> {
    await this.keepingLease(this.finish(graceMs));
    await this.heartbeat.end();
  }

  private async finish(graceMs: number): Promise<void> {
    await Promise.all(this.takingIn);
    await orAfter(Math.min(graceMs, HELD_GRACE_MS), this.executor.queue.emptied());
    await this.executor.giveBack(this.executor.queue.close());
    await orAfter(graceMs, this.settled());
  }

  /**
   * Renews the lease until the work ends. If the lease ended before the open calls, another replica would call
   * them again.
   */
  private async keepingLease(work: Promise<void>): Promise<void> {
    let isOver = false;
    const done = work.finally(() => (isOver = true));
    for (;;) {
      await orAfter(this.heartbeat.renewEveryMs, done);
      if (isOver) return;
      // When one heartbeat fails, the next one is tried; when all fail, the lease expires, as it must.
      await this.heartbeat.beat().catch(() => undefined);
    }
  }

  /**
   * Claims in several transactions at once. The runs that one of them claimed are called, even when another
   * transaction fails.
   */
  private async claim(shares: readonly Share[], dueUntil: Instant, now: Instant): Promise<Claimed[]> {
    const claims = inGroupsOf(this.due.perClaim, shares).map(async (group) => {
      const quotas = group.map((share) => ({ ...share, hasWaiting: this.due.hasWaiting(share.tenancyId) }));
      const claimed = await this.claimer.claim(quotas, dueUntil, now);
      this.takeAnew(claimed.runs);
      return claimed;
    });
    await Promise.allSettled(claims);
    return Promise.all(claims);
  }

  /** Takes in what was claimed. A run that waits here from a claim before, and went back to the queue meanwhile, is there once. */
  private takeAnew(claimed: readonly ClaimedRun[]): void {
    const again = claimed.filter(({ hasWaited }) => hasWaited);
    if (again.length > 0) this.forget(new Set(again.map(({ runId }) => runId)));
    this.executor.queue.add(claimed);
  }

  /** Forgets runs that wait here and are not called from here any more. */
  forget(runIds: ReadonlySet<string>): void {
    this.executor.queue.takeOut(({ runId }) => runIds.has(runId));
  }

  private async readDue(dueUntil: Instant): Promise<void> {
    if (!this.due.isOld) return;
    const readAt = performance.now();
    const found = await this.claimer.listDue(dueUntil);
    // Of a tenancy that was suspended by another replica: what is held of it does not start.
    await this.tenancies.catchUp(found.changedAt);
    this.due.renew(found, readAt);
  }

  private async beat(): Promise<void> {
    // After a pause longer than the lease, no waiting run is called until it is clear which replica holds it. They are
    // owed and not forgotten: this beat may fail.
    if (!this.heartbeat.isHolding(this.clock.now())) {
      this.claimer.owe(this.executor.queue.takeOut(() => true).map(({ id }) => id));
    }
    await this.heartbeat.beat();
    await this.claimer.giveBackOwed();
    const held = await this.claimer.listHeld();
    const stopped = new Set(held.filter((run) => run.isStopped).map((run) => run.runId));
    if (stopped.size > 0)
      await this.executor.giveBack(this.executor.queue.takeOut((run) => stopped.has(run.runId)));
    const { replicaId, liveReplicaIds } = this.heartbeat;
    const isAnyLost = await this.reconcile(
      held.filter((run) => run.replicaId === replicaId).map((run) => run.runId),
    );
    this.isTakingOver =
      isAnyLost || held.some((run) => !run.isStopped && !liveReplicaIds.includes(run.replicaId));
  }

  /**
   * Takes over some of the runs that no live replica holds, in each round until none is left. Half of the room is left
   * to what is claimed, so that the backlog of one tenant keeps nobody waiting.
   */
  private async takeOver(): Promise<number> {
    const { queue } = this.executor;
    const limit = Math.min(MOST_TAKEN_OVER, Math.floor(queue.room / 2));
    if (limit === 0) return 0;
    const taken = await this.claimer.takeOver(limit);
    queue.add(taken);
    // Other replicas take over at the same time, and a run that one of them has locked is not seen here.
    if (taken.length < limit) this.isTakingOver = await this.claimer.isAnyToTakeOver();
    return taken.length;
  }

  /**
   * Compares memory with the runs that the database says this replica holds. Gives back runs that are unknown
   * here (their claim was committed, but the answer was lost), and removes queued runs that this replica no
   * longer holds. A run counts as unknown only when two heartbeats in a row find it so, because it may just have
   * been recorded. Returns whether there were any to give back.
   */
  private async reconcile(heldOnRecord: readonly string[]): Promise<boolean> {
    const onRecord = new Set(heldOnRecord);
    const known = new Set(this.executor.listOpenIds());
    this.executor.queue.takeOut(({ runId }) => {
      known.add(runId);
      return !onRecord.has(runId);
    });
    const unknown = new Set(heldOnRecord.filter((runId) => !known.has(runId)));
    const lost = [...unknown].filter((runId) => this.unknownHeld.has(runId));
    this.unknownHeld = unknown;
    await this.claimer.giveBack(lost.map(uuidToBytes));
    return lost.length > 0;
  }
}
