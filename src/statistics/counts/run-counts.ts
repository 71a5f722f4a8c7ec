import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import { latenessStepOf } from '../../core/lateness-steps.js';
import type { RunState } from '../../core/run-state.js';
import { Database } from '../../database/database.js';
import { chunks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { Chores } from '../../replica/chores.js';
import {
  RunEndings,
  type BegunRun,
  type EndedRun,
  type EndingParticipant,
} from '../../run-log/run-endings.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { RunCountsStore } from './run-counts.store.js';
import { Tally, type Addition, type Tallied } from './tally.js';

const STORE_EVERY_MS = 10 * SECOND_MS;

/**
 * Counts calls and their ends, by the minute and the hour in which their runs were due: in memory, once the transaction that
 * recorded them has committed, and stored every ten seconds. So dispatch pays no statement, and a replica that is killed
 * loses the counts of ten seconds and no run. A call counts when it is recorded, and its end when that is known.
 */
@Injectable()
export class RunCounts implements EndingParticipant, OnApplicationShutdown {
  private readonly minutes = new Tally();
  private readonly hours = new Tally();

  constructor(
    private readonly database: Database,
    private readonly store: RunCountsStore,
    private readonly tenancies: TenancyIndex,
    endings: RunEndings,
    chores: Chores,
  ) {
    endings.join(this);
    chores.register({ name: 'run-counts', everyMs: STORE_EVERY_MS, run: () => this.flush() });
  }

  /** What dispatch records while it stops is counted too: it is over by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.flush().catch(() => undefined);
  }

  begin(tx: Tx, begun: readonly BegunRun[]): void {
    tx.afterCommit(() => {
      for (const run of begun) this.add(run, { step: stepOf(run), end: null });
    });
  }

  /** An end that is recorded again is counted now: nothing has followed the commit that nobody heard of. */
  settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    tx.afterCommit(() => {
      for (const run of ended) {
        if (run.executedAt === null) continue;
        const step = run.wasBegun ? null : stepOf({ ...run, executedAt: run.executedAt });
        this.add(run, { step, end: endOf(run.state) });
      }
    });
    return Promise.resolve();
  }

  /** Stores what was counted, in transactions of limited size. What cannot be stored now is kept for the next time. */
  async flush(): Promise<void> {
    await this.storeAll(this.minutes, (tx, part) => this.store.addMinutes(tx, part));
    await this.storeAll(this.hours, (tx, part) => this.store.addHours(tx, part.filter(this.isThere)));
  }

  /** What a tenancy has left has been deleted: nothing of it is to come after. */
  private readonly isThere = ({ key }: Tallied) => this.tenancies.find(key[2] ?? 0) !== null;

  private async storeAll(tally: Tally, add: (tx: Tx, part: Tallied[]) => Promise<void>): Promise<void> {
    const parts = chunks(tally.take());
    while (parts[0]) {
      const part = parts[0];
      try {
        await this.database.transaction((tx) => add(tx, part), 'upkeep');
      } catch (error) {
        tally.giveBack(parts.flat());
        throw error;
      }
      parts.shift();
    }
  }

  private add({ tenancyId, dueAt }: Pick<BegunRun, 'tenancyId' | 'dueAt'>, addition: Addition): void {
    const instanceId = this.tenancies.find(tenancyId)?.instanceId;
    // The rows of a tenancy that is gone have been deleted.
    if (instanceId === undefined || (addition.step === null && addition.end === null)) return;
    this.minutes.add([instanceId, beginningOf(dueAt, MINUTE_MS)], addition);
    this.hours.add([instanceId, beginningOf(dueAt, HOUR_MS), tenancyId], addition);
  }
}

const stepOf = ({ dueAt, executedAt }: Omit<BegunRun, 'tenancyId'>) => latenessStepOf(executedAt - dueAt);

const beginningOf = (at: Instant, lengthMs: number) => at - (at % lengthMs);

function endOf(state: RunState): Addition['end'] {
  if (state === 'SUCCESS') return null;
  return state === 'UNKNOWN' ? 'unknown' : 'failure';
}
