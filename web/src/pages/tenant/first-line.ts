import type { TenantDetail } from '../../api/tenants.js';
import { TENANT } from '../../texts/tenants.js';
import { counted } from '../../time.js';

/** What was called later than this is said to be late. */
const LATE_MS = 1_000;

/** Returns `acme makes 12 % of today's calls, none late in 7 days`. */
export function tenantLine(tenant: TenantDetail): string {
  const { subdomain, isSuspended, calls, share } = tenant;
  if (isSuspended) return TENANT.suspended(subdomain);
  if (calls === 0) return TENANT.idle(subdomain);
  const late = lateOf(tenant.lateness);
  return TENANT.first(subdomain, share, late === 0 ? TENANT.noneLate : counted(late));
}

/** Returns how many calls were late. */
export function lateOf({ steps, counts }: TenantDetail['lateness']): number {
  return counts.reduce((sum, count, place) => {
    const step = steps[place] ?? null;
    return step === null || step > LATE_MS ? sum + count : sum;
  }, 0);
}
