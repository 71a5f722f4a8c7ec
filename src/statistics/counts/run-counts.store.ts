import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { LATENESS_STEPS } from '../../core/lateness-steps.js';
import { addUp, type Sums } from '../../database/sums.js';
import type { Tx } from '../../database/tx.js';
import type { Counts, Tallied } from './tally.js';

/** A column for each step: numbers in columns are what a database adds without reading them first. */
const LATE = LATENESS_STEPS.map((_bound, step) => `late_${step}`);
export const COUNT_COLUMNS = ['calls', 'failures', 'unknowns', ...LATE];

/** A row of COUNT_COLUMNS as both drivers return it, sums too. */
export type CountRecord = Readonly<Record<string, number | string | null>>;

const tableOf = (table: string, keys: readonly string[]): Sums => ({
  ...{ table, columns: [...keys, ...COUNT_COLUMNS] },
  ...{ keys, sums: COUNT_COLUMNS },
});
const BY_MINUTE = tableOf('run_minute', ['instance_id', 'minute']);
const BY_HOUR = tableOf('run_hour', ['instance_id', 'hour', 'tenancy_id']);

/** All SQL that writes the tables `run_minute` and `run_hour`. */
@Injectable()
export class RunCountsStore {
  /** Adds counts by (instance, minute), which come in the order of their keys: one statement for up to 500. */
  async addMinutes(tx: Tx, counts: readonly Tallied[]): Promise<void> {
    await addUp(tx, BY_MINUTE, counts.map(cellsOf));
  }

  /** Adds counts by (instance, hour, tenancy), which come in the order of their keys: one statement for up to 500. */
  async addHours(tx: Tx, counts: readonly Tallied[]): Promise<void> {
    await addUp(tx, BY_HOUR, counts.map(cellsOf));
  }

  /** Forgets the minutes before an instant; returns how many rows. */
  deleteMinutes(tx: Tx, before: Instant): Promise<number> {
    return tx.execute('DELETE FROM run_minute WHERE minute < ?', [before]);
  }

  /** Returns the next instance after an id of which hours are counted, whether it is there still or gone; null where none follows. */
  async nextInstance(tx: Tx, after: number): Promise<number | null> {
    const [row] = await tx.query<{ id: number | null }>(
      'SELECT MIN(instance_id) AS id FROM run_hour WHERE instance_id > ?',
      [after],
    );
    return row?.id ?? null;
  }

  /** Forgets up to `limit` rows of one hour of an instance before an instant; returns how many. */
  async deleteHours(tx: Tx, instanceId: number, before: Instant, limit: number): Promise<number> {
    const rows = await tx.query<{ hour: number; tenancy_id: number }>(
      'SELECT hour, tenancy_id FROM run_hour WHERE instance_id = ? AND hour < ? ORDER BY hour, tenancy_id LIMIT ?',
      [instanceId, before, limit],
    );
    const [first] = rows;
    if (!first) return 0;
    const last = rows.findLast(({ hour }) => hour === first.hour) ?? first;
    return tx.execute('DELETE FROM run_hour WHERE instance_id = ? AND hour = ? AND tenancy_id <= ?', [
      ...[instanceId, first.hour, last.tenancy_id],
    ]);
  }

  /** Forgets a tenancy that is gone; returns how many rows. */
  deleteOfTenancy(tx: Tx, tenancyId: number): Promise<number> {
    return tx.execute('DELETE FROM run_hour WHERE tenancy_id = ?', [tenancyId]);
  }
}

function cellsOf({ key, calls, failures, unknowns, lateness }: Tallied): number[] {
  return [...key, calls, failures, unknowns, ...lateness];
}

/** Returns the counts of a row. */
export function countsOf(row: CountRecord): Counts {
  const of = (column: string) => Number(row[column] ?? 0);
  return {
    ...{ calls: of('calls'), failures: of('failures'), unknowns: of('unknowns') },
    lateness: LATE.map(of),
  };
}
