import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { inGroupsOf, shareOut, type Contender, type Share } from '../core/fair-share.js';
import type { Instant } from '../core/instant.js';
import { uuidToBytes } from '../database/columns.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import type { DueTenancy } from '../run-log/queue/run.store.js';
import type { PlanChange } from '../schedule/plan/plan-changes.js';
import { LEAST_SHARE } from './fair-queue.js';
import { Executor } from './executor.js';
import { Claimer } from './claimer.js';
import { Heartbeat } from '../replica/heartbeat.js';

/** How many runs one transaction claims at most: it is to be over within a few milliseconds. */
export const MOST_PER_CLAIM = 200;
/** How many such transactions may be under way at once: while one waits for the disk, the calls need the next. */
const CLAIMS_AT_ONCE = 10;
/** For how long the list of due tenancies is used before it is read again. */
const DUE_LIST_MS = 100;
/** How many runs one replica takes over at a time from those that are gone. */
const MOST_TAKEN_OVER = 500;

/** How long a replica that stops goes on calling what it holds: a little longer than runs are claimed ahead. */
const HELD_GRACE_MS = 1_500;

/** What a tick found: how much it claimed, whether more is due, and when the next run is. */
export interface Tick {
  readonly claimed: number;
  readonly isMoreDue: boolean;
  /** Whether tenancies that have due runs, and room for them, have not had their turn yet. */
  readonly isTurnLeft: boolean;
  /** When the earliest planned run is due that was not yet claimed when the tick began, null when there was none. */
  readonly nextAt: Instant | null;
  /** Whether no other replica lives. */
  readonly isAlone: boolean;
  /** After how long a round is needed for the next beat at the latest. */
  readonly untilBeatMs: number;
}

/**
 * Claims what is due and hands it to the executor. One tick is one round: beat when it is time, see which tenancies
 * have due runs, share the room out among them, claim and plan the successors in one short transaction, queue.
 * Calls and recording go on by themselves; no transaction is open while an action is called.
 */
@Injectable()
export class Dispatcher {
  private due: DueTenancy[] = [];
  private dueReadAt = Number.NEGATIVE_INFINITY;
  private nextAt: Instant | null = null;
  private lastServed = 0;
  private unknownHeld = new Set<string>();
  private readonly takingIn = new Set<Promise<void>>();

  constructor(
    private readonly claimer: Claimer,
    private readonly executor: Executor,
    private readonly heartbeat: Heartbeat,
    private readonly clock: Clock,
  ) {}

  /** Runs one round. Claims runs due up to `lookaheadMs` from now; they are called at their time. */
  async tick(lookaheadMs = 0): Promise<Tick> {
    if (this.heartbeat.isDue(this.clock.now())) await this.beat();
    const now = this.clock.now();
    const dueUntil = now + lookaheadMs;
    await this.readDue(dueUntil);
    const hungry = this.contenders();
    const shares = this.shares(hungry);
    const claimed = await this.claim(shares, dueUntil, now);
    this.forgetExhausted(shares, claimed);
    // What waits has a timer, but the clock may have been set or the process been asleep since.
    this.executor.queue.startDue();
    return {
      claimed: claimed.length,
      isMoreDue: this.due.length > 0,
      isTurnLeft: shares.length < hungry.length,
      nextAt: this.nextAt,
      isAlone: this.heartbeat.isAlone,
      untilBeatMs: this.heartbeat.everyMs,
    };
  }

  /** Keeps this replica on record without claiming anything, and returns when to do so again (milliseconds). */
  async standBy(): Promise<number> {
    await this.heartbeat.beat();
    return this.heartbeat.everyMs;
  }

  /** Resolves once every change of plans is taken in and every call that has started is recorded. */
  async settled(): Promise<void> {
    await Promise.all(this.takingIn);
    await this.executor.settled();
  }

  /** Takes in a committed change of plans: drops held runs of schedules that are off, and looks anew for what is due after a new plan. */
  planChanged(change: PlanChange): void {
    const dropped = this.executor.queue.drop(new Set(change.dropped));
    if (dropped.length > 0) {
      const taken = this.claimer.dropHeld(dropped).then((kept) => {
        this.executor.queue.add(kept);
        this.takingIn.delete(taken);
      });
      this.takingIn.add(taken);
    }
    if (change.earliestAt !== null) this.dueReadAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Claims no more, calls what was claimed ahead at its time, gives back what still waits after a moment, and resolves
   * when the open calls are recorded or `graceMs` is over. What is given back waits until another replica looks for it.
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

  /** A lease that is shorter than the open calls would have them called again by another replica. */
  private async keepingLease(work: Promise<void>): Promise<void> {
    let isOver = false;
    const done = work.finally(() => (isOver = true));
    for (;;) {
      await orAfter(this.heartbeat.everyMs, done);
      if (isOver) return;
      // One that fails is followed by the next; where all do, the lease runs out, as it must.
      await this.heartbeat.beat().catch(() => undefined);
    }
  }

  /** The tenancies that have due runs and room for them. */
  private contenders(): Contender[] {
    const contenders = this.due.map(({ tenancyId, maxCalls }) => ({
      tenancyId,
      wants: this.executor.queue.wantsOf(tenancyId, maxCalls, this.due.length),
    }));
    return contenders.filter(({ wants }) => wants > 0);
  }

  private shares(contenders: readonly Contender[]): Share[] {
    const room = Math.min(CLAIMS_AT_ONCE * MOST_PER_CLAIM, this.executor.queue.room);
    const shares = shareOut(contenders, room, {
      after: this.lastServed,
      least: LEAST_SHARE,
    });
    this.lastServed = shares.at(-1)?.tenancyId ?? 0;
    return shares;
  }

  /** Claims in several transactions at once. What one of them claimed is called, even where another one fails. */
  private async claim(shares: readonly Share[], dueUntil: Instant, now: Instant): Promise<ClaimedRun[]> {
    const claims = inGroupsOf(MOST_PER_CLAIM, shares).map(async (group) => {
      const claimed = await this.claimer.claim(group, dueUntil, now);
      this.executor.queue.add(claimed);
      return claimed;
    });
    await Promise.allSettled(claims);
    return (await Promise.all(claims)).flat();
  }

  private async readDue(dueUntil: Instant): Promise<void> {
    const at = performance.now();
    if (this.due.length > 0 && at - this.dueReadAt < DUE_LIST_MS) return;
    const { due, nextAt } = await this.claimer.listDue(dueUntil);
    this.due = due;
    this.nextAt = nextAt;
    this.dueReadAt = at;
  }

  /** A tenancy that gave less than it was asked for has nothing due any more, until the list is read again. */
  private forgetExhausted(shares: readonly Share[], claimed: readonly ClaimedRun[]): void {
    const got = new Map<number, number>();
    for (const { tenancyId } of claimed) got.set(tenancyId, (got.get(tenancyId) ?? 0) + 1);
    const exhausted = new Set(
      shares.filter((share) => (got.get(share.tenancyId) ?? 0) < share.limit).map((s) => s.tenancyId),
    );
    this.due = this.due.filter((tenancy) => !exhausted.has(tenancy.tenancyId));
  }

  private async beat(): Promise<void> {
    // After a pause longer than the lease nothing that waits is called before it is clear whose it is.
    const doubtful = this.heartbeat.isHolding(this.clock.now())
      ? []
      : this.executor.queue.takeOut(() => true);
    await this.heartbeat.beat();
    await this.executor.giveBack(doubtful);
    const held = await this.claimer.listHeld();
    const stopped = new Set(held.filter((run) => run.isStopped).map((run) => run.runId));
    if (stopped.size > 0)
      await this.executor.giveBack(this.executor.queue.takeOut((run) => stopped.has(run.runId)));
    const { replicaId, liveReplicaIds } = this.heartbeat;
    await this.reconcile(held.filter((run) => run.replicaId === replicaId).map((run) => run.runId));
    if (held.every((run) => liveReplicaIds.includes(run.replicaId))) return;
    const limit = Math.min(MOST_TAKEN_OVER, this.executor.queue.room);
    this.executor.queue.add(await this.claimer.takeOver(limit));
  }

  /**
   * Reconciles memory with the database's account of what this replica holds: gives back runs that are unknown here
   * (their claim was committed, but the answer got lost), and lets go of queued ones that are no longer its own.
   * A run counts as unknown only when two beats in a row find it so: it may just have been recorded.
   */
  private async reconcile(heldOnRecord: readonly string[]): Promise<void> {
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
  }
}

/** Resolves with the work, or after so long without it. */
async function orAfter(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
