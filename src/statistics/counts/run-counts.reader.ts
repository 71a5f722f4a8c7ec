import { Injectable } from '@nestjs/common';
import { DAY_MS, HOUR_MS, type Instant } from '../../core/instant.js';
import type { Tx } from '../../database/tx.js';
import { RUN_LOG_RETENTION_MS } from '../../run-log/retention.store.js';
import { COUNT_COLUMNS, countsOf, type CountRecord } from './run-counts.store.js';
import type { Counts } from './tally.js';

/** For how long the minutes of an instance are kept, and the hours of its tenants. */
export const MINUTES_KEPT_MS = 2 * DAY_MS;
export const HOURS_KEPT_MS = RUN_LOG_RETENTION_MS;
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** What was counted in the minute or hour that begins at an instant. */
export interface CountsAt extends Counts {
  readonly at: Instant;
}

const SUMS = COUNT_COLUMNS.map((column) => `SUM(${column}) AS ${column}`).join(', ');

/** Reads what was counted of calls: by the minute or hour in which their runs were due, as far as replicas have stored it. */
@Injectable()
export class RunCountsReader {
  /** Returns the counts of an instance by minute, from one on and before another. */
  async minutes(tx: Tx, instanceId: number, from: Instant, to: Instant = FOR_EVER): Promise<CountsAt[]> {
    const rows = await tx.query<CountRecord>(
      `SELECT minute AS at, ${COUNT_COLUMNS.join(', ')} FROM run_minute WHERE instance_id = ? AND minute >= ? AND minute < ?`,
      [instanceId, from, to],
    );
    return rows.map(countsAt);
  }

  /** Returns the counts of a tenancy by hour, from one on and before another. */
  async hours(tx: Tx, tenancyId: number, from: Instant, to: Instant = FOR_EVER): Promise<CountsAt[]> {
    const rows = await tx.query<CountRecord>(
      `SELECT hour AS at, ${COUNT_COLUMNS.join(', ')} FROM run_hour ${tx.dialect.useIndex('run_hour_tenancy')}
       WHERE tenancy_id = ? AND hour >= ? AND hour < ?`,
      [tenancyId, from, to],
    );
    return rows.map(countsAt);
  }

  /** Returns the sums of an instance by tenancy, from an hour on; a tenancy without calls is left out. */
  async sumsByTenancy(tx: Tx, instanceId: number, from: Instant): Promise<Map<number, Counts>> {
    const rows = await tx.query<CountRecord>(
      `SELECT tenancy_id, ${SUMS} FROM run_hour WHERE instance_id = ? AND hour >= ? GROUP BY tenancy_id`,
      [instanceId, from],
    );
    return new Map(rows.map((row) => [Number(row['tenancy_id']), countsOf(row)]));
  }

  /** Returns the first minute of which an instance has counts, or its hour where minutes are no longer kept; null without any. */
  async firstAt(tx: Tx, instanceId: number): Promise<Instant | null> {
    const [hour] = await tx.query<{ at: number | null }>(
      'SELECT MIN(hour) AS at FROM run_hour WHERE instance_id = ?',
      [instanceId],
    );
    if (!hour || hour.at === null) return null;
    const [minute] = await tx.query<{ at: number | null }>(
      'SELECT MIN(minute) AS at FROM run_minute WHERE instance_id = ? AND minute >= ? AND minute < ?',
      [instanceId, hour.at, hour.at + HOUR_MS],
    );
    return minute?.at ?? hour.at;
  }
}

function countsAt(row: CountRecord): CountsAt {
  return { at: Number(row['at']), ...countsOf(row) };
}
