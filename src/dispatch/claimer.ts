import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import type { ClaimQuota } from '../database/dialects/dialect.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { DueTenancyStore, type DueTenancies } from '../run-log/queue/due-tenancy.store.js';
import { HeldRunStore, type HeldRun } from '../run-log/queue/held-run.store.js';
import { RunStore } from '../run-log/queue/run.store.js';
import { BreakerGuard } from '../schedule/protection/breaker/breaker-guard.js';
import { ClaimGate } from '../schedule/plan/claim-gate.js';
import { SuccessorPlanner, type Planned } from '../schedule/plan/successor-planner.js';
import { Heartbeat } from '../replica/heartbeat.js';
import { ClaimRoom } from './claim-room.js';
import { DispatchMetrics } from './dispatch-metrics.js';

/**
 * How many successors of one schedule a claim takes at most: each is a few statements, for which the runs of others that it
 * claims wait.
 */
const MOST_STEPS = 16;

/** What a claim has got, and the tenancies that have runs left that are due. */
export interface Claimed {
  readonly runs: readonly ClaimedRun[];
  readonly behind: ReadonlySet<number>;
}

/** The database side of dispatch. Every method is one short transaction on behalf of this replica. */
@Injectable()
export class Claimer {
  private readonly log = new Logger(Claimer.name);
  /** What is to be given back and could not be yet: the database was unavailable. */
  private readonly owed: Buffer[] = [];
  /** How many runs were claimed of late and are not called: they were skipped, or wait for others of their schedules. */
  private uncalled = 0;

  constructor(
    private readonly database: Database,
    private readonly due: DueTenancyStore,
    private readonly runs: RunStore,
    private readonly held: HeldRunStore,
    private readonly gate: ClaimGate,
    private readonly guard: BreakerGuard,
    private readonly successors: SuccessorPlanner,
    private readonly heartbeat: Heartbeat,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
  ) {}

  /** Returns which tenancies have runs due up to `until`, and when the earliest planned run of all tenancies is due. */
  listDue(until: Instant): Promise<DueTenancies> {
    return this.database.read((tx) => this.due.list(tx, until), 'upkeep');
  }

  /**
   * Claims each tenancy's share of the runs due up to `until` and plans their successors. Of a schedule that is behind,
   * the successors are claimed with it, as far as the share goes: else each of them would take a round.
   */
  claim(quotas: readonly ClaimQuota[], until: Instant, now: Instant): Promise<Claimed> {
    const { replicaId } = this.heartbeat;
    const work = async (tx: Tx) => {
      const room = new ClaimRoom(quotas);
      let claimed = await this.held.claim(tx, { quotas, dueUntil: until, replicaId });
      room.take(claimed);
      room.leaveParts(claimed, now);
      const runs: ClaimedRun[] = [];
      for (let steps = 0; ; steps++) {
        const planned = await this.planAfter(tx, claimed, now);
        runs.push(...planned.runs);
        const next = steps < MOST_STEPS ? room.take(planned.overdue) : [];
        if (next.length < planned.overdue.length) room.leave(planned.overdue, next);
        if (next.length === 0) return { runs, behind: room.behind };
        claimed = await this.held.claimPlanned(tx, next, replicaId);
      }
    };
    const transact = () => this.database.transaction(work, 'upkeep');
    return this.metrics.timed('claim', transact, ({ runs }) => runs.length);
  }

  private async planAfter(tx: Tx, claimed: ClaimedRun[], now: Instant): Promise<Planned> {
    const meant = await this.gate.admit(tx, claimed, now);
    const planned = await this.successors.planAfter(tx, meant, { now, outages: this.heartbeat.outages });
    const uncalled = meant.length - planned.runs.length;
    if (uncalled > 0) tx.afterCommit(() => (this.uncalled += uncalled));
    return planned;
  }

  /** Returns how many runs were claimed and are not called, since this was asked last. */
  takeUncalled(): number {
    const { uncalled } = this;
    this.uncalled = 0;
    return uncalled;
  }

  /** Takes over up to `limit` runs whose replica is gone; they are called again with the same run id. */
  async takeOver(limit: number): Promise<ClaimedRun[]> {
    const { replicaId } = this.heartbeat;
    const { taken, ofSilent } = await this.database.transaction(async (tx) => {
      const listLive = () => this.heartbeat.listLive(tx);
      const { runs, ofSilent } = await this.held.takeOver(tx, { listLive, replicaId, limit });
      return { taken: await this.gate.admit(tx, runs, this.clock.now(), { areTakenOver: true }), ofSilent };
    }, 'upkeep');
    this.metrics.tookOver(ofSilent);
    if (taken.length > 0) this.log.warn(`Took over ${taken.length} runs of replicas that are gone.`);
    return taken;
  }

  /** Returns whether runs are left whose replica is gone: another replica may be about to take them over. */
  isAnyToTakeOver(): Promise<boolean> {
    return this.database.read(
      async (tx) => this.held.isAnyToTakeOver(tx, await this.heartbeat.listLive(tx)),
      'upkeep',
    );
  }

  /** Returns every run that the database records as claimed and without a stored outcome. */
  listHeld(): Promise<HeldRun[]> {
    return this.database.read((tx) => this.held.listHeld(tx), 'upkeep');
  }

  /**
   * Marks held runs as called and returns which of them may be: the others were canceled, dropped or taken over
   * meanwhile. Call it before their requests are sent.
   */
  markCalled(runs: readonly ClaimedRun[], at: Instant): Promise<ReadonlySet<string>> {
    const { replicaId } = this.heartbeat;
    return this.database.single((tx) => this.held.markCalled(tx, runs, { replicaId, at }), 'upkeep');
  }

  /** Gives back a run that was marked as called and was not; one that was called before it was taken over stays so. */
  giveBackMarked(run: ClaimedRun): Promise<void> {
    if (run.wasCalled) return this.giveBack([run.id]);
    const { replicaId } = this.heartbeat;
    return this.release([run.id], 'given back', () =>
      this.database.single((tx) => this.held.giveBackUnmarked(tx, run.id, replicaId), 'upkeep'),
    );
  }

  /** Puts held runs back into the queue to wait for their endpoints. What cannot be put back now is owed, and whoever takes it over holds it. */
  holdBack(runs: readonly ClaimedRun[]): Promise<void> {
    const { replicaId } = this.heartbeat;
    return this.release(
      runs.map(({ id }) => id),
      'put back to wait',
      () => this.database.transaction((tx) => this.guard.putBack(tx, runs, replicaId), 'upkeep'),
    );
  }

  /** Gives back runs that were not called. Where the database is unavailable they stay owed. */
  giveBack(ids: readonly Buffer[]): Promise<void> {
    this.owe(ids);
    return this.giveBackOwed();
  }

  /** Notes runs that are no longer waited for here, and that nobody else may take before they are given back. */
  owe(ids: readonly Buffer[]): void {
    this.owed.push(...ids);
  }

  /** Gives back what is owed, as far as this replica still holds it. */
  giveBackOwed(): Promise<void> {
    const ids = this.owed.splice(0);
    return this.release(ids, 'given back', async () => {
      const { replicaId } = this.heartbeat;
      await this.database.transaction((tx) => this.held.giveBack(tx, ids, replicaId), 'upkeep');
    });
  }

  /**
   * Deletes held runs whose schedule was deactivated or deleted before they were called. Returns the runs that
   * stay: those that were requested, and those whose one-time schedule is active again.
   */
  async dropHeld(runs: readonly ClaimedRun[]): Promise<ClaimedRun[]> {
    let left = new Set<string>();
    const ids = runs.map((run) => run.id);
    await this.release(ids, 'dropped', async () => {
      const { replicaId } = this.heartbeat;
      left = await this.database.transaction(async (tx) => {
        await this.runs.dropHeld(tx, runs, replicaId);
        return this.runs.listHeldOf(tx, ids, replicaId);
      }, 'upkeep');
    });
    return runs.filter((run) => left.has(run.runId));
  }

  /** Lets go of held runs. What cannot be done while the database is unavailable is owed: nobody else knows of these runs. */
  private async release(ids: readonly Buffer[], what: string, work: () => Promise<void>): Promise<void> {
    if (ids.length === 0) return;
    await work().catch((error: unknown) => {
      this.owe(ids);
      logUnlessUnavailable(error, (reason) =>
        this.log.error(`${ids.length} held runs could not be ${what}: ${reason}`),
      );
    });
  }
}
