import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { DAY_MS, MINUTE_MS } from '../../../core/instant.js';
import { untilNone } from '../../../database/batches.js';
import { Database } from '../../../database/database.js';
import type { Tx } from '../../../database/tx.js';
import { Chores, CLEAN_UP } from '../../../replica/chores.js';
import { BreakerStore, type StoredCircuit } from './breaker.store.js';
import { BreakerWaitStore } from './breaker-wait.store.js';

const EVERY_MS = 10 * MINUTE_MS;
/** What nothing has moved for so long is looked at. */
const IDLE_MS = 10 * MINUTE_MS;
/** For so long it is remembered that the last calls of an endpoint failed: longer than the schedules that are called most seldom pause. */
const REMEMBERED_MS = 40 * DAY_MS;
const BATCH = 500;

/** Forgets circuits whose jobs are gone, are switched off or have no breaker any more, and notes of runs that are gone. */
@Injectable()
export class BreakerChores {
  constructor(
    private readonly database: Database,
    private readonly circuits: BreakerStore,
    private readonly waits: BreakerWaitStore,
    private readonly clock: Clock,
    chores: Chores,
  ) {
    chores.register({ ...CLEAN_UP, name: 'breakers', everyMs: EVERY_MS, run: () => this.cleanUp() });
  }

  /** Returns how many rows it deleted. */
  async cleanUp(): Promise<number> {
    const before = this.clock.now() - IDLE_MS;
    const notes = await untilNone(this.database, (tx) => this.waits.deleteOld(tx, before, BATCH));
    let forgotten = 0;
    let after: string | null = null;
    for (;;) {
      const from: string | null = after;
      const idle: StoredCircuit[] = await this.database.read((tx) =>
        this.circuits.listIdle(tx, before, from, BATCH),
      );
      if (idle.length > 0) forgotten += await this.database.transaction((tx) => this.forget(tx, idle));
      if (idle.length < BATCH) return notes + forgotten;
      after = idle.at(-1)?.id ?? null;
    }
  }

  private async forget(tx: Tx, idle: readonly StoredCircuit[]): Promise<number> {
    const actions = new Map<number, ReadonlySet<string>>();
    const gone: string[] = [];
    for (const { id, tenancyId, origin, circuit } of idle) {
      const known = actions.get(tenancyId) ?? (await this.originsOf(tx, tenancyId));
      actions.set(tenancyId, known);
      const isOld = circuit.state === 'closed' && circuit.movedAt < this.clock.now() - REMEMBERED_MS;
      if (isOld || !known.has(origin)) gone.push(id);
    }
    await this.circuits.delete(tx, gone);
    return gone.length;
  }

  private async originsOf(tx: Tx, tenancyId: number): Promise<ReadonlySet<string>> {
    const actions = await this.circuits.listActions(tx, tenancyId);
    return new Set(actions.flatMap((action) => URL.parse(action)?.origin ?? []));
  }
}
