import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { DAY_MS, type Instant } from '../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';

/** What the audit log tells of. */
export type AuditEvent =
  | 'tenant.subscribed'
  | 'tenant.unsubscribed'
  | 'tenant.suspended'
  | 'tenant.resumed'
  | 'tenant.limits-changed'
  | 'binding.created'
  | 'binding.rotated'
  | 'binding.revoked'
  | 'instance.created'
  | 'instance.deleted'
  | 'sign-in-link.created'
  | 'session.started'
  | 'session.refused'
  | 'session.ended'
  | 'runner.created'
  | 'runner.changed'
  | 'runner.deleted'
  | 'test-call.made'
  | 'signing-key.replaced'
  | 'webhook-key.created'
  | 'webhook-key.deleted';

/** One thing that someone did; the details never hold a secret. */
export interface AuditEntry {
  /** Null for what concerns the deployment. */
  readonly instanceId: number | null;
  readonly tenantId: string | null;
  /** Who did it, as AccessScope names its actor. */
  readonly actor: string;
  readonly event: AuditEvent;
  readonly details: object;
}

/** An entry as it was written. */
export interface AuditRecord extends AuditEntry {
  readonly id: number;
  readonly at: Instant;
}

interface Row {
  id: number;
  at: number;
  instance_id: number | null;
  tenant_id: Buffer | null;
  actor: string;
  event: AuditEvent;
  details: string;
}

const KEPT_MS = 365 * DAY_MS;

/** Who did what to subscriptions, credentials and instances, and when; entries are kept for a year (tenancy-and-oauth.md). */
@Injectable()
export class AuditLog {
  constructor(private readonly clock: Clock) {}

  /** Appends an entry within the transaction of what it tells of. */
  async append(tx: Tx, entry: AuditEntry): Promise<void> {
    await tx.execute(
      'INSERT INTO audit_log (at, instance_id, tenant_id, actor, event, details) VALUES (?, ?, ?, ?, ?, ?)',
      [
        this.clock.now(),
        entry.instanceId,
        entry.tenantId === null ? null : uuidToBytes(entry.tenantId),
        entry.actor,
        entry.event,
        JSON.stringify(entry.details),
      ],
    );
  }

  /** Returns a part of the entries of an instance, newest first; null answers those of the deployment. */
  async list(
    tx: Tx,
    instanceId: number | null,
    page: { readonly offset: number; readonly pageSize: number },
  ): Promise<{ total: number; results: AuditRecord[] }> {
    const [where, of] = instanceId === null ? ['instance_id IS NULL', []] : ['instance_id = ?', [instanceId]];
    const [count] = await tx.query<{ n: number }>(`SELECT COUNT(*) AS n FROM audit_log WHERE ${where}`, of);
    const rows = await tx.query<Row>(
      `SELECT * FROM audit_log WHERE ${where} ORDER BY id DESC LIMIT ? OFFSET ?`,
      [...of, page.pageSize, page.offset],
    );
    return { total: Number(count?.n ?? 0), results: rows.map(recordOf) };
  }

  /** Returns who did something last to a tenant of an instance, null where the entry is not kept any more. */
  async lastActor(
    tx: Tx,
    { instanceId, tenantId, event }: { instanceId: number; tenantId: string; event: AuditEvent },
  ): Promise<string | null> {
    const [row] = await tx.query<{ actor: string }>(
      `SELECT l.actor FROM audit_log l ${tx.dialect.useIndex('audit_log_tenant')}
       WHERE l.instance_id = ? AND l.tenant_id = ? AND l.event = ? ORDER BY l.id DESC LIMIT 1`,
      [instanceId, uuidToBytes(tenantId), event],
    );
    return row?.actor ?? null;
  }

  /** Deletes up to `limit` entries older than a year and returns how many. */
  async deleteOld(tx: Tx, limit: number): Promise<number> {
    // Ids grow with time: the oldest entries come first in the primary key.
    const rows = await tx.query<{ id: number; at: number }>(
      'SELECT id, at FROM audit_log ORDER BY id LIMIT ?',
      [limit],
    );
    const ids = rows.filter((row) => Number(row.at) < this.clock.now() - KEPT_MS).map((row) => row.id);
    if (ids.length === 0) return 0;
    return tx.execute(`DELETE FROM audit_log WHERE id IN (${marks(ids)})`, ids);
  }
}

function recordOf(row: Row): AuditRecord {
  return {
    id: Number(row.id),
    at: Number(row.at),
    instanceId: row.instance_id,
    tenantId: row.tenant_id === null ? null : uuidFromBytes(row.tenant_id),
    actor: row.actor,
    event: row.event,
    details: JSON.parse(row.details) as object, // written by append alone
  };
}
