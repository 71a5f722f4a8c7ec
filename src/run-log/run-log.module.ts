import { Module } from '@nestjs/common';
import { TenantModule } from '../tenant/tenant.module.js';
import { ActionLogController } from './action-log/action-log.controller.js';
import { ActionLogReader } from './action-log/action-log.reader.js';
import { ActionLogStore } from './action-log/action-log.store.js';
import { LogBudget } from './usage/log-budget.js';
import { LogBytesStore } from './usage/log-bytes.store.js';
import { RunUsage } from './usage/run-usage.js';
import { RunUsageStore } from './usage/run-usage.store.js';
import { AttemptStore } from './attempt.store.js';
import { FailedRunLog } from './failed-run-log.js';
import { OpenRunStore } from './open-run.store.js';
import { OutcomeStore } from './outcome.store.js';
import { RunEndingService } from './run-ending.service.js';
import { RetentionStore } from './retention.store.js';
import { RunChores } from './run-chores.js';
import { RunEndings } from './run-endings.js';
import { RunSpans } from './run-spans.js';
import { RunLogController } from './run-log.controller.js';
import { RunMetrics } from './run-metrics.js';
import { RunLogService } from './run-log.service.js';
import { RepeatedRuns } from './repeated-runs.js';
import { RunReports } from './run-reports.js';
import { RunReader } from './run.reader.js';
import { ScheduleDataStore } from './queue/schedule-data.store.js';
import { DueTenancyStore } from './queue/due-tenancy.store.js';
import { HeldRunStore } from './queue/held-run.store.js';
import { HoldStore } from './queue/hold.store.js';
import { OverlapStore } from './queue/overlap.store.js';
import { RunStore } from './queue/run.store.js';

/** Runs from their planning to their end, and the logs of what happened. */
@Module({
  imports: [TenantModule],
  controllers: [ActionLogController, RunLogController],
  providers: [
    ActionLogReader,
    ActionLogStore,
    AttemptStore,
    FailedRunLog,
    LogBudget,
    LogBytesStore,
    RunUsage,
    RunUsageStore,
    OpenRunStore,
    OutcomeStore,
    RunEndingService,
    RetentionStore,
    RunChores,
    RunEndings,
    RunLogService,
    RunMetrics,
    RunReader,
    RepeatedRuns,
    RunReports,
    RunSpans,
    RunStore,
    HoldStore,
    OverlapStore,
    DueTenancyStore,
    HeldRunStore,
    ScheduleDataStore,
  ],
  exports: [
    ActionLogStore,
    AttemptStore,
    LogBudget,
    LogBytesStore,
    RunUsage,
    RunUsageStore,
    OutcomeStore,
    RunEndingService,
    RetentionStore,
    RunEndings,
    RunReader,
    RunStore,
    HoldStore,
    OverlapStore,
    DueTenancyStore,
    HeldRunStore,
    ScheduleDataStore,
  ],
})
export class RunLogModule {}
