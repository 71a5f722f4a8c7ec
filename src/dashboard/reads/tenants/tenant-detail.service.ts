import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../../config/config.js';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import type { Instant } from '../../../core/instant.js';
import { LATENESS_STEPS, noCounts } from '../../../core/lateness-steps.js';
import { Database } from '../../../database/database.js';
import type { Tx } from '../../../database/tx.js';
import { RunCountsReader } from '../../../statistics/counts/run-counts.reader.js';
import { AuditLog } from '../../../tenant/audit-log.store.js';
import type { Tenancy } from '../../../tenant/tenancy.reader.js';
import { TenantLimits } from '../../../tenant/tenant-limits.js';
import { FailingQuery } from '../failing/failing.query.js';
import { beginningOf, LAST_WEEK, outcomeLists } from '../overview/outcomes.js';
import { SharedAnswers, type TaggedAnswer } from '../shared-answers.js';
import { TenantScopes } from '../tenant-scopes.js';
import { NO_SUM, TenantSums, type SumsOfDay } from './tenant-sums.js';
import { tenantLimits, tenantRow } from './tenants.presenter.js';
import { TenantsQuery } from './tenants.query.js';

/** One tenant of an instance: what it did in a week, and what it may. */
@Injectable()
export class TenantDetailService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counts: RunCountsReader,
    private readonly query: TenantsQuery,
    private readonly failing: FailingQuery,
    private readonly audit: AuditLog,
    private readonly limits: TenantLimits,
    private readonly sums: TenantSums,
    private readonly tenants: TenantScopes,
    private readonly shared: SharedAnswers,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns a tenant of the caller's instance. Throws NotFound. */
  async get(caller: AccessScope, tenantId: string): Promise<TaggedAnswer> {
    const tenancy = await this.tenants.tenancyOf(caller, tenantId);
    const { suspendedAt, ...known } = tenancy;
    // Who has just changed the tenant sees that.
    return this.shared.get(caller, ['tenant', known, suspendedAt], async () => {
      const sums = await this.sums.get(caller.instanceId, caller);
      return this.database.read((tx) => this.read(tx, tenancy, sums), caller);
    });
  }

  private async read(tx: Tx, tenancy: Tenancy, sums: SumsOfDay) {
    const now = this.clock.now();
    const { instanceId, id: tenancyId } = tenancy;
    const used = await this.query.used(tx, tenancy, now);
    const sum = { ...(sums.byTenancy.get(tenancyId) ?? NO_SUM), jobs: used.jobs };
    const { schedules, isMore } = await this.failing.count(
      ...[tx, { kind: 'tenant', instanceId, tenancyId } as const, now],
    );
    const holding = {
      ...this.limits.of(tenancyId),
      maxCalls: tenancy.maxCalls ?? this.config.maxCallsPerTenant,
    };
    return {
      ...tenantRow({ tenancy, sum }, sums.calls),
      createdAt: await this.query.createdAt(tx, tenancyId),
      suspended: await this.suspensionOf(tx, tenancy),
      applications: await this.query.applications(tx, tenancyId),
      limits: tenantLimits(tenancy, used, holding),
      ...(await this.lastWeek(tx, tenancyId, now)),
      failing: { schedules, isMore },
    };
  }

  private async suspensionOf(tx: Tx, { instanceId, tenantId, suspendedAt: at }: Tenancy) {
    if (at === null) return null;
    const by = await this.audit.lastActor(tx, { instanceId, tenantId, event: 'tenant.suspended' });
    // Nobody is asked for a reason, so none is kept.
    return { at, by, reason: null };
  }

  private async lastWeek(tx: Tx, tenancyId: number, now: Instant) {
    const from = beginningOf(LAST_WEEK, now);
    const hours = await this.counts.hours(tx, tenancyId, from);
    const lateness = hours.reduce<readonly number[]>(
      (sums, hour) => sums.map((sum, step) => sum + (hour.lateness[step] ?? 0)),
      noCounts(),
    );
    return {
      hours: outcomeLists(hours, LAST_WEEK, from),
      lateness: { steps: LATENESS_STEPS, counts: lateness },
    };
  }
}
