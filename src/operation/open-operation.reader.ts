import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { uuidFromBytes } from '../database/columns.js';
import { OPEN_OPERATIONS } from '../database/entities/stored-values.js';
import { scopeSql, type RowScope } from '../database/scoped.js';
import type { Tx } from '../database/tx.js';
import type { Progress } from './operation-kind.js';

/** An operation that is under way. */
export interface OpenOperation {
  readonly id: string;
  readonly kind: string;
  readonly startedAt: Instant;
  /** Null before its first batch, and for one that is not done in batches. */
  readonly progress: Progress | null;
}

interface OpenRow {
  id: Buffer;
  kind: string;
  created_at: number;
  progress: string | Progress | null;
}

/** Reads operations that are under way. Few are open at a time, and an index has them. */
@Injectable()
export class OpenOperationReader {
  /** Returns the `limit` operations of a scope that began last, and how many are open. */
  async list(
    tx: Tx,
    scope: RowScope,
    limit: number,
  ): Promise<{ total: number; results: readonly OpenOperation[] }> {
    const { sql, parameters } = scopeSql(scope, 'o');
    const those = `FROM operation o ${tx.dialect.useIndex('operation_open')} WHERE o.state IN (${OPEN_OPERATIONS}) AND ${sql}`;
    const [count] = await tx.query<{ total: number }>(`SELECT COUNT(*) AS total ${those}`, parameters);
    const total = Number(count?.total ?? 0);
    if (total === 0) return { total, results: [] };
    // Only the progress: what lies beside it, in the column, may be large.
    const rows = await tx.query<OpenRow>(
      `SELECT o.id, o.kind, o.created_at, JSON_EXTRACT(o.work, '$.progress') AS progress ${those}
       ORDER BY o.created_at DESC, o.id DESC LIMIT ?`,
      [...parameters, limit],
    );
    return { total, results: rows.map(openOperationOf) };
  }
}

function openOperationOf({ id, kind, created_at: startedAt, progress }: OpenRow): OpenOperation {
  return {
    ...{ id: uuidFromBytes(id), kind, startedAt: Number(startedAt) },
    // What a batch has stored; MySQL's driver may have parsed it.
    progress: typeof progress === 'string' ? (JSON.parse(progress) as Progress | null) : progress,
  };
}
