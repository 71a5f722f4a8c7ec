import { Injectable } from '@nestjs/common';
import { BindingService } from '../auth/binding/binding.service.js';
import { NotFound, shown } from '../core/errors.js';
import { isUuid } from '../core/uuid.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { InstanceRow } from '../database/entities/instance.row.js';
import type { Page, Part } from '../http/page.js';
import { AuditLog, type AuditEvent } from '../tenant/audit-log.store.js';
import { InstanceStore } from '../tenant/instance.store.js';
import { TenantService, type InstanceDraft } from '../tenant/tenant.service.js';

/** What the operator does with service instances. */
@Injectable()
export class InstanceService {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantService,
    private readonly instances: InstanceStore,
    private readonly audit: AuditLog,
    private readonly bindings: BindingService,
  ) {}

  /** Creates an instance with its provider tenant. Throws Conflict where its xsappname or its subdomain is in use. */
  async create(actor: string, draft: InstanceDraft): Promise<InstanceRow> {
    return this.database.transaction(async (tx) => {
      const instance = await this.tenants.createInstance(tx, draft);
      await this.tell(tx, actor, 'instance.created', instance);
      return instance;
    });
  }

  /** Returns a part of the instances, oldest first. */
  list(page: Page): Promise<Part<InstanceRow>> {
    return this.database.read((tx) => this.instances.page(tx, page));
  }

  /** Returns an instance by the id that the outside knows. Throws NotFound where there is none. */
  get(uid: string): Promise<InstanceRow> {
    return this.database.read((tx) => this.find(tx, uid));
  }

  /** Deletes an instance: its bindings and tokens stop working at once, its tenants' jobs and runs are deleted after. Throws NotFound. */
  async remove(actor: string, uid: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.tenants.hold(tx);
      const instance = await this.find(tx, uid);
      await this.bindings.revokeAll(tx, instance.id);
      await this.tenants.deleteInstance(tx, instance.id);
      await this.tell(tx, actor, 'instance.deleted', instance);
    });
  }

  private async find(tx: Tx, uid: string): Promise<InstanceRow> {
    const instance = isUuid(uid) ? await this.tenants.findInstance(tx, uid) : null;
    if (!instance) throw new NotFound(`There is no service instance with the id ${shown(uid)}.`);
    return instance;
  }

  private tell(
    tx: Tx,
    actor: string,
    event: AuditEvent,
    { uid, name, xsappname }: InstanceRow,
  ): Promise<void> {
    const details = { instance: uid, name, xsappname };
    return this.audit.append(tx, { instanceId: null, tenantId: null, actor, event, details });
  }
}
