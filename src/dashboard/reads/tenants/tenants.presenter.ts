import type { Tenancy } from '../../../tenant/tenancy.reader.js';
import type { SummedTenant } from './tenant-order.js';
import type { UsedByTenant } from './tenants.query.js';

/** Returns a tenant of the list as it is sent. */
export function tenantRow({ tenancy, sum }: SummedTenant, allCalls: number) {
  const { tenantId, subdomain, isProvider, suspendedAt, maxJobs } = tenancy;
  const { jobs, calls, failed, unknown, lateP99Ms } = sum;
  return {
    ...{ tenantId, subdomain, isProvider, isSuspended: suspendedAt !== null },
    ...{ jobs, calls, failed, unknown, lateP99Ms, share: allCalls > 0 ? calls / allCalls : 0 },
    limits: { jobs: { used: jobs, most: maxJobs } },
  };
}

/** A limit: how much of it is used (null where that is not counted), what holds, and what the tenant was given itself. */
export interface ShownLimit {
  readonly used: number | null;
  readonly most: number | null;
  readonly own: number | null;
}

type LimitName =
  | 'maxJobs'
  | 'maxCalls'
  | 'requestsPerMinute'
  | 'maxSchedulesPerJob'
  | 'maxSchedules'
  | 'maxFiringsPerMinute'
  | 'maxCallsPerHostPerSecond'
  | 'maxLogBytesPerDay';

/** Returns every limit of a tenant by the name under which a provider changes it. `holding` are those that have a default. */
export function tenantLimits(
  tenancy: Tenancy,
  used: UsedByTenant,
  holding: Readonly<Partial<Record<LimitName, number>>>,
): Record<LimitName, ShownLimit> {
  const limit = (name: LimitName, count: number | null = null): ShownLimit => {
    const own = tenancy[name];
    return { used: count, most: holding[name] ?? own, own };
  };
  return {
    maxJobs: limit('maxJobs', used.jobs),
    maxCalls: limit('maxCalls'),
    requestsPerMinute: limit('requestsPerMinute'),
    maxSchedulesPerJob: limit('maxSchedulesPerJob'),
    maxSchedules: limit('maxSchedules', used.schedules),
    maxFiringsPerMinute: limit('maxFiringsPerMinute', used.firingsPerMinute),
    maxCallsPerHostPerSecond: limit('maxCallsPerHostPerSecond'),
    maxLogBytesPerDay: limit('maxLogBytesPerDay', used.logBytesToday),
  };
}
