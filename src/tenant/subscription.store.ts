import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { SubscriptionRow } from '../database/entities/subscription.row.js';

/** All SQL that writes the table `subscription`: which applications of an instance a tenant is subscribed to. */
@Injectable()
export class SubscriptionStore {
  /** Returns the subscriptions of a tenancy. */
  list(tx: Tx, tenancyId: number): Promise<SubscriptionRow[]> {
    return tx.manager.findBy(SubscriptionRow, { tenancyId });
  }

  /** Stores a subscription; one to the same application takes over guid and plan, and stays the same. */
  async put(tx: Tx, row: Omit<SubscriptionRow, 'id'>): Promise<void> {
    const { tenancyId, appName, guid, plan, updatedAt } = row;
    const known = await tx.manager.findOneBy(SubscriptionRow, { tenancyId, appName });
    if (known) await tx.manager.update(SubscriptionRow, known.id, { guid, plan, updatedAt });
    else await tx.manager.insert(SubscriptionRow, row);
  }

  /** Deletes a subscription. */
  async delete(tx: Tx, id: number): Promise<void> {
    await tx.manager.delete(SubscriptionRow, { id });
  }

  /** Deletes every subscription of a tenancy. */
  async deleteOfTenancy(tx: Tx, tenancyId: number): Promise<void> {
    await tx.manager.delete(SubscriptionRow, { tenancyId });
  }
}
