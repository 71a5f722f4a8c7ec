import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { NotFound, shown } from '../../core/errors.js';
import type { RowScope } from '../../database/scoped.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import type { Tenancy } from '../../tenant/tenancy.reader.js';

/** A tenant as lists name it. */
export interface TenantName {
  readonly id: string;
  readonly subdomain: string;
}

/** Says which part of what a caller may see is meant by a tenant that it names. */
@Injectable()
export class TenantScopes {
  constructor(private readonly index: TenancyIndex) {}

  /** Returns the scope of a tenant within a caller's, or the caller's own. Throws NotFound where there is no such tenant for this caller. */
  async within(scope: AccessScope, tenantId: string | undefined): Promise<RowScope> {
    const { instanceId } = scope;
    if (tenantId === undefined || (scope.kind === 'tenant' && tenantId === scope.tenantId)) return scope;
    const tenancy = await this.tenancyOf(scope, tenantId);
    return { kind: 'tenant', instanceId, tenancyId: tenancy.id };
  }

  /** Returns a tenant of a provider's instance. Throws NotFound where there is no such tenant for this caller. */
  async tenancyOf({ kind, instanceId }: AccessScope, tenantId: string): Promise<Tenancy> {
    const look = () => this.index.findByTenant(instanceId, tenantId);
    const tenancy = kind === 'tenant' ? null : await this.index.findFresh(look);
    if (!tenancy) throw new NotFound(`There is no tenant with the id ${shown(tenantId)}.`);
    return tenancy;
  }

  /** Returns a tenant of a provider's instance by its subdomain, in any case. Throws NotFound as `tenancyOf`. */
  async tenancyBySubdomain({ kind, instanceId }: AccessScope, subdomain: string): Promise<Tenancy> {
    const look = () => this.index.findBySubdomain(instanceId, subdomain.toLowerCase());
    const tenancy = kind === 'tenant' ? null : await this.index.findFresh(look);
    if (!tenancy) throw new NotFound(`There is no tenant with the subdomain ${shown(subdomain)}.`);
    return tenancy;
  }

  /** Returns the tenant of a row; null where it is just going. */
  nameOf(tenancyId: number): TenantName | null {
    const tenancy = this.index.find(tenancyId);
    return tenancy && { id: tenancy.tenantId, subdomain: tenancy.subdomain };
  }
}
