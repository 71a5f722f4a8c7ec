import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/** What a registry is to be told. */
export interface StatusReport {
  readonly path: string;
  readonly body: object;
  /** The tenancy that must be emptied before, null where nothing must. */
  readonly tenancyId: number | null;
}

/** A report that is due. */
export interface DueReport {
  readonly id: number;
  readonly path: string;
  /** The JSON text to send. */
  readonly body: string;
  readonly createdAt: Instant;
  readonly tries: number;
}

interface Row {
  id: number;
  path: string;
  body: string;
  created_at: number;
  tries: number;
}

/** The reports that registries still wait for: they outlive the process. */
@Injectable()
export class StatusCallbackStore {
  constructor(private readonly clock: Clock) {}

  /** Puts a report down within the transaction of what it tells of. */
  async put(tx: Tx, { path, body, tenancyId }: StatusReport): Promise<void> {
    const now = this.clock.now();
    await tx.execute(
      'INSERT INTO status_callback (path, body, tenancy_id, created_at, next_at, tries) VALUES (?, ?, ?, ?, ?, 0)',
      [path, JSON.stringify(body), tenancyId, now, now],
    );
  }

  /** Answers up to `limit` reports that are due: their time has come and what they tell of is done. */
  async listDue(tx: Tx, limit: number): Promise<DueReport[]> {
    const rows = await tx.query<Row>(
      `SELECT c.id, c.path, c.body, c.created_at, c.tries FROM status_callback c
       LEFT JOIN offboarding o ON o.tenancy_id = c.tenancy_id AND o.emptied_at IS NULL
       WHERE c.next_at <= ? AND o.tenancy_id IS NULL ORDER BY c.next_at LIMIT ?`,
      [this.clock.now(), limit],
    );
    return rows.map(({ id, path, body, created_at: createdAt, tries }) => ({
      id: Number(id),
      path,
      body,
      createdAt: Number(createdAt),
      tries,
    }));
  }

  /** Puts a report off to another time. */
  async putOff(tx: Tx, id: number, nextAt: Instant): Promise<void> {
    await tx.execute('UPDATE status_callback SET next_at = ?, tries = tries + 1 WHERE id = ?', [nextAt, id]);
  }

  /** Forgets a report that was accepted or given up. */
  async remove(tx: Tx, id: number): Promise<void> {
    await tx.execute('DELETE FROM status_callback WHERE id = ?', [id]);
  }
}
