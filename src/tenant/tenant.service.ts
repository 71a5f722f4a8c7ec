import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { Conflict, InvalidInput, shown } from '../core/errors.js';
import type { Tx } from '../database/tx.js';
import { InstanceRow } from '../database/entities/instance.row.js';
import { SubscriptionRow } from '../database/entities/subscription.row.js';
import { TenancyRow } from '../database/entities/tenancy.row.js';
import { TenantRow } from '../database/entities/tenant.row.js';
import { ChangeFeed } from './change-feed.js';

/** What a new service instance is made of; ids that are not given are made. */
export interface InstanceDraft {
  readonly name: string;
  readonly xsappname?: string | undefined;
  readonly providerTenantId?: string | undefined;
  readonly providerSubdomain: string;
}

/** One application of an instance that a tenant subscribes to. */
export interface SubscriptionDraft {
  readonly instanceId: number;
  readonly tenantId: string;
  readonly subdomain: string;
  readonly appName: string;
  readonly guid: string | null;
  readonly plan: string | null;
}

/** Limits of one tenant; null takes the deployment's default. */
export interface TenancyLimits {
  readonly maxJobs?: number | null;
  readonly maxCalls?: number | null;
  readonly requestsPerMinute?: number | null;
}

interface TenantPlace {
  readonly instanceId: number;
  readonly tenantId: string;
  readonly subdomain: string;
}

/** What a subscription that ended leaves behind. */
export interface Unsubscribed {
  readonly tenancyId: number;
  readonly subdomain: string;
  /** True when it was the tenant's last subscription of the instance, so that its tenancy is gone with it. */
  readonly wasLast: boolean;
}

/** Seconds that an application has for the report of an asynchronous run (rest-api.md, "Configuration of a service instance"). */
const ASYNC_TIMEOUT_S = 1800;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The only writer of instances, tenants, tenancies and subscriptions. Each method works within its caller's
 * transaction and announces what it changed on the change feed.
 */
@Injectable()
export class TenantService {
  constructor(
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {}

  /** Creates a service instance with its provider tenant and answers it. Throws Conflict where its xsappname or its subdomain is in use. */
  async createInstance(tx: Tx, draft: InstanceDraft): Promise<InstanceRow> {
    const xsappname = draft.xsappname ?? `${draft.name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')}!b1`;
    await this.feed.lock(tx);
    if (await tx.manager.existsBy(InstanceRow, { xsappname })) {
      throw new Conflict(
        `xsappname ${shown(xsappname)} is in use by another service instance: choose another one.`,
      );
    }
    const instance = await tx.manager.save(InstanceRow, {
      uid: randomUUID(),
      name: draft.name,
      xsappname,
      asyncTimeoutS: ASYNC_TIMEOUT_S,
      createdAt: this.clock.now(),
    });
    const tenantId = draft.providerTenantId ?? randomUUID();
    await this.place(tx, { instanceId: instance.id, tenantId, subdomain: draft.providerSubdomain }, true);
    return instance;
  }

  /** Answers an instance by the id that the outside knows, null where there is none. */
  findInstance(tx: Tx, uid: string): Promise<InstanceRow | null> {
    return tx.manager.findOneBy(InstanceRow, { uid });
  }

  /** Answers a tenant's tenancy in an instance, null where there is none. */
  findTenancy(tx: Tx, instanceId: number, tenantId: string): Promise<TenancyRow | null> {
    return tx.manager.findOneBy(TenancyRow, { instanceId, tenantId });
  }

  /**
   * Subscribes a tenant to an application of an instance and answers its tenancy's row id. A repeat, with
   * whatever guid, is one subscription and takes over guid and plan. Throws Conflict where the subdomain
   * belongs to another tenant, or where the tenant is the instance's own provider.
   */
  async subscribe(tx: Tx, draft: SubscriptionDraft): Promise<number> {
    await this.feed.lock(tx);
    const tenancy = await this.place(tx, draft, false);
    if (tenancy.isProvider) {
      throw new Conflict(
        `Tenant ${shown(draft.tenantId)} is the provider of this service instance: only other tenants subscribe to it.`,
      );
    }
    const now = this.clock.now();
    const { appName, guid, plan } = draft;
    const known = await tx.manager.findOneBy(SubscriptionRow, { tenancyId: tenancy.id, appName });
    if (known) {
      await tx.manager.update(SubscriptionRow, known.id, { guid, plan, updatedAt: now });
    } else {
      const row = { tenancyId: tenancy.id, appName, guid, plan, createdAt: now, updatedAt: now };
      await tx.manager.insert(SubscriptionRow, row);
    }
    return tenancy.id;
  }

  /**
   * Ends a tenant's subscription to an application and answers what is left, null where there was none. Without
   * an application it ends the only one; throws InvalidInput where there are several. With the last subscription
   * goes the tenancy: its tokens stop working, and what hangs on its row id is put down to be deleted.
   */
  async unsubscribe(
    tx: Tx,
    instanceId: number,
    tenantId: string,
    appName: string | null,
  ): Promise<Unsubscribed | null> {
    await this.feed.lock(tx);
    const tenancy = await this.findTenancy(tx, instanceId, tenantId);
    if (!tenancy || tenancy.isProvider) return null;
    const all = await tx.manager.findBy(SubscriptionRow, { tenancyId: tenancy.id });
    if (appName === null && all.length > 1) {
      const names = all.map((subscription) => shown(subscription.appName)).join(', ');
      throw new InvalidInput(
        `subscriptionAppName is missing and the tenant is subscribed to ${names}: name one of them.`,
        'subscriptionAppName',
      );
    }
    const ended = all.find((subscription) => appName === null || subscription.appName === appName);
    if (!ended) return null;
    await tx.manager.delete(SubscriptionRow, ended.id);
    const subdomain = (await tx.manager.findOneByOrFail(TenantRow, { id: tenantId })).subdomain;
    const wasLast = all.length === 1;
    if (wasLast) await this.removeTenancy(tx, tenancy);
    return { tenancyId: tenancy.id, subdomain, wasLast };
  }

  /**
   * Deletes an instance with its subscriptions and tenancies; what hangs on them is put down to be deleted. Its
   * bindings are for the caller to revoke.
   */
  async deleteInstance(tx: Tx, instanceId: number): Promise<void> {
    await this.feed.lock(tx);
    const places = await tx.manager.findBy(TenancyRow, { instanceId });
    for (const tenancy of places) {
      await tx.manager.delete(SubscriptionRow, { tenancyId: tenancy.id });
      await this.removeTenancy(tx, tenancy);
    }
    await tx.manager.delete(InstanceRow, instanceId);
  }

  /** Suspends a tenancy (its runs are not started, its API answers 403) or resumes it. Throws Conflict for the provider's own. */
  async setSuspended(tx: Tx, tenancy: TenancyRow, isSuspended: boolean): Promise<void> {
    if (tenancy.isProvider) {
      throw new Conflict(
        'The provider of a service instance cannot be suspended: suspend one of its tenants.',
      );
    }
    const suspendedAt = isSuspended ? (tenancy.suspendedAt ?? this.clock.now()) : null;
    await tx.manager.update(TenancyRow, tenancy.id, { suspendedAt });
    await this.feed.append(tx, 'tenancy', String(tenancy.id));
  }

  /** Sets limits of a tenancy; null takes the deployment's default, what is not given stays. */
  async setLimits(tx: Tx, tenancy: TenancyRow, limits: TenancyLimits): Promise<void> {
    await tx.manager.update(TenancyRow, tenancy.id, limits);
    await this.feed.append(tx, 'tenancy', String(tenancy.id));
  }

  /** Finds or makes the tenant and its tenancy; a tenant of this one instance may move to another subdomain. */
  private async place(tx: Tx, draft: TenantPlace, isProvider: boolean): Promise<TenancyRow> {
    const { instanceId, tenantId } = draft;
    await this.nameTenant(tx, draft);
    const known = await this.findTenancy(tx, instanceId, tenantId);
    if (known) return known;
    const tenancy = await tx.manager.save(TenancyRow, {
      instanceId,
      tenantId,
      isProvider,
      suspendedAt: null,
      maxJobs: null,
      maxCalls: null,
      requestsPerMinute: null,
      createdAt: this.clock.now(),
    });
    await this.feed.append(tx, 'tenancy', String(tenancy.id));
    return tenancy;
  }

  private async nameTenant(tx: Tx, draft: TenantPlace): Promise<void> {
    const { instanceId, tenantId } = draft;
    const subdomain = draft.subdomain.toLowerCase();
    if (!SUBDOMAIN.test(subdomain)) {
      throw new InvalidInput(
        `${shown(subdomain)} is not a subdomain: use 1 to 63 letters, digits and hyphens.`,
        'subscribedSubdomain',
      );
    }
    const holder = await tx.manager.findOneBy(TenantRow, { subdomain });
    if (holder?.id === tenantId) return;
    if (holder) {
      throw new Conflict(`Subdomain ${shown(subdomain)} is in use by another tenant: choose another one.`);
    }
    const tenant = await tx.manager.findOneBy(TenantRow, { id: tenantId });
    if (!tenant) {
      await tx.manager.insert(TenantRow, { id: tenantId, subdomain, createdAt: this.clock.now() });
      return;
    }
    const places = await tx.manager.findBy(TenancyRow, { tenantId });
    if (places.some((one) => one.instanceId !== instanceId)) {
      throw new Conflict(
        `Tenant ${shown(tenantId)} is known by another subdomain to another service instance: use that subdomain.`,
      );
    }
    await tx.manager.update(TenantRow, { id: tenantId }, { subdomain });
    for (const { id } of places) await this.feed.append(tx, 'tenancy', String(id));
  }

  private async removeTenancy(tx: Tx, tenancy: TenancyRow): Promise<void> {
    await tx.manager.delete(TenancyRow, tenancy.id);
    const order = [tenancy.id, this.clock.now()];
    await tx.dialect.insertIgnore(tx, 'offboarding', ['tenancy_id', 'started_at'], [order]);
    await this.feed.append(tx, 'tenancy', String(tenancy.id));
    const isElsewhere = await tx.manager.existsBy(TenancyRow, { tenantId: tenancy.tenantId });
    if (!isElsewhere) await tx.manager.delete(TenantRow, { id: tenancy.tenantId });
  }
}
