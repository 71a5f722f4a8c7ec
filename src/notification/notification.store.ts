import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { DAY_MS, type Instant } from '../core/instant.js';
import { uuidFromBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';

/**
 * How long a notification waits for a broker that is away: longer than over a weekend, and shorter than the run
 * log that it leads to is kept.
 */
export const UNSENT_LIMIT_MS = 7 * DAY_MS;

/** Something that a broker is to be told, with the names that the job API uses for it. */
export interface Notification {
  readonly tenancyId: number;
  readonly type: 'job-completion';
  /** Path of the object that it is about. */
  readonly uri: string;
  readonly at: Instant;
}

/** A notification that is still to be sent; whose it is is null where the tenant is gone. */
export interface UnsentNotification {
  readonly id: number;
  readonly type: string;
  readonly uri: string;
  readonly owner: { readonly instanceId: string; readonly tenantId: string } | null;
}

interface Row {
  id: number;
  type: string;
  uri: string;
  uid: Buffer | null;
  tenant_id: Buffer | null;
}

const COLUMNS = ['tenancy_id', 'type', 'uri', 'at'];

/**
 * What a broker is still to be told, written in the transaction of what it tells of and deleted once the broker
 * has taken it: at least once, unless the broker is away for a week. Without a broker nothing is written.
 */
@Injectable()
export class NotificationStore {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Appends notifications; nothing where no broker is configured. */
  async append(tx: Tx, notifications: readonly Notification[]): Promise<void> {
    if (this.config.amqpUrl === null || notifications.length === 0) return;
    const rows = notifications.map(({ tenancyId, type, uri, at }) => [tenancyId, type, uri, at]);
    await tx.dialect.insertIgnore(tx, 'notification', COLUMNS, rows);
  }

  /** Answers up to `limit` notifications that are not sent yet, the oldest first. */
  async list(tx: Tx, limit: number): Promise<UnsentNotification[]> {
    const rows = await tx.query<Row>(
      `SELECT n.id, n.type, n.uri, i.uid, t.tenant_id FROM notification n
       LEFT JOIN tenancy t ON t.id = n.tenancy_id LEFT JOIN instance i ON i.id = t.instance_id
       ORDER BY n.id LIMIT ?`,
      [limit],
    );
    return rows.map(({ id, type, uri, uid, tenant_id: tenantId }) => ({
      id: Number(id),
      type,
      uri,
      owner: uid && tenantId && { instanceId: uuidFromBytes(uid), tenantId: uuidFromBytes(tenantId) },
    }));
  }

  /** Deletes notifications that the broker has taken. */
  async delete(tx: Tx, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.execute(`DELETE FROM notification WHERE id IN (${marks(ids)})`, ids);
  }

  /** Deletes up to `limit` notifications from before an instant; answers how many. */
  async deleteBefore(tx: Tx, before: Instant, limit: number): Promise<number> {
    const rows = await tx.query<{ id: number; at: number }>(
      'SELECT id, at FROM notification ORDER BY id LIMIT ?',
      [limit],
    );
    const old = rows.filter((row) => Number(row.at) < before).map((row) => Number(row.id));
    await this.delete(tx, old);
    return old.length;
  }
}
