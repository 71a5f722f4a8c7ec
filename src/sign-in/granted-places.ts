import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, shown } from '../core/errors.js';
import { isUuid } from '../core/uuid.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';
import { isProviderRole, type Grant, type Granted } from './grants.js';

/** Where a person acts, and by which grant. */
export interface ActingPlace {
  readonly granted: Granted;
  readonly tenancy: Tenancy;
  /** True for a provider that sees its whole instance. */
  readonly isWholeInstance: boolean;
}

const FORM = /^tenant\/(.*)$/i;

/** Says where the grants of a session hold, and which of them covers what a request names. */
@Injectable()
export class GrantedPlaces {
  constructor(private readonly tenancies: TenancyIndex) {}

  /** Returns the grants whose places still exist. */
  async granted(grants: readonly Grant[]): Promise<Granted[]> {
    const found: Granted[] = [];
    for (const { role, tenancyId } of grants) {
      const tenancy = await this.tenancies.findFresh(() => this.tenancies.find(tenancyId));
      if (tenancy) found.push({ role, tenancy });
    }
    return found;
  }

  /**
   * Returns where a request acts: in the tenant that it names as `tenant/{tenantId}`, else in the place of the first
   * grant. Throws Forbidden where no grant covers that tenant, InvalidInput for another text.
   */
  async acting(grants: readonly [Granted, ...Granted[]], wanted: unknown): Promise<ActingPlace> {
    if (wanted === undefined) {
      const [granted] = grants;
      const { role, tenancy } = granted;
      return { granted, tenancy, isWholeInstance: isProviderRole(role) };
    }
    const tenantId = tenantIdOf(wanted);
    for (const granted of grants) {
      const tenancy = await this.covered(granted, tenantId);
      if (tenancy) return { granted, tenancy, isWholeInstance: false };
    }
    const provider = grants.find(({ role }) => isProviderRole(role));
    if (provider) {
      throw new Forbidden(
        `This tenant is not subscribed to ${provider.tenancy.instanceName}: it has gone, or its id is mistyped.`,
      );
    }
    throw new Forbidden(`You are not signed in for the tenant ${shown(tenantId)}, or it is not subscribed.`);
  }

  private covered({ role, tenancy }: Granted, tenantId: string): Promise<Tenancy | null> {
    if (tenancy.tenantId === tenantId) return Promise.resolve(tenancy);
    if (!isProviderRole(role)) return Promise.resolve(null);
    return this.tenancies.findFresh(() => this.tenancies.findByTenant(tenancy.instanceId, tenantId));
  }
}

function tenantIdOf(wanted: unknown): string {
  const [, id = ''] = FORM.exec(typeof wanted === 'string' ? wanted : '') ?? [];
  if (isUuid(id)) return id.toLowerCase();
  throw new InvalidInput(
    `${shown(wanted)} names no scope: send 'tenant/' and the id of a tenant (header X-Carillon-Scope, parameter scope), or neither.`,
    'scope',
  );
}
