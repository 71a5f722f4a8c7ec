import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { Conflict, InvalidInput, NotFound, shown } from '../core/errors.js';
import type { Tx } from '../database/tx.js';
import type { InstanceRow } from '../database/entities/instance.row.js';
import type { TenancyRow } from '../database/entities/tenancy.row.js';
import { ChangeFeed } from './change-feed.js';
import { InstanceStore } from './instance.store.js';
import { OffboardingOrderStore } from './offboarding-order.store.js';
import { SubscriptionStore } from './subscription.store.js';
import { TenantLimits } from './tenant-limits.js';
import { TenantStore } from './tenant.store.js';

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
  readonly maxSchedulesPerJob?: number | null;
  readonly maxSchedules?: number | null;
  readonly maxFiringsPerMinute?: number | null;
  readonly maxCallsPerHostPerSecond?: number | null;
  readonly maxLogBytesPerDay?: number | null;
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
 * Makes and ends instances, tenants, tenancies and subscriptions. Each method works within its caller's transaction
 * and announces what it changed on the change feed.
 */
@Injectable()
export class TenantService {
  constructor(
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
    private readonly instances: InstanceStore,
    private readonly store: TenantStore,
    private readonly subscriptions: SubscriptionStore,
    private readonly orders: OffboardingOrderStore,
    private readonly permitted: TenantLimits,
  ) {}

  /** Creates a service instance with its provider tenant and returns it. Throws Conflict where its xsappname or its subdomain is in use. */
  async createInstance(tx: Tx, draft: InstanceDraft): Promise<InstanceRow> {
    const xsappname = draft.xsappname ?? `${draft.name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')}!b1`;
    await this.feed.lock(tx);
    if (await this.instances.isNameUsed(tx, xsappname)) {
      throw new Conflict(
        `xsappname ${shown(xsappname)} is in use by another service instance: choose another one.`,
      );
    }
    const instance = await this.instances.insert(tx, {
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

  /** Holds instances, tenants, tenancies and bindings until commit: what is read of them afterwards stays true. */
  hold(tx: Tx): Promise<void> {
    return this.feed.lock(tx);
  }

  /** Returns an instance by the id that the outside knows, null where there is none. */
  findInstance(tx: Tx, uid: string): Promise<InstanceRow | null> {
    return this.instances.findByUid(tx, uid);
  }

  /** Returns a tenant's tenancy in an instance, null where there is none. */
  findTenancy(tx: Tx, instanceId: number, tenantId: string): Promise<TenancyRow | null> {
    return this.store.findTenancy(tx, instanceId, tenantId);
  }

  /**
   * Subscribes a tenant to an application of an instance and returns its tenancy's row id. A repeat, with
   * whatever guid, is one subscription and takes over guid and plan. Throws Conflict where the subdomain
   * belongs to another tenant, or where the tenant is the instance's own provider; NotFound where the instance is gone.
   */
  async subscribe(tx: Tx, draft: SubscriptionDraft): Promise<number> {
    await this.feed.lock(tx);
    if (!(await this.instances.find(tx, draft.instanceId))) {
      throw new NotFound('The service instance was deleted: no tenant can subscribe to it.');
    }
    const tenancy = await this.place(tx, draft, false);
    if (tenancy.isProvider) {
      throw new Conflict(
        `Tenant ${shown(draft.tenantId)} is the provider of this service instance: only other tenants subscribe to it.`,
      );
    }
    const now = this.clock.now();
    const { appName, guid, plan } = draft;
    const row = { tenancyId: tenancy.id, appName, guid, plan, createdAt: now, updatedAt: now };
    await this.subscriptions.put(tx, row);
    return tenancy.id;
  }

  /**
   * Ends a tenant's subscription to an application and returns what is left, null where there was none. Without
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
    const all = await this.subscriptions.list(tx, tenancy.id);
    if (appName === null && all.length > 1) {
      const names = all.map((subscription) => shown(subscription.appName)).join(', ');
      throw new InvalidInput(
        `subscriptionAppName is missing and the tenant is subscribed to ${names}: name one of them.`,
        'subscriptionAppName',
      );
    }
    const ended = all.find((subscription) => appName === null || subscription.appName === appName);
    if (!ended) return null;
    await this.subscriptions.delete(tx, ended.id);
    const { subdomain } = await this.store.get(tx, tenantId);
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
    const places = await this.store.listTenancies(tx, { instanceId });
    for (const tenancy of places) {
      await this.subscriptions.deleteOfTenancy(tx, tenancy.id);
      await this.removeTenancy(tx, tenancy);
    }
    await this.instances.delete(tx, instanceId);
  }

  /** Suspends a tenancy (its runs are not started, its API answers 403) or resumes it. Throws Conflict for the provider's own. */
  async setSuspended(tx: Tx, tenancy: TenancyRow, isSuspended: boolean): Promise<void> {
    if (tenancy.isProvider) {
      throw new Conflict(
        'The provider of a service instance cannot be suspended: suspend one of its tenants.',
      );
    }
    const suspendedAt = isSuspended ? (tenancy.suspendedAt ?? this.clock.now()) : null;
    await this.store.updateTenancy(tx, tenancy.id, { suspendedAt });
    await this.feed.append(tx, 'tenancy', String(tenancy.id));
  }

  /** Sets limits of a tenancy; null takes the deployment's default, what is not given stays. Throws InvalidInput for more than the operator permits. */
  async setLimits(tx: Tx, tenancy: TenancyRow, limits: TenancyLimits): Promise<void> {
    this.permitted.refuseBeyond(limits);
    if (Object.values(limits).every((limit) => limit === undefined)) return;
    await this.store.updateTenancy(tx, tenancy.id, limits);
    await this.feed.append(tx, 'tenancy', String(tenancy.id));
  }

  /** Finds or makes the tenant and its tenancy; a tenant of this one instance may move to another subdomain. */
  private async place(tx: Tx, draft: TenantPlace, isProvider: boolean): Promise<TenancyRow> {
    const { instanceId, tenantId } = draft;
    await this.nameTenant(tx, draft);
    const known = await this.findTenancy(tx, instanceId, tenantId);
    if (known) return known;
    const tenancy = await this.store.insertTenancy(tx, {
      instanceId,
      tenantId,
      isProvider,
      suspendedAt: null,
      maxJobs: null,
      maxCalls: null,
      requestsPerMinute: null,
      maxSchedulesPerJob: null,
      maxSchedules: null,
      maxFiringsPerMinute: null,
      maxCallsPerHostPerSecond: null,
      maxLogBytesPerDay: null,
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
    const holder = await this.store.findBySubdomain(tx, subdomain);
    if (holder?.id === tenantId) return;
    if (holder) {
      throw new Conflict(`Subdomain ${shown(subdomain)} is in use by another tenant: choose another one.`);
    }
    const tenant = await this.store.find(tx, tenantId);
    if (!tenant) {
      await this.store.insert(tx, { id: tenantId, subdomain, createdAt: this.clock.now() });
      return;
    }
    const places = await this.store.listTenancies(tx, { tenantId });
    if (places.some((one) => one.instanceId !== instanceId)) {
      throw new Conflict(
        `Tenant ${shown(tenantId)} is known by another subdomain to another service instance: use that subdomain.`,
      );
    }
    await this.store.rename(tx, tenantId, subdomain);
    for (const { id } of places) await this.feed.append(tx, 'tenancy', String(id));
  }

  private async removeTenancy(tx: Tx, tenancy: TenancyRow): Promise<void> {
    await this.store.deleteTenancy(tx, tenancy.id);
    await this.orders.add(tx, tenancy.id, this.clock.now());
    await this.feed.append(tx, 'tenancy', String(tenancy.id));
    const { tenantId } = tenancy;
    const others = await this.store.listTenancies(tx, { tenantId });
    if (others.length === 0) await this.store.delete(tx, tenantId);
  }
}
