import { setTimeout as rest } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS } from '../core/instant.js';
import { RUN_STATES, type RunState } from '../core/run-state.js';
import { ChoreLease } from '../replica/chore-lease.js';
import { Chores } from '../replica/chores.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { JobStore } from '../job/job.store.js';
import { LogBytesStore } from '../run-log/usage/log-bytes.store.js';
import { RunUsageStore } from '../run-log/usage/run-usage.store.js';
import { RetentionStore } from '../run-log/retention.store.js';
import { SigningKeyStore } from '../signing/signing-key.store.js';
import { FailingScheduleStore } from '../statistics/failing-schedule.store.js';
import { RunCountsStore } from '../statistics/counts/run-counts.store.js';
import { OffboardingOrderStore } from '../tenant/offboarding-order.store.js';

const NAME = 'offboarding';
/** Rows that one transaction deletes: small enough that others hardly wait for it. */
const BATCH = 500;
/** How often a replica looks for work that another left. */
const LOOK_MS = 20_000;
/** How long a replica that died keeps others from going on. */
const LEASE_MS = 6_000;
/** Longer than any request takes. */
const LAST_LOOK_MS = 2 * MINUTE_MS;

/**
 * Deletes what a tenant leaves behind: planned runs first, then jobs with their schedules and action logs, then
 * the runs that were. The order to do so is a row, written with the end of the tenancy; each batch is a
 * transaction of its own, so that a process that dies is followed by another, which goes on.
 */
@Injectable()
export class Offboarding implements OnApplicationBootstrap, OnModuleDestroy {
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lease: ChoreLease,
    private readonly orders: OffboardingOrderStore,
    private readonly jobs: JobStore,
    private readonly runs: RetentionStore,
    private readonly logBytes: LogBytesStore,
    private readonly usage: RunUsageStore,
    private readonly failing: FailingScheduleStore,
    private readonly counts: RunCountsStore,
    private readonly signingKeys: SigningKeyStore,
    private readonly chores: Chores,
  ) {
    chores.register({ name: NAME, everyMs: LOOK_MS, run: () => this.resume() });
  }

  onApplicationBootstrap(): void {
    void this.goOn();
  }

  /** What is under way ends with its batch: the order stays, and another replica goes on. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** Goes on with what is left unfinished, unless another replica does; resolves when nothing is left. */
  goOn(): Promise<void> {
    return this.chores.start(NAME);
  }

  /** Deletes everything of a tenancy that is gone, in bounded batches; it may be run again at any time. */
  finish(tenancyId: number): Promise<void> {
    return this.empty(tenancyId, () => Promise.resolve(true));
  }

  private async empty(tenancyId: number, mayGoOn: GoOn): Promise<void> {
    const deleteRuns = (state: RunState) =>
      this.untilNone((tx) => this.runs.deleteSomeOfTenancy(tx, tenancyId, state, BATCH), mayGoOn);
    await deleteRuns('SCHEDULED');
    await this.untilNone((tx) => this.jobs.deleteSomeOfTenancy(tx, tenancyId, BATCH), mayGoOn);
    for (const state of RUN_STATES) await deleteRuns(state);
    await this.untilNone((tx) => this.logBytes.deleteOfTenancy(tx, tenancyId), mayGoOn);
    await this.untilNone((tx) => this.usage.deleteOfTenancy(tx, tenancyId), mayGoOn);
    await this.untilNone((tx) => this.failing.deleteOfTenancy(tx, tenancyId, BATCH), mayGoOn);
    await this.untilNone((tx) => this.counts.deleteOfTenancy(tx, tenancyId), mayGoOn);
    await this.untilNone((tx) => this.signingKeys.deleteOfTenancy(tx, tenancyId), mayGoOn);
    if (this.isStopping || !(await mayGoOn())) return;
    await this.database.transaction((tx) => this.strikeOff(tx, tenancyId));
  }

  /** A request that was let in before the end may still add a job after its sweep: the order stays for another look. */
  private async strikeOff(tx: Tx, tenancyId: number): Promise<void> {
    const now = this.clock.now();
    await this.orders.markEmptied(tx, tenancyId, now);
    await this.orders.strikeOff(tx, tenancyId, now - LAST_LOOK_MS);
  }

  private async resume(): Promise<void> {
    const mayGoOn = () => this.lease.mayDo(NAME, LEASE_MS);
    const now = this.clock.now();
    const tenancyIds = await this.database.read((tx) => this.orders.listOpen(tx, now - LAST_LOOK_MS));
    for (const id of tenancyIds) if (await mayGoOn()) await this.empty(id, mayGoOn);
  }

  private async untilNone(deleteSome: (tx: Tx) => Promise<number>, mayGoOn: GoOn): Promise<void> {
    for (let deleted = 1; deleted > 0 && !this.isStopping && (await mayGoOn());) {
      const startedAt = performance.now();
      deleted = await this.database.transaction(deleteSome);
      // As long a rest as the work took: the tenants that stay have at least half of the database.
      if (deleted > 0) await rest(performance.now() - startedAt);
    }
  }
}

/** Asked between two batches: whether this replica still is the one that deletes. */
type GoOn = () => Promise<boolean>;
