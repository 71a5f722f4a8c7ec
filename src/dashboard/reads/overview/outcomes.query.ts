import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { STARTED_STATES, FAILED_STATES } from '../../../database/entities/stored-values.js';
import { RUN_STATES } from '../../../core/run-state.js';
import type { Tx } from '../../../database/tx.js';
import type { Outcomes } from './outcomes.js';

/** The runs of so many are counted themselves; of more, what was counted of them by hour is told. */
export const MOST_RUNS = 5_000;

const UNKNOWN = RUN_STATES.indexOf('UNKNOWN');

/** A span of time in which runs were due; `to` is the first instant beyond. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Counts what became of the calls of one tenant, by the rows of its runs. */
@Injectable()
export class OutcomesQuery {
  /** Returns whether no more than MOST_RUNS runs were due: by an index alone. */
  async areFew(tx: Tx, tenancyId: number, span: Span): Promise<boolean> {
    const { sql, parameters } = begunRuns(tx, tenancyId, span);
    const [row] = await tx.query<{ runs: number }>(
      `SELECT COUNT(*) AS runs FROM (SELECT r.id ${sql} LIMIT ?) c`,
      [...parameters, MOST_RUNS + 1],
    );
    return Number(row?.runs ?? 0) <= MOST_RUNS;
  }

  /** Returns what became of the calls, by parts of a length; parts without any are left out. */
  async list(tx: Tx, tenancyId: number, span: Span, stepMs: number): Promise<Outcomes[]> {
    const { sql, parameters } = begunRuns(tx, tenancyId, span);
    const rows = await tx.query<{ at: number; calls: number; failed: number; unknowns: number }>(
      `SELECT r.due_at - r.due_at % ${stepMs} AS at, COUNT(*) AS calls,
         SUM(CASE WHEN r.state IN (${FAILED_STATES}) AND r.state <> ${UNKNOWN} THEN 1 ELSE 0 END) AS failed,
         SUM(CASE WHEN r.state = ${UNKNOWN} THEN 1 ELSE 0 END) AS unknowns
       ${sql} AND r.executed_at IS NOT NULL GROUP BY r.due_at - r.due_at % ${stepMs}`,
      parameters,
    );
    return rows.map((row) => ({
      ...{ at: Number(row.at), calls: Number(row.calls) },
      ...{ failures: Number(row.failed), unknowns: Number(row.unknowns) },
    }));
  }

  /** Returns when the first run of a tenant that has begun was due, null where none has: the first entry of an index for each state. */
  async firstRunAt(tx: Tx, tenancyId: number): Promise<Instant | null> {
    const states = STARTED_STATES.split(',');
    const rows = await tx.query<{ at: number | null }>(
      states
        .map(
          (state) =>
            `SELECT MIN(r.due_at) AS at FROM run r ${tx.dialect.useIndex('run_queue')} WHERE r.state = ${state} AND r.tenancy_id = ?`,
        )
        .join(' UNION ALL '),
      states.map(() => tenancyId),
    );
    const found = rows.flatMap(({ at }) => (at === null ? [] : [Number(at)]));
    return found.length > 0 ? Math.min(...found) : null;
  }
}

function begunRuns(tx: Tx, tenancyId: number, { from, to }: Span) {
  return {
    sql: `FROM run r ${tx.dialect.useIndex('run_queue')}
      WHERE r.state IN (${STARTED_STATES}) AND r.tenancy_id = ? AND r.due_at >= ? AND r.due_at < ?`,
    parameters: [tenancyId, from, to],
  };
}
