import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { uuidFromBytes } from '../database/columns.js';
import { chunks, marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import { ChangeFeed, type Follower } from './change-feed.js';

/** One tenant's place in one service instance, with what its tokens say about both. */
export interface Tenancy {
  readonly id: number;
  readonly instanceId: number;
  readonly instanceUid: string;
  readonly instanceName: string;
  readonly xsappname: string;
  readonly tenantId: string;
  readonly subdomain: string;
  readonly isProvider: boolean;
  readonly suspendedAt: Instant | null;
  /** Limits of this tenant; null takes the deployment's default. */
  readonly maxJobs: number | null;
  readonly maxCalls: number | null;
  readonly requestsPerMinute: number | null;
}

interface Row {
  id: number;
  instance_id: number;
  instance_uid: Buffer;
  instance_name: string;
  xsappname: string;
  tenant_id: Buffer;
  subdomain: string;
  is_provider: number;
  suspended_at: number | string | null;
  max_jobs: number | null;
  max_calls: number | null;
  requests_per_minute: number | null;
}

const SELECT = `SELECT t.id, t.instance_id, i.uid AS instance_uid, i.name AS instance_name, i.xsappname,
    t.tenant_id, n.subdomain, t.is_provider, t.suspended_at, t.max_jobs, t.max_calls, t.requests_per_minute
  FROM tenancy t JOIN instance i ON i.id = t.instance_id JOIN tenant n ON n.id = t.tenant_id`;

const place = (instanceId: number, name: string) => `${instanceId}/${name}`;

/**
 * Every tenancy of the deployment, in memory: who exists, who is suspended and who is gone is known without I/O.
 * It follows the database through the change feed. A tenancy that is not in it has no valid token.
 */
@Injectable()
export class TenancyIndex implements Follower {
  private readonly byId = new Map<number, Tenancy>();
  private readonly byTenant = new Map<string, Tenancy>();
  private readonly byApp = new Map<string, Tenancy>();
  private readonly bySubdomain = new Map<string, Tenancy>();
  private readonly providers = new Map<number, Tenancy>();

  constructor(private readonly feed: ChangeFeed) {
    feed.follow('tenancy', this);
  }

  /** Answers a tenancy by its row id, as this process knows it. */
  find(id: number): Tenancy | null {
    return this.byId.get(id) ?? null;
  }

  /** Answers a tenant's tenancy in an instance, as this process knows it. */
  findByTenant(instanceId: number, tenantId: string): Tenancy | null {
    return this.byTenant.get(place(instanceId, tenantId)) ?? null;
  }

  /** Answers a tenant's tenancy in the instance of an xsappname, as this process knows it. */
  findByApp(xsappname: string, tenantId: string): Tenancy | null {
    return this.byApp.get(`${xsappname}/${tenantId}`) ?? null;
  }

  /** Answers the tenancy of a subdomain (lower case) in an instance, as this process knows it. */
  findBySubdomain(instanceId: number, subdomain: string): Tenancy | null {
    return this.bySubdomain.get(place(instanceId, subdomain)) ?? null;
  }

  /** Answers the provider's own tenancy of an instance, as this process knows it. */
  findProvider(instanceId: number): Tenancy | null {
    return this.providers.get(instanceId) ?? null;
  }

  /** Answers every tenancy of an instance, as this process knows them. */
  ofInstance(instanceId: number): Tenancy[] {
    return [...this.byId.values()].filter((tenancy) => tenancy.instanceId === instanceId);
  }

  /** Answers what `look` finds; where it finds nothing, takes in what other replicas did and looks once more. */
  async findFresh<T>(look: () => T | null): Promise<T | null> {
    const found = look();
    if (found !== null) return found;
    await this.feed.poll();
    return look();
  }

  async reloadAll(tx: Tx): Promise<void> {
    const rows = await tx.query<Row>(SELECT);
    for (const tenancy of [...this.byId.values()]) this.remove(tenancy);
    for (const row of rows) this.add(tenancyOf(row));
  }

  async reload(tx: Tx, refs: readonly string[]): Promise<void> {
    for (const ids of chunks(refs.map(Number))) {
      const rows = await tx.query<Row>(`${SELECT} WHERE t.id IN (${marks(ids)})`, ids);
      for (const id of ids) this.remove(this.byId.get(id));
      for (const row of rows) this.add(tenancyOf(row));
    }
  }

  private add(tenancy: Tenancy): void {
    this.byId.set(tenancy.id, tenancy);
    this.byTenant.set(place(tenancy.instanceId, tenancy.tenantId), tenancy);
    this.byApp.set(`${tenancy.xsappname}/${tenancy.tenantId}`, tenancy);
    this.bySubdomain.set(place(tenancy.instanceId, tenancy.subdomain), tenancy);
    if (tenancy.isProvider) this.providers.set(tenancy.instanceId, tenancy);
  }

  private remove(tenancy: Tenancy | undefined): void {
    if (!tenancy) return;
    this.byId.delete(tenancy.id);
    const { instanceId, tenantId, subdomain, xsappname } = tenancy;
    // A newer tenancy may stand in the same place by now: only its own entries are removed.
    if (this.findByApp(xsappname, tenantId) === tenancy) this.byApp.delete(`${xsappname}/${tenantId}`);
    if (this.findByTenant(instanceId, tenantId) === tenancy)
      this.byTenant.delete(place(instanceId, tenantId));
    if (this.findBySubdomain(instanceId, subdomain) === tenancy) {
      this.bySubdomain.delete(place(instanceId, subdomain));
    }
    if (this.findProvider(instanceId) === tenancy) this.providers.delete(instanceId);
  }
}

function tenancyOf(row: Row): Tenancy {
  return Object.freeze({
    id: row.id,
    instanceId: row.instance_id,
    instanceUid: uuidFromBytes(row.instance_uid),
    instanceName: row.instance_name,
    xsappname: row.xsappname,
    tenantId: uuidFromBytes(row.tenant_id),
    subdomain: row.subdomain,
    isProvider: Boolean(row.is_provider),
    suspendedAt: row.suspended_at === null ? null : Number(row.suspended_at),
    maxJobs: row.max_jobs,
    maxCalls: row.max_calls,
    requestsPerMinute: row.requests_per_minute,
  });
}
