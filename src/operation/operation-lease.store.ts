import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { SECOND_MS, type Instant } from '../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import { lockRows } from '../database/row-lock.js';
import type { Tx } from '../database/tx.js';
import { OperationRow } from '../database/entities/operation.row.js';
import { OPEN_OPERATIONS } from '../database/entities/stored-values.js';

/** How long an operation stays with a process that does not renew its lease; each batch renews it. */
export const LEASE_MS = 30 * SECOND_MS;

const freeOf = (kinds: readonly string[]) =>
  `state IN (${OPEN_OPERATIONS}) AND kind IN (${marks(kinds)}) AND held_until <= ?`;

/** An operation that may be taken, and whose it is. */
export interface FreeOperation {
  readonly id: string;
  readonly tenancyId: number;
}

/** Which process works on which operation: the lease on the operation's row. */
@Injectable()
export class OperationLeaseStore {
  /**
   * Returns up to `limit` open operations of these kinds that no process holds: the oldest of each tenancy first, then
   * the second oldest, and at most `perTenancy` of one.
   */
  async listFree(
    tx: Tx,
    wish: { readonly kinds: readonly string[]; readonly perTenancy: number; readonly limit: number },
    now: Instant,
  ): Promise<FreeOperation[]> {
    if (wish.kinds.length === 0) return [];
    const rows = await tx.query<{ id: Buffer; tenancy_id: number }>(
      `SELECT id, tenancy_id FROM (
         SELECT id, tenancy_id, ROW_NUMBER() OVER (PARTITION BY tenancy_id ORDER BY id) AS place
         FROM operation WHERE ${freeOf(wish.kinds)}
       ) free WHERE place <= ? ORDER BY place, id LIMIT ?`,
      [...wish.kinds, now, wish.perTenancy, wish.limit],
    );
    return rows.map((row) => ({ id: uuidFromBytes(row.id), tenancyId: row.tenancy_id }));
  }

  /** Takes those of these operations that no process holds; returns their ids. */
  async take(
    tx: Tx,
    claim: {
      readonly kinds: readonly string[];
      readonly holder: string;
      readonly ids: readonly string[];
      /** The kinds that have a lease of their own. */
      readonly leases?: readonly (readonly [kind: string, leaseMs: number])[];
    },
    now: Instant,
  ): Promise<string[]> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM operation WHERE id IN (${marks(claim.ids)}) AND ${freeOf(claim.kinds)} ${tx.dialect.skipLocked}`,
      [...claim.ids.map(uuidToBytes), ...claim.kinds, now],
    );
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const own = claim.leases ?? [];
    const until = own.length === 0 ? '?' : `CASE kind ${own.map(() => 'WHEN ? THEN ?').join(' ')} ELSE ? END`;
    await tx.execute(`UPDATE operation SET held_by = ?, held_until = ${until} WHERE id IN (${marks(ids)})`, [
      ...[claim.holder, ...own.flatMap(([kind, leaseMs]) => [kind, now + leaseMs]), now + LEASE_MS],
      ...ids,
    ]);
    return ids.map(uuidFromBytes);
  }

  /**
   * Returns an open operation that this holder holds, and locks it until commit; null where another process holds
   * it, or it has ended or was deleted.
   */
  async hold(tx: Tx, id: string, holder: string): Promise<OperationRow | null> {
    await lockRows(tx, 'operation', 'id = ?', [uuidToBytes(id)]);
    const row = await tx.manager.findOneBy(OperationRow, { id, heldBy: holder });
    return row && (row.state === 'running' || row.state === 'cancel-pending') ? row : null;
  }

  /** Stores how far a held operation has come, and renews its lease. */
  async advance(tx: Tx, id: string, work: string, heldUntil: Instant): Promise<void> {
    await tx.manager.update(OperationRow, { id }, { work, heldUntil });
  }

  /** Stores how far a held operation has come, and gives it back until an instant. */
  async rest(tx: Tx, id: string, work: string, until: Instant): Promise<void> {
    await tx.manager.update(OperationRow, { id }, { work, heldBy: null, heldUntil: until });
  }

  /** Lets those of these operations be taken that rest. One whose batch is under way is waited for: it may be about to rest. */
  async free(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute(
      `UPDATE operation SET held_until = 0 WHERE id IN (${marks(ids)}) AND held_by IS NULL AND state IN (${OPEN_OPERATIONS})`,
      ids.map(uuidToBytes),
    );
  }

  /** Gives back the operations of a holder that stops: any other process may continue them at once. */
  async release(tx: Tx, holder: string): Promise<void> {
    await tx.execute(
      `UPDATE operation SET held_until = 0 WHERE held_by = ? AND state IN (${OPEN_OPERATIONS})`,
      [holder],
    );
  }

  /** Returns the scope on whose behalf an operation works, null where its tenant was deleted. */
  async findScope(tx: Tx, row: OperationRow): Promise<AccessScope | null> {
    const [tenant] = await tx.query<{ tenant_id: Buffer; subdomain: string }>(
      `SELECT t.tenant_id, n.subdomain FROM tenancy t JOIN tenant n ON n.id = t.tenant_id WHERE t.id = ?`,
      [row.tenancyId],
    );
    if (!tenant) return null;
    return {
      kind: row.isInstance ? 'instance' : 'tenant',
      instanceId: row.instanceId,
      tenancyId: row.tenancyId,
      tenantId: uuidFromBytes(tenant.tenant_id),
      subdomain: tenant.subdomain,
      clientId: null,
      actor: row.actor,
      rights: new Set(['scheduler']),
    };
  }
}
