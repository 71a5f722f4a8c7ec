import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/**
 * The orders to delete what a tenant leaves behind, one row each: written in the transaction that ends its tenancy, and
 * struck off once nothing of it is left.
 */
@Injectable()
export class OffboardingOrderStore {
  /** Adds the order for a tenancy that ends in this transaction; a second one changes nothing. */
  async add(tx: Tx, tenancyId: number, now: Instant): Promise<void> {
    await tx.dialect.insertIgnore(tx, 'offboarding', ['tenancy_id', 'started_at'], [[tenancyId, now]]);
  }

  /** Returns the tenancies that are still to be emptied, or whose order was given before an instant; the oldest order first. */
  async listOpen(tx: Tx, orderedBefore: Instant): Promise<number[]> {
    const rows = await tx.query<{ tenancy_id: number }>(
      'SELECT tenancy_id FROM offboarding WHERE emptied_at IS NULL OR started_at < ? ORDER BY started_at',
      [orderedBefore],
    );
    return rows.map((row) => row.tenancy_id);
  }

  /** Notes that nothing of a tenancy is left. */
  async markEmptied(tx: Tx, tenancyId: number, now: Instant): Promise<void> {
    await tx.execute('UPDATE offboarding SET emptied_at = ? WHERE tenancy_id = ? AND emptied_at IS NULL', [
      now,
      tenancyId,
    ]);
  }

  /** Strikes an order off that was given before an instant; a younger one stays. */
  async strikeOff(tx: Tx, tenancyId: number, orderedBefore: Instant): Promise<void> {
    await tx.execute('DELETE FROM offboarding WHERE tenancy_id = ? AND started_at < ?', [
      tenancyId,
      orderedBefore,
    ]);
  }
}
