import { Injectable } from '@nestjs/common';
import { isFinal, RUN_STATES, type RunState } from '../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** How a run has ended that an operation made. */
export interface PacedRunEnd {
  readonly runId: string;
  readonly scheduleId: string;
  readonly kind: 'succeeded' | 'failed' | 'skipped' | 'canceled';
  readonly state: RunState;
  readonly text: string;
}

interface Row {
  id: Buffer;
  schedule_id: Buffer;
  state: number;
  http_status: number | null;
  text: string | null;
  is_reported: number;
}

/** What is told of the text of a run's end; the run log has the rest. */
const MOST_CHARACTERS = 200;

/** Reads what has become of the runs that operations make. */
@Injectable()
export class PacedRunStore {
  /** Returns which of these runs have not ended, and how the others did; one that is in neither was deleted. */
  async look(tx: Tx, runIds: readonly string[]): Promise<{ open: Set<string>; ends: PacedRunEnd[] }> {
    const open = new Set<string>();
    const ends: PacedRunEnd[] = [];
    if (runIds.length === 0) return { open, ends };
    const rows = await tx.query<Row>(
      `SELECT id, schedule_id, state, http_status, is_reported, SUBSTR(end_text, 1, ${MOST_CHARACTERS}) AS text
       FROM run WHERE id IN (${marks(runIds)})`,
      runIds.map(uuidToBytes),
    );
    for (const row of rows) {
      const state = RUN_STATES[row.state] ?? 'UNKNOWN';
      const runId = uuidFromBytes(row.id);
      if (!isFinal(state)) open.add(runId);
      else {
        const scheduleId = uuidFromBytes(row.schedule_id);
        ends.push({ runId, scheduleId, kind: kindOf(state, row), state, text: row.text ?? '' });
      }
    }
    return { open, ends };
  }
}

function kindOf(state: RunState, row: Row): PacedRunEnd['kind'] {
  if (state === 'SUCCESS') return 'succeeded';
  if (state === 'SKIPPED') return 'skipped';
  return isCanceled(state, row) ? 'canceled' : 'failed';
}

/** A run that was canceled has no end of its own: neither an answer that failed it nor a report. */
function isCanceled(state: RunState, { http_status: status, is_reported: isReported, text }: Row): boolean {
  const isOwn = isReported === 1 || (status !== null && status !== 202);
  return state === 'ERROR' && !isOwn && (text ?? '').startsWith('canceled');
}
