import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { TenancyIndex } from '../../../tenant/tenancy-index.js';
import { SharedAnswers, type TaggedAnswer } from '../shared-answers.js';
import { halfOf, inOrder, isMeant, summed, type TenantSort } from './tenant-order.js';
import { TenantSums } from './tenant-sums.js';
import { tenantRow } from './tenants.presenter.js';

const PAGE = 50;
const TOP = 10;

/** Which tenants, in which order, and which page of them from 1. */
export interface TenantQuestion {
  readonly q: string;
  readonly sort: TenantSort;
  readonly page: number;
}

/** The tenants of an instance, with what they have and did today. */
@Injectable()
export class TenantsService {
  constructor(
    private readonly index: TenancyIndex,
    private readonly sums: TenantSums,
    private readonly shared: SharedAnswers,
  ) {}

  /** Returns a page of the tenants of the caller's instance. Names and suspensions are those of now. */
  page(caller: AccessScope, question: TenantQuestion): Promise<TaggedAnswer> {
    return this.shared.get(caller, ['tenants', question], async () => {
      const { from, to, calls, byTenancy } = await this.sums.get(caller.instanceId, caller);
      const all = summed(this.index.ofInstance(caller.instanceId), byTenancy);
      const byCalls = inOrder(all, 'calls');
      const { q, sort, page } = question;
      const found = inOrder(q === '' ? all : all.filter(({ tenancy }) => isMeant(tenancy, q)), sort);
      return {
        tenants: all.filter(({ tenancy }) => !tenancy.isProvider).length,
        total: { tenants: found.length, isMore: false },
        ...{ from, to, calls, half: halfOf(byCalls, calls) },
        top: byCalls
          .slice(0, TOP)
          .filter(({ sum }) => sum.calls > 0)
          .map(({ tenancy: { tenantId, subdomain }, sum }) => ({ tenantId, subdomain, calls: sum.calls })),
        results: found.slice((page - 1) * PAGE, page * PAGE).map((each) => tenantRow(each, calls)),
      };
    });
  }
}
