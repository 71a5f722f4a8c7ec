import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { NotFound, shown } from '../../core/errors.js';
import { loadRange, type LoadQuestion, type LoadRange } from '../../core/plan/load-range.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { LoadCounts, type LoadScope } from './load-counts.js';

/** How many planned runs are due in each step of a range. */
export interface Load extends LoadRange {
  readonly counts: readonly number[];
}

/** Says when how many runs are planned. */
@Injectable()
export class LoadService {
  constructor(
    private readonly counts: LoadCounts,
    private readonly tenancies: TenancyIndex,
    private readonly clock: Clock,
  ) {}

  /** Returns the planned runs of the caller's scope, or of the tenant that it names in it. Throws InvalidInput, and NotFound for the tenant. */
  async get(
    scope: AccessScope,
    { tenantId, ...question }: LoadQuestion & { readonly tenantId: string | undefined },
  ): Promise<Load> {
    const range = loadRange(question, this.clock.now());
    const whose = await this.scopeOf(scope, tenantId);
    return { ...range, counts: await this.counts.get(whose, range, scope) };
  }

  private async scopeOf(scope: AccessScope, tenantId: string | undefined): Promise<LoadScope> {
    const { kind, instanceId, tenancyId } = scope;
    const isOwn = tenantId === undefined || tenantId === scope.tenantId;
    if (kind === 'tenant' && isOwn) return ofTenancy(tenancyId);
    if (tenantId === undefined) {
      const ids = () => this.tenancies.ofInstance(instanceId).map(({ id }) => id);
      return { name: `instance ${instanceId}`, tenancyIds: ids };
    }
    const look = () => this.tenancies.findByTenant(instanceId, tenantId);
    const tenancy = kind === 'tenant' ? null : await this.tenancies.findFresh(look);
    if (!tenancy) throw new NotFound(`There is no tenant with the id ${shown(tenantId)}.`);
    return ofTenancy(tenancy.id);
  }
}

const ofTenancy = (id: number): LoadScope => ({ name: `tenancy ${id}`, tenancyIds: () => [id] });
