import { Injectable } from '@nestjs/common';
import { HOUR_MS, type Instant } from '../../../core/instant.js';
import type { Tx } from '../../../database/tx.js';
import type { Span } from '../overview/outcomes.query.js';
import type { Outcomes } from '../overview/outcomes.js';

interface CountRow {
  readonly at: number;
  readonly calls: number | string;
  readonly failures: number | string;
  readonly unknowns: number | string;
}

const SUMS = 'SUM(calls) AS calls, SUM(failures) AS failures, SUM(unknowns) AS unknowns';
const HOUR_OF_MINUTE = `minute - minute % ${HOUR_MS}`;

/** Adds up what was counted of the calls of an instance, by the hour; hours without any are left out. */
@Injectable()
export class CountsQuery {
  /** Returns the hours of an instance, added up from its minutes: at most 2,880 rows, whatever the number of its tenants. */
  hoursOfMinutes(tx: Tx, instanceId: number, { from, to }: Span): Promise<Outcomes[]> {
    return this.list(tx, {
      sql: `SELECT ${HOUR_OF_MINUTE} AS at, ${SUMS} FROM run_minute
            WHERE instance_id = ? AND minute >= ? AND minute < ? GROUP BY ${HOUR_OF_MINUTE}`,
      parameters: [instanceId, from, to],
    });
  }

  /** Returns the hours of an instance, added up from those of its tenants: ask `areHoursFew` first. */
  hoursOfTenants(tx: Tx, instanceId: number, { from, to }: Span): Promise<Outcomes[]> {
    return this.list(tx, {
      sql: `SELECT hour AS at, ${SUMS} FROM run_hour WHERE instance_id = ? AND hour >= ? AND hour < ? GROUP BY hour`,
      parameters: [instanceId, from, to],
    });
  }

  /** Returns whether the tenants of an instance have no more than `most` hours in which they ran anything: by the key alone. */
  async areHoursFew(tx: Tx, instanceId: number, { from, to }: Span, most: number): Promise<boolean> {
    const [row] = await tx.query<{ hours: number }>(
      `SELECT COUNT(*) AS hours FROM
         (SELECT hour FROM run_hour WHERE instance_id = ? AND hour >= ? AND hour < ? LIMIT ?) c`,
      [instanceId, from, to, most + 1],
    );
    return Number(row?.hours ?? 0) <= most;
  }

  /**
   * Returns whether minutes tell all of a span that they are kept for. Those that passed before an upgrade were never counted:
   * there are hours then, and no minutes.
   */
  async haveMinutes(tx: Tx, instanceId: number, { from, to }: Span): Promise<boolean> {
    // The hour in which the span begins may have had calls before it: its minutes tell of them too.
    const whole = from - (from % HOUR_MS);
    const [minute] = await tx.query<{ at: number | null }>(
      'SELECT MIN(minute) AS at FROM run_minute WHERE instance_id = ? AND minute >= ? AND minute < ?',
      [instanceId, whole, to],
    );
    const first: Instant = Number(minute?.at ?? to);
    const hours = await tx.query(
      'SELECT hour FROM run_hour WHERE instance_id = ? AND hour >= ? AND hour < ? LIMIT 1',
      [instanceId, whole, first - (first % HOUR_MS)],
    );
    return hours.length === 0;
  }

  private async list(
    tx: Tx,
    { sql, parameters }: { sql: string; parameters: number[] },
  ): Promise<Outcomes[]> {
    const rows = await tx.query<CountRow>(sql, parameters);
    return rows.map(({ at, calls, failures, unknowns }) => ({
      ...{ at: Number(at), calls: Number(calls) },
      ...{ failures: Number(failures), unknowns: Number(unknowns) },
    }));
  }
}
