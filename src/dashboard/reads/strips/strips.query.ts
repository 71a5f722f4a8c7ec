import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { RUN_STATES, shownState, type ShownState } from '../../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { SCHEDULED, TRIGGERED, WAITING } from '../../../database/entities/stored-values.js';
import { marks } from '../../../database/lists.js';
import { scopeSql, type RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';

/** A run as a strip shows it. */
export interface StripRun {
  readonly runId: string;
  readonly state: ShownState;
  readonly plannedAt: Instant;
  readonly calledAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** The last runs of a schedule, oldest first. */
export interface Strip {
  readonly scheduleId: string;
  readonly runs: readonly StripRun[];
}

interface StripRecord {
  schedule_id: Buffer;
  id: Buffer;
  state: number;
  attempt: number;
  planned_at: number;
  executed_at: number | null;
  completed_at: number | null;
}

/** A run that is no mere plan: it was called, is just about to be again, or was skipped. */
const BEGUN = `(r.state > ${TRIGGERED} OR (r.state = ${TRIGGERED} AND (r.executed_at IS NOT NULL OR r.attempt > 1)))
  AND r.state <> ${WAITING}`;

/** Reads the last runs of schedules for pictures of them. */
@Injectable()
export class StripsQuery {
  /** Returns up to `runs` runs of each of the schedules that the scope has, in their given order; planned ones are left out. */
  async list(tx: Tx, scope: RowScope, scheduleIds: readonly string[], runs: number): Promise<Strip[]> {
    const own = await this.within(tx, scope, scheduleIds);
    if (own.length === 0) return [];
    // One range from the end of the index for each.
    const part = (alias: string) =>
      `SELECT * FROM (SELECT r.schedule_id, r.id, r.state, r.attempt, r.planned_at, r.executed_at, r.completed_at
        FROM run r ${tx.dialect.useIndex('run_schedule')} WHERE r.schedule_id = ? AND r.state <> ${SCHEDULED} AND ${BEGUN}
        ORDER BY r.planned_at DESC LIMIT ?) ${alias}`;
    const rows = await tx.query<StripRecord>(
      own.map((_id, place) => part(`s${place}`)).join(' UNION ALL '),
      own.flatMap((id) => [uuidToBytes(id), runs]),
    );
    const strips = new Map(own.map((id) => [id, [] as StripRun[]]));
    for (const row of rows) strips.get(uuidFromBytes(row.schedule_id))?.push(stripRunOf(row));
    return [...strips].map(([scheduleId, found]) => ({
      scheduleId,
      runs: found.sort((a, b) => a.plannedAt - b.plannedAt),
    }));
  }

  private async within(tx: Tx, scope: RowScope, ids: readonly string[]): Promise<string[]> {
    const { sql, parameters } = scopeSql(scope, 's');
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT s.id FROM schedule s WHERE s.id IN (${marks(ids)}) AND ${sql}
       AND EXISTS (SELECT 1 FROM job j WHERE j.id = s.job_id)`,
      [...ids.map(uuidToBytes), ...parameters],
    );
    const own = new Set(rows.map(({ id }) => uuidFromBytes(id)));
    return ids.filter((id) => own.has(id));
  }
}

function stripRunOf(row: StripRecord): StripRun {
  return {
    runId: uuidFromBytes(row.id),
    state: shownState({
      ...{ state: RUN_STATES[row.state] ?? 'UNKNOWN', executedAt: row.executed_at, attempt: row.attempt },
    }),
    ...{ plannedAt: row.planned_at, calledAt: row.executed_at, endedAt: row.completed_at },
  };
}
