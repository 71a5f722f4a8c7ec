import { Injectable } from '@nestjs/common';
import { HOUR_MS, type Instant } from '../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import { scopeSql, type RowScope } from '../database/scoped.js';

/** How long the status of an operation is kept after its end (async-operations.md: at least 4 hours). */
export const KEPT_MS = 4 * HOUR_MS;

/** The owner of an operation. */
export interface OperationPlace {
  readonly id: string;
  readonly instanceId: number;
  readonly tenancyId: number;
}

/** The end of an operation, as sent to clients that listen. `seq` increases per instance, in the order of commits. */
export interface CompletionEvent {
  readonly seq: number;
  readonly tenancyId: number;
  readonly operationId: string;
}

const COLUMNS = ['instance_id', 'seq', 'tenancy_id', 'operation_id', 'at'];

/**
 * The events of operations that ended, numbered per instance. The instance's row in `event_sequence` is locked
 * from the numbering until commit. Numbers from an automatic increment would become visible out of order, and a
 * reader that continues after the last number that it saw would miss an event that commits later with a smaller
 * number.
 */
@Injectable()
export class EventStore {
  /**
   * Appends the events of operations that end in this transaction. Call this last: it locks the instance's event
   * numbers until commit.
   */
  async append(tx: Tx, ended: readonly OperationPlace[], at: Instant): Promise<void> {
    // In the order of instance ids, so that two transactions never wait for each other.
    const instances = [...new Set(ended.map((place) => place.instanceId))].sort((a, b) => a - b);
    for (const instanceId of instances) {
      const own = ended.filter((place) => place.instanceId === instanceId);
      const first = (await this.reserve(tx, instanceId, own.length)) + 1;
      const rows = own.map(({ id, tenancyId }, place) => [
        ...[instanceId, first + place, tenancyId],
        ...[uuidToBytes(id), at],
      ]);
      await tx.dialect.insertIgnore(tx, 'operation_event', COLUMNS, rows);
    }
  }

  /** Returns the number of the last event of each of these instances, 0 where there was none. */
  async lastOf(tx: Tx, instanceIds: readonly number[]): Promise<Map<number, number>> {
    const last = new Map(instanceIds.map((id) => [id, 0]));
    if (instanceIds.length === 0) return last;
    const rows = await tx.query<{ instance_id: number; last: number }>(
      `SELECT instance_id, last FROM event_sequence WHERE instance_id IN (${marks(instanceIds)})`,
      instanceIds,
    );
    for (const row of rows) last.set(row.instance_id, Number(row.last));
    return last;
  }

  /** Returns up to `limit` events of an instance after a number, whether or not their status is still kept. */
  async listAfter(tx: Tx, instanceId: number, seq: number, limit: number): Promise<CompletionEvent[]> {
    const rows = await tx.query<EventRecord>(
      `SELECT seq, tenancy_id, operation_id FROM operation_event
       WHERE instance_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
      [instanceId, seq, limit],
    );
    return rows.map(eventOf);
  }

  /** Returns up to `limit` events of a scope whose status is still kept, after one number and up to another. */
  async listKept(
    tx: Tx,
    scope: RowScope,
    range: { readonly after: number; readonly upTo: number; readonly now: Instant },
    limit: number,
  ): Promise<CompletionEvent[]> {
    const { sql, parameters } = scopeSql(scope, 'e');
    const rows = await tx.query<EventRecord>(
      `SELECT e.seq, e.tenancy_id, e.operation_id FROM operation_event e JOIN operation o ON o.id = e.operation_id
       WHERE e.instance_id = ? AND e.seq > ? AND e.seq <= ? AND e.at >= ? AND ${sql} ORDER BY e.seq LIMIT ?`,
      [scope.instanceId, range.after, range.upTo, range.now - KEPT_MS, ...parameters, limit],
    );
    return rows.map(eventOf);
  }

  /** Deletes up to `limit` events that are as old as a status that is no longer kept; returns how many. */
  async deleteExpired(tx: Tx, now: Instant, limit: number): Promise<number> {
    const rows = await tx.query<{ instance_id: number; seq: number }>(
      'SELECT instance_id, seq FROM operation_event WHERE at < ? LIMIT ?',
      [now - KEPT_MS, limit],
    );
    for (const instanceId of new Set(rows.map((row) => row.instance_id))) {
      const seqs = rows.filter((row) => row.instance_id === instanceId).map((row) => row.seq);
      await tx.execute(`DELETE FROM operation_event WHERE instance_id = ? AND seq IN (${marks(seqs)})`, [
        instanceId,
        ...seqs,
      ]);
    }
    return rows.length;
  }

  /** Reserves the next `count` numbers of an instance until commit and returns the number before them. */
  private async reserve(tx: Tx, instanceId: number, count: number): Promise<number> {
    const raise = () =>
      tx.execute('UPDATE event_sequence SET last = last + ? WHERE instance_id = ?', [count, instanceId]);
    if ((await raise()) === 0) {
      await tx.dialect.insertIgnore(tx, 'event_sequence', ['instance_id', 'last'], [[instanceId, 0]]);
      await raise();
    }
    const last = await this.lastOf(tx, [instanceId]);
    return (last.get(instanceId) ?? 0) - count;
  }
}

interface EventRecord {
  seq: number;
  tenancy_id: number;
  operation_id: Buffer;
}

function eventOf(row: EventRecord): CompletionEvent {
  return {
    seq: Number(row.seq),
    tenancyId: row.tenancy_id,
    operationId: uuidFromBytes(row.operation_id),
  };
}
