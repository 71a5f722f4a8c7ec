import { Injectable } from '@nestjs/common';
import { RUN_STATES, type RunState } from '../../../core/run-state.js';
import { uuidToBytes } from '../../../database/columns.js';
import { ENDED_STATES } from '../../../database/entities/stored-values.js';
import type { Tx } from '../../../database/tx.js';

/** How a run ended, how late it was called and how long it took, in ms; null where it was not called. */
export interface TimedRun {
  readonly state: RunState;
  readonly lateMs: number | null;
  readonly tookMs: number | null;
}

interface TimedRow {
  state: number;
  due_at: number;
  executed_at: number | null;
  completed_at: number | null;
}

/** Reads how the last runs of a schedule kept their time. */
@Injectable()
export class TimingQuery {
  /** Returns up to `limit` runs of a schedule that have ended, those that were planned last: one range from the end of an index. */
  async list(tx: Tx, scheduleId: string, limit: number): Promise<TimedRun[]> {
    const rows = await tx.query<TimedRow>(
      `SELECT r.state, r.due_at, r.executed_at, r.completed_at FROM run r ${tx.dialect.useIndex('run_schedule')}
       WHERE r.schedule_id = ? AND r.state IN (${ENDED_STATES}) ORDER BY r.planned_at DESC LIMIT ?`,
      [uuidToBytes(scheduleId), limit],
    );
    return rows.map(({ state, due_at: dueAt, executed_at: calledAt, completed_at: endedAt }) => ({
      state: RUN_STATES[state] ?? 'UNKNOWN',
      lateMs: calledAt === null ? null : Math.max(0, calledAt - dueAt),
      tookMs: calledAt === null || endedAt === null ? null : Math.max(0, endedAt - calledAt),
    }));
  }
}
