import type { Tenancy } from '../../../tenant/tenancy.reader.js';
import { NO_SUM, type TenantSum } from './tenant-sums.js';

export const TENANT_SORTS = ['calls', 'name', 'failed', 'late', 'jobs'] as const;
export type TenantSort = (typeof TENANT_SORTS)[number];

/** A tenant with what it has and did. */
export interface SummedTenant {
  readonly tenancy: Tenancy;
  readonly sum: TenantSum;
}

const FIGURES: Readonly<Record<Exclude<TenantSort, 'name'>, (sum: TenantSum) => number>> = {
  calls: ({ calls }) => calls,
  failed: ({ failed }) => failed,
  late: ({ lateP99Ms }) => lateP99Ms ?? -1,
  jobs: ({ jobs }) => jobs,
};

/** Returns tenants in an order: by name, or those with the most first and by name where they are alike. */
export function inOrder(tenants: readonly SummedTenant[], sort: TenantSort): SummedTenant[] {
  const byName = (a: SummedTenant, b: SummedTenant) => (a.tenancy.subdomain < b.tenancy.subdomain ? -1 : 1);
  if (sort === 'name') return [...tenants].sort(byName);
  const figure = FIGURES[sort];
  return [...tenants].sort((a, b) => figure(b.sum) - figure(a.sum) || byName(a, b));
}

/** Returns tenants with their sums. */
export function summed(tenancies: readonly Tenancy[], sums: ReadonlyMap<number, TenantSum>): SummedTenant[] {
  return tenancies.map((tenancy) => ({ tenancy, sum: sums.get(tenancy.id) ?? NO_SUM }));
}

/** Returns the fewest of the tenants, those that call most first, that make half of all calls; 0 where nobody called. */
export function halfOf(byCalls: readonly SummedTenant[], calls: number): number {
  if (calls === 0) return 0;
  let passed = 0;
  const last = byCalls.findIndex(({ sum }) => (passed += sum.calls) * 2 >= calls);
  return last < 0 ? byCalls.length : last + 1;
}

/** Returns whether a tenant is meant by a part of its subdomain, or by its id. */
export function isMeant({ subdomain, tenantId }: Tenancy, q: string): boolean {
  const wanted = q.trim().toLowerCase();
  return subdomain.includes(wanted) || tenantId === wanted;
}
