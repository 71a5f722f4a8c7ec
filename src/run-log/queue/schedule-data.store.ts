import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { uuidToBytes } from '../../database/columns.js';
import { chunks, marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** How many earlier versions of its data a schedule keeps. */
export const MOST_VERSIONS = 100;

/** A version of the data of a schedule. */
export interface DataVersion {
  readonly scheduleId: string;
  readonly version: number;
}

/** A key of the table `schedule_data`. */
export interface StoredVersion {
  readonly schedule_id: Buffer;
  readonly version: number;
}

/**
 * The earlier data of schedules, in the table `schedule_data`: a run that is run again is called with what it was called with.
 * The present data stands in its schedule, and nothing is copied per run (schedule-extensions.md, "Original data").
 */
@Injectable()
export class ScheduleDataStore {
  /**
   * Keeps the data of a schedule that is about to be replaced. It is kept whether a run was called with it or not: a claim that
   * has not committed yet may have read it. The oldest go where there are more than a schedule may have.
   */
  async keep(tx: Tx, { scheduleId, version }: DataVersion, data: string | null, now: Instant): Promise<void> {
    const id = uuidToBytes(scheduleId);
    await tx.execute(
      'INSERT INTO schedule_data (schedule_id, version, data, replaced_at) VALUES (?, ?, ?, ?)',
      [id, version, data, now],
    );
    if (version < MOST_VERSIONS) return;
    await tx.execute('DELETE FROM schedule_data WHERE schedule_id = ? AND version <= ?', [
      id,
      version - MOST_VERSIONS,
    ]);
  }

  /** Keeps versions as if they had been replaced now: new runs are called with them. */
  async keepLonger(tx: Tx, versions: readonly DataVersion[], now: Instant): Promise<void> {
    for (const part of chunks(versions)) {
      const stored = part.map(({ scheduleId, version }) => ({
        schedule_id: uuidToBytes(scheduleId),
        version,
      }));
      const { sql, parameters } = ofVersions(stored);
      await tx.execute(`UPDATE schedule_data SET replaced_at = ? WHERE ${sql}`, [now, ...parameters]);
    }
  }

  /** Deletes up to `limit` versions of schedules that go; returns how many: fewer where none is left. */
  deleteSome(tx: Tx, scheduleIds: readonly Buffer[], limit: number): Promise<number> {
    return deleteSomeData(tx, scheduleIds, limit);
  }
}

/** Deletes up to `limit` versions of the data of these schedules; returns how many. */
export async function deleteSomeData(tx: Tx, scheduleIds: readonly Buffer[], limit: number): Promise<number> {
  if (scheduleIds.length === 0) return 0;
  const rows = await tx.query<StoredVersion>(
    `SELECT schedule_id, version FROM schedule_data WHERE schedule_id IN (${marks(scheduleIds)}) LIMIT ?`,
    [...scheduleIds, limit],
  );
  if (rows.length === 0) return 0;
  const { sql, parameters } = ofVersions(rows);
  return tx.execute(`DELETE FROM schedule_data WHERE ${sql}`, parameters);
}

/** The condition that a row is one of these versions. */
export function ofVersions(rows: readonly StoredVersion[]): { sql: string; parameters: (Buffer | number)[] } {
  return {
    sql: `(${rows.map(() => '(schedule_id = ? AND version = ?)').join(' OR ')})`,
    parameters: rows.flatMap((row) => [row.schedule_id, row.version]),
  };
}
