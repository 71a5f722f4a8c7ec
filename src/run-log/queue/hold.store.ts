import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { HOLDS, type Hold } from '../../core/protection/hold.js';
import { uuidToBytes } from '../../database/columns.js';
import { marks } from '../../database/lists.js';
import { RETRYING, TRIGGERED, WAITING } from '../../database/entities/stored-values.js';
import type { Tx } from '../../database/tx.js';

/** A claimed run that goes back to the queue because of its endpoint. */
export interface HeldBack {
  readonly runId: string;
  readonly by: Hold;
  readonly until: Instant;
  readonly since: Instant;
}

/** What becomes of a claimed run that goes back to the queue: nobody holds it, and it is claimed again when it is due. */
export const BACK = `state = CASE WHEN attempt > 1 THEN ${RETRYING} ELSE ${WAITING} END, claimed_by = NULL`;

/** The runs that wait because their endpoints are protected (schedule-extensions.md, "Protecting endpoints"). */
@Injectable()
export class HoldStore {
  /** Puts runs that were claimed and not called back into the queue. */
  async putBack(tx: Tx, runs: readonly HeldBack[]): Promise<void> {
    if (runs.length === 0) return;
    await tx.dialect.bulkUpdate(tx, {
      table: 'run',
      columns: { id: 'uuid', due_at: 'integer', hold: 'integer', held_since: 'integer' },
      rows: runs.map(({ runId, by, until, since }) => [uuidToBytes(runId), until, HOLDS.indexOf(by), since]),
      also: BACK,
      guard: `t.state = ${TRIGGERED}`,
      guardParameters: [],
    });
  }

  /** Forgets what held runs back that do not wait any more. */
  async letGo(tx: Tx, runIds: readonly string[]): Promise<void> {
    if (runIds.length === 0) return;
    await tx.execute(
      `UPDATE run SET hold = NULL, held_since = NULL WHERE id IN (${marks(runIds)})`,
      runIds.map(uuidToBytes),
    );
  }
}
