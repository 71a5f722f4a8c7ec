import { Injectable } from '@nestjs/common';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import type { TaskRun } from './task-run.store.js';

/** A task is looked for by its label when its request has surely come to an end, one way or the other. */
export const SETTLED_AFTER_MS = 2 * SECOND_MS;

/** A task that is to be ordered to stop. */
export type TaskToStop = Omit<TaskRun, 'lookedAt'>;

/** A task that is to be stopped. */
export interface StopOrder {
  readonly id: number;
  readonly runId: string;
  readonly runnerId: string;
  readonly appId: string;
  /** Null: those that the label of the run finds. */
  readonly guid: string | null;
  readonly orderedAt: Instant;
  readonly tries: number;
  /** When it was looked for by its label and not found; null where it was not. */
  readonly lookedAt: Instant | null;
}

interface StopRecord {
  id: number;
  run_id: Buffer;
  runner_id: Buffer;
  app_id: Buffer;
  guid: string;
  ordered_at: number;
  tries: number;
  looked_at: number | null;
}

const COLUMNS = ['run_id', 'runner_id', 'app_id', 'guid', 'ordered_at', 'try_at', 'tries'];

/** The table `stop_order`: every task that is still to be stopped. */
@Injectable()
export class StopOrderStore {
  /** Orders tasks to be stopped, each once. */
  async add(tx: Tx, tasks: readonly TaskToStop[], now: Instant): Promise<void> {
    if (tasks.length === 0) return;
    const rows = tasks.map(({ runId, runnerId, appId, guid, sentAt }) => {
      const tryAt = guid === null ? Math.max(now, sentAt + SETTLED_AFTER_MS) : now;
      const ids = [runId, runnerId, appId].map(uuidToBytes);
      return [...ids, guid ?? '', now, tryAt, 0];
    });
    await tx.dialect.insertIgnore(tx, 'stop_order', COLUMNS, rows);
  }

  /** Returns up to `limit` orders that are due, the longest due first; those of the runners `but` are left out. */
  async listDue(tx: Tx, now: Instant, limit: number, but: readonly string[]): Promise<StopOrder[]> {
    const leftOut = but.map(uuidToBytes);
    const others = leftOut.length === 0 ? '' : `AND runner_id NOT IN (${marks(leftOut)})`;
    const rows = await tx.query<StopRecord>(
      `SELECT id, run_id, runner_id, app_id, guid, ordered_at, tries, looked_at FROM stop_order
       WHERE try_at <= ? ${others} ORDER BY try_at LIMIT ?`,
      [now, ...leftOut, limit],
    );
    return rows.map(stopOrderOf);
  }

  /** Puts orders off after a try that failed. */
  async postpone(tx: Tx, orders: readonly StopOrder[], tryAt: Instant): Promise<void> {
    const ids = orders.map(({ id }) => id);
    if (ids.length === 0) return;
    await tx.execute(`UPDATE stop_order SET tries = tries + 1, try_at = ? WHERE id IN (${marks(ids)})`, [
      tryAt,
      ...ids,
    ]);
  }

  /** Notes that no task was found by its label, and when to look again. */
  async noteAbsent(tx: Tx, { id }: StopOrder, now: Instant, tryAt: Instant): Promise<void> {
    await tx.execute('UPDATE stop_order SET looked_at = ?, try_at = ? WHERE id = ?', [now, tryAt, id]);
  }

  /** Forgets orders that are carried out, or given up. */
  async delete(tx: Tx, orders: readonly StopOrder[]): Promise<void> {
    const ids = orders.map(({ id }) => id);
    if (ids.length > 0) await tx.execute(`DELETE FROM stop_order WHERE id IN (${marks(ids)})`, ids);
  }

  /** Returns how many tasks of a runner are still to be stopped. */
  async countOfRunner(tx: Tx, runnerId: string): Promise<number> {
    const [row] = await tx.query<{ orders: number }>(
      'SELECT COUNT(*) AS orders FROM stop_order WHERE runner_id = ?',
      [uuidToBytes(runnerId)],
    );
    return Number(row?.orders ?? 0);
  }
}

function stopOrderOf(row: StopRecord): StopOrder {
  return {
    id: Number(row.id),
    runId: uuidFromBytes(row.run_id),
    runnerId: uuidFromBytes(row.runner_id),
    appId: uuidFromBytes(row.app_id),
    guid: row.guid === '' ? null : row.guid,
    orderedAt: Number(row.ordered_at),
    tries: Number(row.tries),
    lookedAt: row.looked_at === null ? null : Number(row.looked_at),
  };
}
