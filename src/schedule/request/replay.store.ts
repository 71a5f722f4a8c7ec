import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { isFinal, RUN_STATES, shownState, type ShownState } from '../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { SCHEDULE_KINDS } from '../../database/entities/kinds.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** A run that somebody wants to run again. */
export interface ReplayedRun {
  readonly runId: string;
  readonly scheduleId: string;
  readonly tenancyId: number;
  readonly isOneTime: boolean;
  readonly state: ShownState;
  /** Why it cannot be run again: it has not ended, or what it was called with is no longer kept. Null where it can. */
  readonly obstacle: 'open' | 'dataGone' | null;
  /** Whether its tenant is suspended: a new run would wait until it is resumed. */
  readonly isSuspended: boolean;
  /** The instant that it stood for. */
  readonly originalAt: Instant;
  /** The data of its schedule that it was called with, and whether the schedule has another one now. */
  readonly dataVersion: number;
  readonly isDataEarlier: boolean;
}

interface ReplayedRecord {
  id: Buffer;
  schedule_id: Buffer;
  tenancy_id: number;
  state: number;
  executed_at: number | null;
  attempt: number;
  planned_at: number;
  original_at: number | null;
  data_version: number;
  kind: number;
  present: number;
  kept: number | null;
  suspended_at: number | null;
}

/** Reads the runs that somebody wants to run again. */
@Injectable()
export class ReplayStore {
  /** Returns these runs in their order, without those that are gone. Whose they are is the caller's to look at. */
  async list(tx: Tx, runIds: readonly string[]): Promise<ReplayedRun[]> {
    if (runIds.length === 0) return [];
    const join = tx.dialect.orderedJoin;
    const rows = await tx.query<ReplayedRecord>(
      `SELECT r.id, r.schedule_id, r.tenancy_id, r.state, r.executed_at, r.attempt, r.planned_at, r.original_at,
         r.data_version, s.kind, s.data_version AS present, d.version AS kept, t.suspended_at
       FROM run r ${join} schedule s ON s.id = r.schedule_id
       LEFT JOIN schedule_data d ON d.schedule_id = r.schedule_id AND d.version = r.data_version
       LEFT JOIN tenancy t ON t.id = r.tenancy_id
       WHERE r.id IN (${marks(runIds)})`,
      runIds.map(uuidToBytes),
    );
    const runs = new Map(rows.map((row) => [uuidFromBytes(row.id), replayedOf(row)]));
    return runIds.flatMap((id) => runs.get(id) ?? []);
  }
}

function replayedOf(row: ReplayedRecord): ReplayedRun {
  const stored = RUN_STATES[row.state] ?? 'UNKNOWN';
  const isDataEarlier = row.data_version !== row.present;
  const ended = isDataEarlier && row.kept === null ? 'dataGone' : null;
  return {
    runId: uuidFromBytes(row.id),
    scheduleId: uuidFromBytes(row.schedule_id),
    tenancyId: Number(row.tenancy_id),
    isOneTime: SCHEDULE_KINDS[row.kind] === 'once',
    state: shownState({ state: stored, executedAt: row.executed_at, attempt: row.attempt }),
    obstacle: isFinal(stored) ? ended : 'open',
    isSuspended: row.suspended_at !== null,
    originalAt: Number(row.original_at ?? row.planned_at),
    dataVersion: row.data_version,
    isDataEarlier,
  };
}
