import { RETRYING, SCHEDULED, WAITING } from '../entities/stored-values.js';
import type { ClaimQuota } from './dialect.js';

/** One look into the queue: at most so many runs of a tenancy that are stored in one state. */
export interface ClaimPart {
  readonly state: number;
  readonly tenancyId: number;
  readonly limit: number;
}

const WITH_WAITING = [RETRYING, WAITING, SCHEDULED];

/** Returns how many runs in one state a claim takes at most. */
export function partLimit({ limit, hasWaiting = false }: ClaimQuota): number {
  return hasWaiting ? Math.ceil(limit / WITH_WAITING.length) : limit;
}

/**
 * Returns the looks into the queue that a claim takes: one for each tenancy, and one for each state in which its runs may wait
 * where some that are due do. An index range has one state, so that hardly ever more than the planned runs are looked for.
 */
export function claimParts(quotas: readonly ClaimQuota[]): ClaimPart[] {
  return quotas.flatMap((quota) =>
    (quota.hasWaiting ? WITH_WAITING : [SCHEDULED]).map((state) => ({
      ...{ state, tenancyId: quota.tenancyId, limit: partLimit(quota) },
    })),
  );
}
