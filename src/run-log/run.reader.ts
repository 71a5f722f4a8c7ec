import { Injectable } from '@nestjs/common';
import { NotFound } from '../core/errors.js';
import { uuidToBytes } from '../database/columns.js';
import { countWhere } from '../database/count.js';
import { readWithinBytes } from '../database/text-bytes.js';
import type { Tx } from '../database/tx.js';
import { RunRow } from '../database/entities/run.row.js';

/** Which part of a schedule's run logs is requested: by position, or before or after a run (the cursor). */
export type RunPage = { readonly pageSize: number } & (
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'after' | 'before'; readonly runId: string }
);

/** A part of a schedule's run logs, newest first, and whether there are newer and older ones. */
export interface RunPart {
  readonly total: number;
  readonly results: readonly RunRow[];
  readonly hasNewer: boolean;
  readonly hasOlder: boolean;
  /** The end that stays where the page is too large: the one that is nearer to the cursor. */
  readonly kept: 'newest' | 'oldest';
}

const NEWEST_FIRST = { sql: 'ORDER BY planned_at DESC', parameters: [] };

/**
 * Reads run logs of a schedule that the caller is permitted to see. A schedule has at most one run per planned
 * instant, so the index (schedule, planned_at) orders them completely, and a page after a cursor costs the same
 * at any depth.
 */
@Injectable()
export class RunReader {
  /** Returns the newest runs of a schedule: up to `limit`, fewer where their texts are large. */
  async newest(tx: Tx, scheduleId: string, limit: number): Promise<RunRow[]> {
    const { rows } = await this.rows(tx, scheduleId, NEWEST_FIRST, { take: limit, skip: 0 });
    return rows;
  }

  /** Returns a run of a schedule. Throws NotFound. */
  async get(tx: Tx, scheduleId: string, runId: string): Promise<RunRow> {
    const run = await tx.manager.findOneBy(RunRow, { id: runId, scheduleId });
    if (!run) throw noRun({ scheduleId, runId });
    return run;
  }

  /** Returns a part of a schedule's runs. Throws NotFound where the cursor is not a run of this schedule. */
  async page(tx: Tx, scheduleId: string, page: RunPage): Promise<RunPart> {
    const total = await countWhere(tx, 'run', 'schedule_id = ?', [uuidToBytes(scheduleId)]);
    const take = page.pageSize + 1;
    if (page.kind === 'offset') {
      const { rows, isMore } = await this.rows(tx, scheduleId, NEWEST_FIRST, { take, skip: page.offset });
      const results = rows.slice(0, page.pageSize);
      return {
        total,
        results,
        hasNewer: page.offset > 0 && results.length > 0,
        hasOlder: isMore,
        kept: 'newest',
      };
    }
    const { plannedAt } = await this.get(tx, scheduleId, page.runId);
    const isAfter = page.kind === 'after';
    const beside = isAfter
      ? 'AND planned_at < ? ORDER BY planned_at DESC'
      : 'AND planned_at > ? ORDER BY planned_at';
    const condition = { sql: beside, parameters: [plannedAt] };
    const { rows, isMore } = await this.rows(tx, scheduleId, condition, { take, skip: 0 });
    // The rows come newest first; the ones nearest to the cursor are kept.
    const results = isAfter ? rows.slice(0, page.pageSize) : rows.slice(-page.pageSize);
    const isAny = results.length > 0;
    return isAfter
      ? { total, results, hasNewer: isAny, hasOlder: isMore, kept: 'newest' }
      : { total, results, hasNewer: isMore, hasOlder: isAny, kept: 'oldest' };
  }

  /**
   * Returns rows of a schedule, newest first, without those that would be too large together; `isMore` where there are
   * as many as asked for, or some were left out. Their ids are found with the index alone: if the query selected
   * whole rows, MariaDB would read all runs that are newer than the cursor.
   */
  private async rows(
    tx: Tx,
    scheduleId: string,
    { sql, parameters }: { sql: string; parameters: readonly unknown[] },
    { take, skip }: { take: number; skip: number },
  ): Promise<{ rows: RunRow[]; isMore: boolean }> {
    const found = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run WHERE schedule_id = ? ${sql} LIMIT ? OFFSET ?`,
      [uuidToBytes(scheduleId), ...parameters, take, skip],
    );
    const ids = found.map((row) => row.id);
    const { rows, isCut } = await readWithinBytes(tx, 'run', ids);
    rows.sort((a, b) => b.plannedAt - a.plannedAt);
    return { rows, isMore: isCut || ids.length === take };
  }
}

/** Returns the refusal of a run that is not there. */
export function noRun({ scheduleId, runId }: { scheduleId: string; runId: string }): NotFound {
  return new NotFound(`There is no run with the id '${runId}' of the schedule '${scheduleId}'.`);
}
