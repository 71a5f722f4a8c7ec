import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../core/instant.js';
import { latenessStep } from '../../core/lateness.js';
import { hasResult } from '../../core/run-state.js';
import { untilNone } from '../../database/batches.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import { Chores, CLEAN_UP } from '../../replica/chores.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../run-endings.js';
import { RunUsageStore, type UsageChange } from './run-usage.store.js';

const ADD_UP_EVERY_MS = 15 * SECOND_MS;
/** For how long the sums of a day are kept: usage tells of 31 days. */
const KEPT_MS = 62 * DAY_MS;
const BATCH = 500;

/**
 * Counts the runs of each tenancy as they end, by the day (UTC) on which they were due: in the transaction that ends
 * them, so that none is missed and none counted twice. What it notes is added up every quarter of a minute, and by who reads it.
 */
@Injectable()
export class RunUsage implements EndingParticipant {
  constructor(
    private readonly database: Database,
    private readonly store: RunUsageStore,
    clock: Clock,
    endings: RunEndings,
    chores: Chores,
  ) {
    endings.join(this);
    const addUp = () => this.addUp();
    chores.register({ ...CLEAN_UP, name: 'usage', everyMs: ADD_UP_EVERY_MS, run: addUp });
    const forget = () => untilNone(database, (tx) => store.deleteOld(tx, clock.now() - KEPT_MS, BATCH));
    chores.register({ ...CLEAN_UP, name: 'old-usage', everyMs: HOUR_MS, run: forget });
  }

  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const changes = changesOf(ended.filter(({ isRepeated, state }) => !isRepeated && hasResult(state)));
    if (changes.length > 0) await this.store.note(tx, changes);
  }

  /** Adds up all that was noted before the call, and returns how many notes there were. */
  async addUp(): Promise<number> {
    if (!(await this.database.read((tx) => this.store.isAnyToAdd(tx)))) return 0;
    return untilNone(this.database, (tx) => this.store.addUp(tx));
  }
}

/** Returns one change for all runs of a tenancy and day that were late alike. */
function changesOf(ended: readonly EndedRun[]): UsageChange[] {
  const changes = new Map<string, UsageChange>();
  for (const { tenancyId, dueAt, executedAt, state } of ended) {
    const day = dueAt - (dueAt % DAY_MS);
    const lateMs = executedAt === null ? null : latenessStep(executedAt - dueAt);
    const key = `${tenancyId} ${day} ${lateMs}`;
    const { runs, failures } = changes.get(key) ?? { runs: 0, failures: 0 };
    const failed = state === 'SUCCESS' ? 0 : 1;
    changes.set(key, { tenancyId, day, lateMs, runs: runs + 1, failures: failures + failed });
  }
  return [...changes.values()];
}
