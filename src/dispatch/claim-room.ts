import type { Instant } from '../core/instant.js';
import { partLimit } from '../database/dialects/claim-parts.js';
import type { ClaimQuota } from '../database/dialects/dialect.js';

interface OfTenancy {
  readonly tenancyId: number;
}

/** What is left of the shares of a claim, and who has runs beyond it. */
export class ClaimRoom {
  private readonly left: Map<number, number>;
  private readonly late = new Set<number>();

  constructor(private readonly quotas: readonly ClaimQuota[]) {
    this.left = new Map(quotas.map(({ tenancyId, limit }) => [tenancyId, limit]));
  }

  /** The tenancies that have runs due for which there was no room. */
  get behind(): ReadonlySet<number> {
    return this.late;
  }

  /** Takes as many of these runs as the shares of their tenancies have room for, and returns them. */
  take<Run extends OfTenancy>(runs: readonly Run[]): Run[] {
    return runs.filter(({ tenancyId }) => {
      const left = this.left.get(tenancyId) ?? 0;
      this.left.set(tenancyId, left - 1);
      return left > 0;
    });
  }

  /** Notes who may have more runs due that went back to the queue: each state has only a part of a share. */
  leaveParts(claimed: readonly (OfTenancy & { readonly dueAt: Instant })[], now: Instant): void {
    for (const quota of this.quotas) {
      if (!quota.hasWaiting) continue;
      const due = claimed.filter((run) => run.tenancyId === quota.tenancyId && run.dueAt <= now);
      if (due.length >= partLimit(quota)) this.late.add(quota.tenancyId);
    }
  }

  /** Notes which runs were not taken. */
  leave<Run extends OfTenancy>(runs: readonly Run[], taken: readonly Run[]): void {
    const known = new Set(taken);
    for (const run of runs) if (!known.has(run)) this.late.add(run.tenancyId);
  }
}
