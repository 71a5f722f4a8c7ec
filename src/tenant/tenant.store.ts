import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { TenancyRow } from '../database/entities/tenancy.row.js';
import { TenantRow } from '../database/entities/tenant.row.js';

/** All SQL that writes the tables `tenant` and `tenancy`: who the tenants are, and where each has a place. */
@Injectable()
export class TenantStore {
  /** Returns a tenant, null where it is unknown. */
  find(tx: Tx, id: string): Promise<TenantRow | null> {
    return tx.manager.findOneBy(TenantRow, { id });
  }

  /** Returns the tenant of a subdomain (lower case), null where it is free. */
  findBySubdomain(tx: Tx, subdomain: string): Promise<TenantRow | null> {
    return tx.manager.findOneBy(TenantRow, { subdomain });
  }

  /** Returns a tenant that must be there. Throws where it is not. */
  get(tx: Tx, id: string): Promise<TenantRow> {
    return tx.manager.findOneByOrFail(TenantRow, { id });
  }

  /** Inserts a tenant. */
  async insert(tx: Tx, row: TenantRow): Promise<void> {
    await tx.manager.insert(TenantRow, row);
  }

  /** Gives a tenant another subdomain. */
  async rename(tx: Tx, id: string, subdomain: string): Promise<void> {
    await tx.manager.update(TenantRow, { id }, { subdomain });
  }

  /** Deletes a tenant that has no tenancy left. */
  async delete(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(TenantRow, { id });
  }

  /** Returns a tenant's tenancy in an instance, null where there is none. */
  findTenancy(tx: Tx, instanceId: number, tenantId: string): Promise<TenancyRow | null> {
    return tx.manager.findOneBy(TenancyRow, { instanceId, tenantId });
  }

  /** Returns the tenancies of a tenant, or of an instance. */
  listTenancies(
    tx: Tx,
    of: { readonly tenantId: string } | { readonly instanceId: number },
  ): Promise<TenancyRow[]> {
    return tx.manager.findBy(TenancyRow, of);
  }

  /** Inserts a tenancy and returns it with its row id. */
  insertTenancy(tx: Tx, row: Omit<TenancyRow, 'id'>): Promise<TenancyRow> {
    return tx.manager.save(TenancyRow, { ...row });
  }

  /** Changes a tenancy; what is not given stays. */
  async updateTenancy(
    tx: Tx,
    id: number,
    change: Partial<Omit<TenancyRow, 'id' | 'instanceId' | 'tenantId'>>,
  ): Promise<void> {
    await tx.manager.update(TenancyRow, { id }, change);
  }

  /** Deletes a tenancy. */
  async deleteTenancy(tx: Tx, id: number): Promise<void> {
    await tx.manager.delete(TenancyRow, { id });
  }
}
