import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { TenancyIndex } from '../../../tenant/tenancy-index.js';
import { SharedAnswers, type TaggedAnswer } from '../shared-answers.js';
import { halfOf, inOrder, isMeant, summed, type SummedTenant, type TenantSort } from './tenant-order.js';
import { TenantSums, type SumsOfDay } from './tenant-sums.js';
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
  private readonly ranked = new WeakMap<SumsOfDay, readonly number[]>();

  constructor(
    private readonly index: TenancyIndex,
    private readonly sums: TenantSums,
    private readonly shared: SharedAnswers,
  ) {}

  /** Returns a page of the tenants of the caller's instance. Names and suspensions are those of now. */
  page(caller: AccessScope, question: TenantQuestion): Promise<TaggedAnswer> {
    return this.shared.get(caller, ['tenants', question], async () => {
      const sums = await this.sums.get(caller.instanceId, caller);
      const { from, to, calls, byTenancy } = sums;
      const all = summed(this.index.ofInstance(caller.instanceId), byTenancy);
      const byCalls = this.callersOf(sums, all);
      const { q, sort, page } = question;
      const found = inOrder(q === '' ? all : all.filter(({ tenancy }) => isMeant(tenancy, q)), sort);
      return {
        tenants: all.filter(({ tenancy }) => !tenancy.isProvider).length,
        total: { tenants: found.length, isMore: false },
        ...{ from, to, calls, half: halfOf(byCalls, calls) },
        top: byCalls
          .slice(0, TOP)
          .map(({ tenancy: { tenantId, subdomain }, sum }) => ({ tenantId, subdomain, calls: sum.calls })),
        results: found.slice((page - 1) * PAGE, page * PAGE).map((each) => tenantRow(each, calls)),
      };
    });
  }

  /** Returns the tenants that called, those that call most first: in an order that is found once for each reading of the sums. */
  private callersOf(sums: SumsOfDay, all: readonly SummedTenant[]): SummedTenant[] {
    const ids =
      this.ranked.get(sums) ??
      inOrder(
        all.filter(({ sum }) => sum.calls > 0),
        'calls',
      ).map(({ tenancy }) => tenancy.id);
    this.ranked.set(sums, ids);
    const tenancies = ids.flatMap((id) => this.index.find(id) ?? []);
    return summed(tenancies, sums.byTenancy);
  }
}
