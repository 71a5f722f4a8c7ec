import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { NotFound, shown } from '../core/errors.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { TenancyRow } from '../database/entities/tenancy.row.js';
import type { Page, Part } from '../http/page.js';
import { AuditLog, type AuditEvent, type AuditRecord } from '../tenant/audit-log.store.js';
import { TenantService, type TenancyLimits } from '../tenant/tenant.service.js';

/** What a provider does with the tenants of its instance. */
@Injectable()
export class TenantAdminService {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantService,
    private readonly audit: AuditLog,
  ) {}

  /** Suspends a tenant: its runs are not started and its API answers 403. Throws NotFound, and Conflict for the provider itself. */
  async suspend(scope: AccessScope, tenantId: string): Promise<void> {
    await this.change(scope, tenantId, { event: 'tenant.suspended' }, (tx, tenancy) =>
      this.tenants.setSuspended(tx, tenancy, true),
    );
  }

  /** Resumes a tenant. Throws NotFound. */
  async resume(scope: AccessScope, tenantId: string): Promise<void> {
    await this.change(scope, tenantId, { event: 'tenant.resumed' }, (tx, tenancy) =>
      this.tenants.setSuspended(tx, tenancy, false),
    );
  }

  /** Sets limits of a tenant; null takes the deployment's default, what is not given stays. Throws NotFound, and InvalidInput for more than the operator permits. */
  async limit(scope: AccessScope, tenantId: string, limits: TenancyLimits): Promise<void> {
    await this.change(scope, tenantId, { event: 'tenant.limits-changed', details: limits }, (tx, tenancy) =>
      this.tenants.setLimits(tx, tenancy, limits),
    );
  }

  /** Returns a part of the audit log: of the caller's instance, or, for the operator, of the deployment. */
  auditLog(scope: AccessScope, page: Page): Promise<Part<AuditRecord>> {
    const instanceId = scope.rights.has('operate') ? null : scope.instanceId;
    return this.database.read((tx) => this.audit.list(tx, instanceId, page));
  }

  private async change(
    { instanceId, actor }: AccessScope,
    tenantId: string,
    { event, details = {} }: { event: AuditEvent; details?: object },
    work: (tx: Tx, tenancy: TenancyRow) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.tenants.hold(tx);
      const tenancy = await this.tenants.findTenancy(tx, instanceId, tenantId);
      if (!tenancy) throw new NotFound(`There is no tenant with the id ${shown(tenantId)}.`);
      await work(tx, tenancy);
      await this.audit.append(tx, { instanceId, tenantId, actor, event, details });
    });
  }
}
