import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../../core/bounded-map.js';
import { Clock } from '../../../core/clock.js';
import { DAY_MS, MINUTE_MS, type Instant } from '../../../core/instant.js';
import { boundOf } from '../../../core/lateness-steps.js';
import { Database } from '../../../database/database.js';
import type { Caller } from '../../../database/tx.js';
import { RunCountsReader } from '../../../statistics/counts/run-counts.reader.js';
import type { Counts } from '../../../statistics/counts/tally.js';
import { TenantsQuery } from './tenants.query.js';

const KEPT_MS = MINUTE_MS;
const MOST_INSTANCES = 50;

/** What one tenant has and did today. */
export interface TenantSum {
  readonly jobs: number;
  readonly calls: number;
  readonly failed: number;
  readonly unknown: number;
  /** The bound of the step that 99 of 100 calls did not exceed, null without a call. */
  readonly lateP99Ms: number | null;
}

/** What the tenants of an instance have and did since the day began (UTC). */
export interface SumsOfDay {
  readonly from: Instant;
  readonly to: Instant;
  readonly calls: number;
  /** By tenancy; one that has nothing is left out. */
  readonly byTenancy: ReadonlyMap<number, TenantSum>;
}

/**
 * The sums of all tenants, kept for a minute: they are read from an entry for each tenant and hour, which takes longer than an
 * answer may. Requests at the same moment wait for one reading.
 */
@Injectable()
export class TenantSums {
  private readonly kept = new BoundedMap<{ at: Instant; sums: Promise<SumsOfDay> }>(MOST_INSTANCES);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counts: RunCountsReader,
    private readonly query: TenantsQuery,
  ) {}

  /** Returns the sums of an instance, up to a minute old, and never those of the day before. */
  get(instanceId: number, caller: Caller): Promise<SumsOfDay> {
    const now = this.clock.now();
    const key = String(instanceId);
    const known = this.kept.get(key);
    if (known && Math.abs(now - known.at) < KEPT_MS && dayOf(known.at) === dayOf(now)) return known.sums;
    const sums = this.read(instanceId, now, caller);
    this.kept.set(key, { at: now, sums });
    sums.catch(() => this.kept.delete(key));
    return sums;
  }

  private read(instanceId: number, now: Instant, caller: Caller): Promise<SumsOfDay> {
    const from = dayOf(now);
    return this.database.read(async (tx) => {
      const counts = await this.counts.sumsByTenancy(tx, instanceId, from);
      const jobs = await this.query.jobs(tx, instanceId);
      const ids = new Set([...counts.keys(), ...jobs.keys()]);
      const byTenancy = new Map([...ids].map((id) => [id, sumOf(counts.get(id), jobs.get(id))]));
      const calls = [...counts.values()].reduce((sum, each) => sum + each.calls, 0);
      return { from, to: now, calls, byTenancy };
    }, caller);
  }
}

function sumOf(counts: Counts | undefined, jobs = 0): TenantSum {
  const { calls = 0, failures: failed = 0, unknowns: unknown = 0, lateness = [] } = counts ?? {};
  return { jobs, calls, failed, unknown, lateP99Ms: boundOf(lateness, 0.99) };
}

/** Of a tenant that has nothing. */
export const NO_SUM: TenantSum = sumOf(undefined);

const dayOf = (at: Instant) => at - (at % DAY_MS);
