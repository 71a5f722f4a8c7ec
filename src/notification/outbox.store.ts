import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { uuidFromBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { OutgoingMessage } from './channel.js';

/** A message to be sent, as a channel puts it into the outbox. */
export interface NewMessage {
  /** A value that JSON can represent. */
  readonly payload: object;
  /** The owner; null where the message has none. */
  readonly tenancyId: number | null;
  /** The tenancy that must be emptied before the message is sent; null where there is none. */
  readonly waitsFor: number | null;
}

interface Row {
  id: number;
  payload: string;
  created_at: number;
  tries: number;
  uid: Buffer | null;
  tenant_id: Buffer | null;
}

const COLUMNS = ['channel', 'tenancy_id', 'waits_for', 'payload', 'created_at', 'next_at', 'tries'];

/**
 * All SQL on the table `notification`: messages that are still to be sent, written in the transaction of the
 * change that they report.
 */
@Injectable()
export class OutboxStore {
  /** Inserts messages of a channel; they are due at once. */
  async insert(tx: Tx, channel: string, messages: readonly NewMessage[], now: Instant): Promise<void> {
    const rows = messages.map(({ tenancyId, waitsFor, payload }) => {
      return [channel, tenancyId, waitsFor, JSON.stringify(payload), now, now, 0];
    });
    await tx.dialect.insertIgnore(tx, 'notification', COLUMNS, rows);
  }

  /**
   * Returns up to `limit` messages of a channel that are due, the oldest first. A message that waits for a
   * tenancy is due only after that tenancy is emptied.
   */
  async listDue(tx: Tx, channel: string, now: Instant, limit: number): Promise<OutgoingMessage[]> {
    const rows = await tx.query<Row>(
      `SELECT n.id, n.payload, n.created_at, n.tries, i.uid, t.tenant_id FROM notification n
       LEFT JOIN tenancy t ON t.id = n.tenancy_id LEFT JOIN instance i ON i.id = t.instance_id
       LEFT JOIN offboarding o ON o.tenancy_id = n.waits_for AND o.emptied_at IS NULL
       WHERE n.channel = ? AND n.next_at <= ? AND o.tenancy_id IS NULL ORDER BY n.next_at, n.id LIMIT ?`,
      [channel, now, limit],
    );
    return rows.map(({ id, payload, created_at: createdAt, tries, uid, tenant_id: tenantId }) => ({
      id: Number(id),
      payload,
      createdAt: Number(createdAt),
      tries,
      owner: uid && tenantId && { instanceId: uuidFromBytes(uid), tenantId: uuidFromBytes(tenantId) },
    }));
  }

  /** Postpones a message to another time, and counts the try. */
  async putOff(tx: Tx, id: number, nextAt: Instant): Promise<void> {
    await tx.execute('UPDATE notification SET next_at = ?, tries = tries + 1 WHERE id = ?', [nextAt, id]);
  }

  /** Deletes messages that were accepted or given up. */
  async delete(tx: Tx, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.execute(`DELETE FROM notification WHERE id IN (${marks(ids)})`, ids);
  }

  /** Deletes up to `limit` messages of a channel from before an instant; returns how many. Postponed messages stay. */
  async deleteBefore(tx: Tx, channel: string, before: Instant, limit: number): Promise<number> {
    const rows = await tx.query<{ id: number }>(
      'SELECT id FROM notification WHERE channel = ? AND next_at < ? ORDER BY next_at LIMIT ?',
      [channel, before, limit],
    );
    await this.delete(
      tx,
      rows.map(({ id }) => Number(id)),
    );
    return rows.length;
  }
}
