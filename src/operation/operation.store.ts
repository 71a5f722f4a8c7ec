import { Injectable } from '@nestjs/common';
import { LessThan, In } from 'typeorm';
import type { AccessScope } from '../core/access-scope.js';
import type { Instant } from '../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import { lockRows } from '../database/row-lock.js';
import type { SealedColumn } from '../database/sealing/sealed-column.js';
import type { Tx } from '../database/tx.js';
import { OPERATION_STATES, OperationRow, type OperationState } from '../database/entities/operation.row.js';
import { OPEN_OPERATIONS } from '../database/entities/stored-values.js';
import { scopeWhere } from '../database/scoped.js';
import { KEPT_MS, type OperationPlace } from '../event/event.store.js';

/** The result of an operation, with the results as JSON text of an object with wire names. */
export interface OperationEnding {
  readonly id: string;
  readonly state: Extract<OperationState, 'complete' | 'canceled'>;
  readonly statusCode: number;
  readonly reasonCode: number | null;
  readonly results: string;
  readonly endedAt: Instant;
}

/** What a tenancy has open: operations, and bytes of their parts. */
export interface OpenOperations {
  readonly operations: number;
  readonly bytes: number;
}

const PART_COLUMNS = ['operation_id', 'number', 'bytes', 'input'];
/** Where the parts of orders are, for who keeps sealed texts in them. */
export const SEALED_PARTS: SealedColumn = {
  table: 'operation_part',
  column: 'input',
  key: ['operation_id', 'number'],
  beforeFirst: [Buffer.alloc(0), -1],
};
/** Parts that one statement stores: together they stay far below what a server accepts in one packet. */
const PARTS_AT_ONCE = 20;

const stateOf = (state: OperationState) => OPERATION_STATES.indexOf(state);

const ENDING_COLUMNS = {
  id: 'uuid',
  state: 'integer',
  status_code: 'integer',
  reason_code: 'integer',
  results: 'text',
  ended_at: 'integer',
} as const;

/** All SQL on the table `operation`, except the SQL of the worker's lease. */
@Injectable()
export class OperationStore {
  /** Stores a new operation. */
  async insert(tx: Tx, row: OperationRow): Promise<void> {
    await tx.manager.insert(OperationRow, row);
  }

  /** Stores the parts of a new operation, in their order. */
  async insertParts(tx: Tx, id: string, parts: readonly unknown[]): Promise<void> {
    const rows = parts.map((part, number) => {
      const input = JSON.stringify(part);
      return [uuidToBytes(id), number, Buffer.byteLength(input), input];
    });
    for (let from = 0; from < rows.length; from += PARTS_AT_ONCE) {
      await tx.dialect.insertIgnore(
        tx,
        'operation_part',
        PART_COLUMNS,
        rows.slice(from, from + PARTS_AT_ONCE),
      );
    }
  }

  /** Returns a part of an operation, counted from 0; null where there is none. */
  async findPart(tx: Tx, id: string, number: number): Promise<unknown> {
    const [row] = await tx.query<{ input: string }>(
      'SELECT input FROM operation_part WHERE operation_id = ? AND number = ?',
      [uuidToBytes(id), number],
    );
    return row ? (JSON.parse(row.input) as unknown) : null;
  }

  /** Deletes the parts of an operation that ends: nobody reads them any more. */
  async deleteParts(tx: Tx, id: string): Promise<void> {
    await tx.execute('DELETE FROM operation_part WHERE operation_id = ?', [uuidToBytes(id)]);
  }

  /** Returns the open operations of a kind that a tenancy has, with what was asked for, as JSON text. */
  async listOpen(tx: Tx, tenancyId: number, kind: string): Promise<{ id: string; input: string }[]> {
    const rows = await tx.query<{ id: Buffer; input: string }>(
      `SELECT id, input FROM operation WHERE state IN (${OPEN_OPERATIONS}) AND kind = ? AND tenancy_id = ?`,
      [kind, tenancyId],
    );
    return rows.map(({ id, input }) => ({ id: uuidFromBytes(id), input }));
  }

  /** Returns how many operations of these kinds a tenancy has open, and how many bytes their parts have. */
  async measureOpen(tx: Tx, tenancyId: number, kinds: readonly string[]): Promise<OpenOperations> {
    const [row] = await tx.query<{ operations: number; bytes: number | string | null }>(
      `SELECT COUNT(DISTINCT o.id) AS operations, SUM(p.bytes) AS bytes
       FROM operation o LEFT JOIN operation_part p ON p.operation_id = o.id
       WHERE o.state IN (${OPEN_OPERATIONS}) AND o.kind IN (${marks(kinds)}) AND o.tenancy_id = ?`,
      [...kinds, tenancyId],
    );
    return { operations: Number(row?.operations ?? 0), bytes: Number(row?.bytes ?? 0) };
  }

  /** Returns an operation of the scope, null where there is none for this caller or its status is no longer kept. */
  async find(tx: Tx, scope: AccessScope, id: string, now: Instant): Promise<OperationRow | null> {
    const row = await tx.manager.findOneBy(OperationRow, { id, ...scopeWhere(scope) });
    return row === null || (row.endedAt !== null && now - row.endedAt > KEPT_MS) ? null : row;
  }

  /** Returns the same as `find`, and locks the operation until commit. */
  async lock(tx: Tx, scope: AccessScope, id: string, now: Instant): Promise<OperationRow | null> {
    await lockRows(tx, 'operation', 'id = ?', [uuidToBytes(id)]);
    return this.find(tx, scope, id, now);
  }

  /** Returns an operation that has not ended, and locks it until commit; null where there is none. */
  async lockOpen(tx: Tx, id: string): Promise<OperationRow | null> {
    await lockRows(tx, 'operation', 'id = ?', [uuidToBytes(id)]);
    return tx.manager.findOneBy(OperationRow, { id, state: In(['running', 'cancel-pending']) });
  }

  /** Returns how many operations of these kinds have not ended, whosesoever they are. */
  async countOpen(tx: Tx, kinds: readonly string[]): Promise<number> {
    const [row] = await tx.query<{ operations: number }>(
      `SELECT COUNT(*) AS operations FROM operation WHERE state IN (${OPEN_OPERATIONS}) AND kind IN (${marks(kinds)})`,
      kinds,
    );
    return Number(row?.operations ?? 0);
  }

  /** Records that a running operation is to stop. */
  async setCancelPending(tx: Tx, id: string): Promise<void> {
    await tx.manager.update(OperationRow, { id, state: 'running' }, { state: 'cancel-pending' });
  }

  /** Deletes the status of an operation. */
  async delete(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(OperationRow, { id });
  }

  /** Returns the open operations that wait for these runs, keyed by run. */
  async openOfRuns(tx: Tx, runIds: readonly string[]): Promise<Map<string, OperationPlace>> {
    const rows = await tx.query<{ id: Buffer; run_id: Buffer; instance_id: number; tenancy_id: number }>(
      `SELECT id, run_id, instance_id, tenancy_id FROM operation
       WHERE run_id IN (${marks(runIds)}) AND state IN (${OPEN_OPERATIONS})`,
      runIds.map(uuidToBytes),
    );
    return new Map(
      rows.map((row) => [
        uuidFromBytes(row.run_id),
        { id: uuidFromBytes(row.id), instanceId: row.instance_id, tenancyId: row.tenancy_id },
      ]),
    );
  }

  /** Ends operations, in one statement. An operation that has already ended does not change. */
  async end(tx: Tx, endings: readonly OperationEnding[]): Promise<void> {
    await tx.dialect.bulkUpdate(tx, {
      table: 'operation',
      columns: ENDING_COLUMNS,
      rows: endings.map((ending) => [
        uuidToBytes(ending.id),
        stateOf(ending.state),
        ...[ending.statusCode, ending.reasonCode, ending.results, ending.endedAt],
      ]),
      guard: `t.state IN (${OPEN_OPERATIONS})`,
      guardParameters: [],
    });
  }

  /** Returns up to `limit` open operations whose run was deleted before it ended; nothing else would end them. */
  async listRunless(tx: Tx, kind: string, limit: number): Promise<OperationPlace[]> {
    const rows = await tx.query<{ id: Buffer; instance_id: number; tenancy_id: number }>(
      `SELECT o.id, o.instance_id, o.tenancy_id FROM operation o LEFT JOIN run r ON r.id = o.run_id
       WHERE o.state IN (${OPEN_OPERATIONS}) AND o.kind = ? AND r.id IS NULL LIMIT ?`,
      [kind, limit],
    );
    return rows.map((row) => ({
      id: uuidFromBytes(row.id),
      instanceId: row.instance_id,
      tenancyId: row.tenancy_id,
    }));
  }

  /** Deletes up to `limit` operations whose status has been kept long enough; returns how many. */
  async deleteExpired(tx: Tx, now: Instant, limit: number): Promise<number> {
    const rows = await tx.manager.find(OperationRow, {
      where: { endedAt: LessThan(now - KEPT_MS) },
      select: { id: true },
      take: limit,
    });
    if (rows.length > 0) await tx.manager.delete(OperationRow, { id: In(rows.map((row) => row.id)) });
    return rows.length;
  }
}
