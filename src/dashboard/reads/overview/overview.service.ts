import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import type { Instant } from '../../../core/instant.js';
import { Database } from '../../../database/database.js';
import type { RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { OpenOperationReader } from '../../../operation/open-operation.reader.js';
import { RunCountsReader } from '../../../statistics/counts/run-counts.reader.js';
import { failingPage } from '../failing/failing.presenter.js';
import { FailingQuery } from '../failing/failing.query.js';
import { JobListQuery } from '../jobs/job-list.query.js';
import { SharedAnswers, type TaggedAnswer } from '../shared-answers.js';
import { TenantScopes } from '../tenant-scopes.js';
import { NextRunsQuery } from './next-runs.query.js';
import { beginningOf, LAST_DAY, LAST_MINUTES, outcomeLists } from './outcomes.js';
import { OutcomesQuery } from './outcomes.query.js';
import { nextRun, openOperation } from './overview.presenter.js';

const SHOWN = 10;

/** What the home page shows of a tenant or an instance: what happened in the last hour, what fails, and what comes next. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counts: RunCountsReader,
    private readonly outcomes: OutcomesQuery,
    private readonly failing: FailingQuery,
    private readonly next: NextRunsQuery,
    private readonly operations: OpenOperationReader,
    private readonly jobs: JobListQuery,
    private readonly tenants: TenantScopes,
    private readonly shared: SharedAnswers,
  ) {}

  /** Returns the overview of the caller's scope, or of the tenant that it names in it. Throws NotFound for the tenant. */
  async get(caller: AccessScope, tenantId: string | undefined): Promise<TaggedAnswer> {
    const scope = await this.tenants.within(caller, tenantId);
    return this.shared.get(scope, ['overview'], () =>
      this.database.read((tx) => this.read(tx, scope, this.clock.now()), caller),
    );
  }

  private async read(tx: Tx, scope: RowScope, now: Instant) {
    const operations = await this.operations.list(tx, scope, SHOWN);
    const { jobs, inactive } = await this.jobs.totals(tx, scope);
    const next = await this.next.list(tx, scope, now, SHOWN);
    return {
      outcomes: await this.lastOutcomes(tx, scope, now),
      failing: await this.failingOf(tx, scope, now),
      firstRunAt: await this.firstRunAt(tx, scope),
      next: next.map((run) => nextRun(run, (tenancyId) => this.tenants.nameOf(tenancyId))),
      operations: { total: operations.total, results: operations.results.map(openOperation) },
      jobs: { total: jobs, active: jobs - inactive },
    };
  }

  /** The runs of a tenant are counted themselves where they are few; those of an instance never. */
  private async lastOutcomes(tx: Tx, { kind, instanceId, tenancyId }: RowScope, now: Instant) {
    const from = beginningOf(LAST_MINUTES, now);
    if (kind === 'instance') {
      const counts = await this.counts.minutes(tx, instanceId, from);
      return { ...outcomeLists(counts, LAST_MINUTES, from), isAbout: true, source: 'counters' };
    }
    const span = { from, to: from + LAST_MINUTES.count * LAST_MINUTES.stepMs };
    if (await this.outcomes.areFew(tx, tenancyId, span)) {
      const runs = await this.outcomes.list(tx, tenancyId, span, LAST_MINUTES.stepMs);
      return { ...outcomeLists(runs, LAST_MINUTES, from), isAbout: false, source: 'runs' };
    }
    const fromHour = beginningOf(LAST_DAY, now);
    const hours = await this.counts.hours(tx, tenancyId, fromHour);
    return { ...outcomeLists(hours, LAST_DAY, fromHour), isAbout: true, source: 'hours' };
  }

  private async failingOf(tx: Tx, scope: RowScope, now: Instant) {
    const { results } = await this.failing.page(tx, scope, { now, limit: SHOWN });
    const total = await this.failing.count(tx, scope, now);
    const lastHealedAt = await this.failing.lastHealedAt(tx, scope);
    const named = results.map((each) => ({ ...each, tenant: this.tenants.nameOf(each.tenancyId) }));
    const page = failingPage({ total, lastHealedAt, results: named, isMore: false });
    return { total: page.total, lastHealedAt: page.lastHealedAt, results: page.results };
  }

  private firstRunAt(tx: Tx, { kind, instanceId, tenancyId }: RowScope): Promise<Instant | null> {
    return kind === 'instance'
      ? this.counts.firstAt(tx, instanceId)
      : this.outcomes.firstRunAt(tx, tenancyId);
  }
}
