import { Injectable } from '@nestjs/common';
import { DAY_MS, type Instant } from '../../core/instant.js';
import { addUp } from '../../database/sums.js';
import type { Tx } from '../../database/tx.js';

/** How many bytes of run logs were stored for a tenancy on one day. */
export interface LogBytes {
  readonly tenancyId: number;
  /** The first instant of the day (UTC). */
  readonly day: Instant;
  readonly bytes: number;
}

/** For how long the bytes of a day are kept: usage tells of 31 days. */
const KEPT_MS = 62 * DAY_MS;

/** All SQL that writes the table `log_bytes`. */
@Injectable()
export class LogBytesStore {
  /** Adds to what was stored, in one statement for up to 500 tenancies of a day. */
  async add(tx: Tx, day: Instant, stored: readonly LogBytes[]): Promise<void> {
    // In one order, so that no two replicas wait for each other.
    const sorted = [...stored].sort((a, b) => a.tenancyId - b.tenancyId);
    const sums = {
      ...{ table: 'log_bytes', columns: ['tenancy_id', 'day', 'bytes'] },
      ...{ keys: ['tenancy_id', 'day'], sums: ['bytes'] },
    };
    const rows = sorted.map(({ tenancyId, bytes }) => [tenancyId, day, bytes]);
    await addUp(tx, sums, rows);
  }

  /** Returns what was stored on a day for each tenancy of which anything was. */
  async ofDay(tx: Tx, day: Instant): Promise<LogBytes[]> {
    const rows = await tx.query<{ tenancy_id: number; bytes: number | string }>(
      'SELECT tenancy_id, bytes FROM log_bytes WHERE day = ?',
      [day],
    );
    return rows.map((row) => ({ tenancyId: row.tenancy_id, day, bytes: Number(row.bytes) }));
  }

  /** Forgets the days of which nobody asks any more; returns how many rows. */
  deleteOld(tx: Tx, now: Instant): Promise<number> {
    return tx.execute('DELETE FROM log_bytes WHERE day < ?', [now - KEPT_MS]);
  }

  /** Forgets a tenancy that is gone; returns how many rows. */
  deleteOfTenancy(tx: Tx, tenancyId: number): Promise<number> {
    return tx.execute('DELETE FROM log_bytes WHERE tenancy_id = ?', [tenancyId]);
  }
}
