import { Injectable, Logger } from '@nestjs/common';
import type { Share } from '../core/fair-share.js';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import { HeldRunStore, type HeldRun } from '../run-log/queue/held-run.store.js';
import { RunStore, type DueTenancies } from '../run-log/queue/run.store.js';
import { ClaimGate } from '../schedule/plan/claim-gate.js';
import { SuccessorPlanner } from '../schedule/plan/successor-planner.js';
import { Heartbeat } from '../replica/heartbeat.js';
import { DispatchMetrics } from './dispatch-metrics.js';

/** The database side of dispatch. Every method is one short transaction on behalf of this replica. */
@Injectable()
export class Claimer {
  private readonly log = new Logger(Claimer.name);
  /** What is to be given back and could not be yet: the database was unavailable. */
  private readonly owed: Buffer[] = [];

  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly held: HeldRunStore,
    private readonly gate: ClaimGate,
    private readonly successors: SuccessorPlanner,
    private readonly heartbeat: Heartbeat,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
  ) {}

  /** Returns which tenancies have runs due up to `until`, and when the earliest planned run of all tenancies is due. */
  listDue(until: Instant): Promise<DueTenancies> {
    return this.database.read((tx) => this.runs.listDueTenancies(tx, until), 'upkeep');
  }

  /** Claims each tenancy's share of the runs due up to `until` and plans their successors. */
  claim(shares: readonly Share[], until: Instant, now: Instant): Promise<ClaimedRun[]> {
    const { replicaId, outages } = this.heartbeat;
    const work = async (tx: Tx) => {
      const claimed = await this.held.claim(tx, { quotas: shares, dueUntil: until, replicaId });
      const meant = await this.gate.admit(tx, claimed, now);
      return this.successors.planAfter(tx, meant, { now, outages });
    };
    const transact = () => this.database.transaction(work, 'upkeep');
    return this.metrics.timed('claim', transact, (claimed) => claimed.length);
  }

  /** Takes over up to `limit` runs whose replica is gone; they are called again with the same run id. */
  async takeOver(limit: number): Promise<ClaimedRun[]> {
    const { replicaId } = this.heartbeat;
    const { taken, ofSilent } = await this.database.transaction(async (tx) => {
      const listLive = () => this.heartbeat.listLive(tx);
      const { runs, ofSilent } = await this.held.takeOver(tx, { listLive, replicaId, limit });
      return { taken: await this.gate.admit(tx, runs, this.clock.now()), ofSilent };
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
