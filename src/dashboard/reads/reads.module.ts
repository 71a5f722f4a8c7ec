import { Module } from '@nestjs/common';
import { OperationModule } from '../../operation/operation.module.js';
import { StatisticsModule } from '../../statistics/statistics.module.js';
import { TenantModule } from '../../tenant/tenant.module.js';
import { FailingController } from './failing/failing.controller.js';
import { FailingQuery } from './failing/failing.query.js';
import { FailingService } from './failing/failing.service.js';
import { JobHeadsQuery } from './jobs/job-heads.query.js';
import { JobListQuery } from './jobs/job-list.query.js';
import { JobLogsQuery } from './jobs/job-logs.query.js';
import { JobRowsQuery } from './jobs/job-rows.query.js';
import { JobsController } from './jobs/jobs.controller.js';
import { JobsService } from './jobs/jobs.service.js';
import { CountsQuery } from './outcomes/counts.query.js';
import { OutcomesController } from './outcomes/outcomes.controller.js';
import { OutcomesService } from './outcomes/outcomes.service.js';
import { NextRunsQuery } from './overview/next-runs.query.js';
import { OutcomesQuery } from './overview/outcomes.query.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewService } from './overview/overview.service.js';
import { RunDownloadService } from './runs/run-download.service.js';
import { RunPlacesQuery } from './runs/run-places.query.js';
import { RunRowsQuery } from './runs/run-rows.query.js';
import { RunSchedulesQuery } from './runs/run-schedules.query.js';
import { RunsController } from './runs/runs.controller.js';
import { RunsService } from './runs/runs.service.js';
import { SharedAnswers } from './shared-answers.js';
import { StripsController } from './strips/strips.controller.js';
import { StripsQuery } from './strips/strips.query.js';
import { TenantScopes } from './tenant-scopes.js';
import { TenantDetailService } from './tenants/tenant-detail.service.js';
import { TenantSums } from './tenants/tenant-sums.js';
import { TenantsController } from './tenants/tenants.controller.js';
import { TenantsQuery } from './tenants/tenants.query.js';
import { TenantsService } from './tenants/tenants.service.js';
import { TimingController } from './timing/timing.controller.js';
import { TimingQuery } from './timing/timing.query.js';
import { TimingService } from './timing/timing.service.js';

/** What the pages of the dashboard read beside the API of the scheduler: read models with a limit on what they cost. */
@Module({
  imports: [OperationModule, StatisticsModule, TenantModule],
  controllers: [
    FailingController,
    JobsController,
    OutcomesController,
    OverviewController,
    RunsController,
    StripsController,
    TenantsController,
    TimingController,
  ],
  providers: [
    CountsQuery,
    FailingQuery,
    FailingService,
    JobHeadsQuery,
    JobListQuery,
    JobLogsQuery,
    JobRowsQuery,
    JobsService,
    NextRunsQuery,
    OutcomesQuery,
    OutcomesService,
    OverviewService,
    RunDownloadService,
    RunPlacesQuery,
    RunRowsQuery,
    RunSchedulesQuery,
    RunsService,
    SharedAnswers,
    StripsQuery,
    TenantDetailService,
    TenantScopes,
    TenantSums,
    TenantsQuery,
    TenantsService,
    TimingQuery,
    TimingService,
  ],
})
export class DashboardReadsModule {}
