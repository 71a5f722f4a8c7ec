import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS, SECOND_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP, type Chore } from '../replica/chores.js';
import { RetentionStore } from './retention.store.js';
import { RunEndingService } from './run-ending.service.js';

/** Maximum number of rows that one transaction handles. */
const BATCH = 500;
/** How often overdue reports are looked for, so that a run whose report is overdue ends within 5 s of the limit. */
const EXPIRE_EVERY_MS = 4 * SECOND_MS;
const PURGE_EVERY_MS = 30 * SECOND_MS;
const RETIRE_EVERY_MS = 10 * MINUTE_MS;

/**
 * The time-based clean-up of runs and logs: runs with overdue reports, runs of deleted schedules, and rows whose
 * retention time is over (runs-and-behaviour.md, "Clean-up"). Each method works until nothing is left and returns
 * how many rows it handled; several replicas may run them at once without harm. The frequent ones check first
 * whether there is work, so that an idle service opens no transaction.
 */
@Injectable()
export class RunChores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly endings: RunEndingService,
    private readonly retention: RetentionStore,
    chores: Chores,
  ) {
    const all: readonly Pick<Chore, 'name' | 'everyMs' | 'run'>[] = [
      { name: 'overdue-reports', everyMs: EXPIRE_EVERY_MS, run: () => this.expireReports() },
      { name: 'purge-runs', everyMs: PURGE_EVERY_MS, run: () => this.purge() },
      { name: 'old-logs', everyMs: RETIRE_EVERY_MS, run: () => this.retire() },
    ];
    for (const chore of all) chores.register({ ...CLEAN_UP, ...chore });
  }

  /** Ends the runs that have waited for their report longer than their instance permits. */
  async expireReports(): Promise<number> {
    const now = this.clock.now();
    if (!(await this.database.read((tx) => this.endings.isAnyOverdue(tx, now)))) return 0;
    return untilNone(this.database, (tx) => this.endings.expire(tx, now, BATCH));
  }

  /** Deletes the runs of deleted schedules. */
  async purge(): Promise<number> {
    if (!(await this.database.read((tx) => this.retention.isAnyToPurge(tx)))) return 0;
    return untilNone(this.database, (tx) => this.retention.purgeRuns(tx, BATCH));
  }

  /** Deletes run logs after 15 days, what they were called with once none is left, and action logs after 90. */
  async retire(): Promise<number> {
    const now = this.clock.now();
    const tenancyIds = await this.database.read((tx) => this.retention.listTenancies(tx));
    let retired = 0;
    for (const id of tenancyIds) {
      retired += await untilNone(this.database, (tx) => this.retention.deleteOldRuns(tx, id, now, BATCH));
    }
    retired += await untilNone(this.database, (tx) => this.retention.deleteOldData(tx, now));
    return (
      retired + (await untilNone(this.database, (tx) => this.retention.deleteOldActionLogs(tx, now, BATCH)))
    );
  }
}
