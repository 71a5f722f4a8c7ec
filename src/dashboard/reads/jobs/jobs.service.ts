import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import { uuidToBytes } from '../../../database/columns.js';
import { Database } from '../../../database/database.js';
import type { RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { FailingQuery } from '../failing/failing.query.js';
import { SharedAnswers, tagged, type TaggedAnswer } from '../shared-answers.js';
import { TenantScopes } from '../tenant-scopes.js';
import { JobListQuery, type JobListQuestion } from './job-list.query.js';
import { JobLogsQuery, type LogCount } from './job-logs.query.js';
import { JobRowsQuery, type ShownJob, type ShownSchedule } from './job-rows.query.js';
import { jobDetail, jobsPage, type ListedJob } from './jobs.presenter.js';

/** Jobs as the dashboard shows them: pages of them, and one whole. */
@Injectable()
export class JobsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly list: JobListQuery,
    private readonly rows: JobRowsQuery,
    private readonly logs: JobLogsQuery,
    private readonly failing: FailingQuery,
    private readonly tenants: TenantScopes,
    private readonly shared: SharedAnswers,
  ) {}

  /** Returns a page of jobs with the numbers of all of them. Throws NotFound for the tenant. */
  async page(
    caller: AccessScope,
    { tenantId, ...question }: JobListQuestion & { readonly tenantId?: string | undefined },
  ): Promise<TaggedAnswer> {
    const scope = await this.tenants.within(caller, tenantId);
    const { tenancyId } = caller;
    // A part of a name is looked for in all names: several such looks at once would take the places of what is quick.
    const lane = question.q === '' ? caller : { tenancyId, alone: 'jobs by a part of their name' };
    return this.shared.get(scope, ['jobs', question], () =>
      this.database.read(async (tx) => {
        const now = this.clock.now();
        const totals = await this.list.totals(tx, scope);
        const failing = await this.failing.count(tx, scope, now);
        const found = await this.list.find(tx, scope, question, { totals, now });
        const jobs = await this.listed(tx, scope, await this.rows.list(tx, found.ids));
        return jobsPage({ totals, failing, found, jobs }, this.nameOf);
      }, lane),
    );
  }

  /**
   * Returns a job with its first schedules, and what fails of them. It is not kept for others: whoever has just changed the
   * job asks for it again. Throws NotFound.
   */
  async get(caller: AccessScope, jobId: number): Promise<TaggedAnswer> {
    const detail = await this.database.read(async (tx) => {
      const job = await this.rows.get(tx, caller, jobId);
      const schedules = await this.rows.schedules(tx, jobId);
      const failing = await this.failing.ofJob(tx, caller, { jobId, now: this.clock.now() });
      return jobDetail({ job, schedules, failing }, this.nameOf);
    }, caller);
    return tagged(detail);
  }

  /** Returns how many run logs go with a job, where it is deleted. Throws NotFound. */
  countLogs(caller: AccessScope, jobId: number): Promise<LogCount> {
    return this.database.read(async (tx) => {
      await this.rows.get(tx, caller, jobId);
      return this.logs.count(tx, jobId);
    }, caller);
  }

  private async listed(tx: Tx, scope: RowScope, jobs: readonly ShownJob[]): Promise<ListedJob[]> {
    const jobIds = jobs.map(({ id }) => id);
    const failing = await this.failing.schedulesOfJobs(tx, scope, { jobIds, now: this.clock.now() });
    const others = jobIds.filter((id) => !failing.has(id));
    const failed = await this.rows.schedulesById(tx, [...failing.values()].map(uuidToBytes));
    const leads = leadOf([...failed, ...(await this.rows.firstSchedules(tx, others))]);
    return jobs.map((job) => ({
      ...{ job, schedule: leads.get(job.id) ?? null, isFailing: failing.has(job.id) },
    }));
  }

  private readonly nameOf = (tenancyId: number) => this.tenants.nameOf(tenancyId);
}

/** Returns for each job the schedule that runs next, else the first. */
function leadOf(schedules: readonly ShownSchedule[]): ReadonlyMap<number, ShownSchedule> {
  const leads = new Map<number, ShownSchedule>();
  for (const each of schedules) {
    const lead = leads.get(each.jobId);
    if (!lead || (each.nextAt ?? Infinity) < (lead.nextAt ?? Infinity)) leads.set(each.jobId, each);
  }
  return leads;
}
