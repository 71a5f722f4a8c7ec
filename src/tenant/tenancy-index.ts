import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { ChangeFeed, type Follower } from './change-feed.js';
import { TenancyReader, type Tenancy } from './tenancy.reader.js';

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
  private listener: (ids: readonly number[]) => void = () => undefined;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly reader: TenancyReader,
  ) {
    feed.follow('tenancy', this);
  }

  /** Sets who is told which tenancies were read again: they have changed, or are gone. */
  listen(listener: (ids: readonly number[]) => void): void {
    this.listener = listener;
  }

  /** Returns whether runs of a tenancy may start, as far as this process knows: it exists and is not suspended. */
  mayRun(id: number): boolean {
    return this.byId.get(id)?.suspendedAt === null;
  }

  /** Takes in the changes up to a place of the feed that was seen in the database. */
  catchUp(place: number): Promise<void> {
    return this.feed.catchUp(place);
  }

  /** Returns a tenancy by its row id, as this process knows it. */
  find(id: number): Tenancy | null {
    return this.byId.get(id) ?? null;
  }

  /** Returns a tenant's tenancy in an instance, as this process knows it. */
  findByTenant(instanceId: number, tenantId: string): Tenancy | null {
    return this.byTenant.get(place(instanceId, tenantId)) ?? null;
  }

  /** Returns a tenant's tenancy in the instance of an xsappname, as this process knows it. */
  findByApp(xsappname: string, tenantId: string): Tenancy | null {
    return this.byApp.get(`${xsappname}/${tenantId}`) ?? null;
  }

  /** Returns the tenancy of a subdomain (lower case) in an instance, as this process knows it. */
  findBySubdomain(instanceId: number, subdomain: string): Tenancy | null {
    return this.bySubdomain.get(place(instanceId, subdomain)) ?? null;
  }

  /** Returns the provider's own tenancy of an instance, as this process knows it. */
  findProvider(instanceId: number): Tenancy | null {
    return this.providers.get(instanceId) ?? null;
  }

  /** Returns every tenancy of an instance, as this process knows them. */
  ofInstance(instanceId: number): Tenancy[] {
    return [...this.byId.values()].filter((tenancy) => tenancy.instanceId === instanceId);
  }

  /** Returns what `look` finds; where it finds nothing, takes in what other replicas did and looks once more. */
  async findFresh<T>(look: () => T | null): Promise<T | null> {
    const found = look();
    if (found !== null) return found;
    await this.feed.poll();
    return look();
  }

  /** Reads all tenancies again. */
  async reloadAll(tx: Tx): Promise<void> {
    const found = await this.reader.listAll(tx);
    for (const tenancy of [...this.byId.values()]) this.remove(tenancy);
    for (const tenancy of found) this.add(tenancy);
  }

  /** Reads the tenancies of these row ids again. */
  async reload(tx: Tx, refs: readonly string[]): Promise<void> {
    const ids = refs.map(Number);
    const found = await this.reader.list(tx, ids);
    for (const id of ids) this.remove(this.byId.get(id));
    for (const tenancy of found) this.add(tenancy);
  }

  /** Tells who listens which tenancies have changed. */
  reloaded(refs: readonly string[]): void {
    this.listener(refs.map(Number));
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
