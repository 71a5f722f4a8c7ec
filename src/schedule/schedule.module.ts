import { Module } from '@nestjs/common';
import { TenantModule } from '../tenant/tenant.module.js';
import { OperationModule } from '../operation/operation.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { ClaimGate } from './plan/claim-gate.js';
import { DeactivationStore } from './plan/deactivation.store.js';
import { JobTransaction } from './work/job-transaction.js';
import { FailurePause } from './plan/life/failure-pause.js';
import { LifeCountStore } from './plan/life/life-count.store.js';
import { MissedRuns } from './plan/life/missed-runs.js';
import { RunLimit } from './plan/life/run-limit.js';
import { OneTimeCompletion } from './plan/one-time-completion.js';
import { OneTimeRunStore } from './plan/one-time-run.store.js';
import { PlanCountStore } from './plan/plan-count.store.js';
import { PreviewController } from './preview/preview.controller.js';
import { PreviewService } from './preview/preview.service.js';
import { PlanLimits } from './plan/plan-limits.js';
import { PlanChanges } from './plan/plan-changes.js';
import { NewPlans } from './plan/new-plans.js';
import { Planner } from './plan/planner.js';
import { GivenUp } from './plan/given-up.js';
import { RepetitionWake } from './plan/repetition-wake.js';
import { RequestChores } from './request/request-chores.js';
import { RunOperations } from './request/run-operations.js';
import { RunRequestController } from './request/run-request.controller.js';
import { RunRequestService } from './request/run-request.service.js';
import { Reachability } from './plan/reachability.store.js';
import { ScheduleChores } from './schedule-chores.js';
import { ScheduleWriter } from './schedule-writer.js';
import { ScheduleController } from './schedule.controller.js';
import { ScheduleParts } from './schedule-parts.store.js';
import { ScheduleSwitch } from './request/schedule-switch.js';
import { ScheduleReader } from './schedule.reader.js';
import { ScheduleService } from './schedule.service.js';
import { ScheduleStore } from './schedule.store.js';
import { SearchTextStore } from './search-text.store.js';
import { SuccessorPlanner } from './plan/successor-planner.js';
import { TaskScheduleReader } from './task/task-schedule.reader.js';
import { UnusedOneTime } from './plan/unused-one-time.store.js';
import { ChainStore } from './overlap/chain.store.js';
import { OverlapChanges } from './overlap/overlap-changes.js';
import { Overlaps } from './overlap/overlaps.js';
import { RepeatAfterEnd } from './overlap/repeat-after-end.js';
import { WaitingRuns } from './overlap/waiting-runs.js';
import { JobWork, WORK_BATCH } from './work/job-work.js';
import { JobWorkChores } from './work/job-work-chores.js';
import { JobWorkStore } from './work/job-work.store.js';

/** With that many an embedded database is held for some ten milliseconds. */
const BATCH = 200;

/** The schedules of jobs, and the planning of their runs. */
@Module({
  imports: [OperationModule, RunLogModule, TenantModule],
  controllers: [PreviewController, RunRequestController, ScheduleController],
  providers: [
    ChainStore,
    ClaimGate,
    DeactivationStore,
    FailurePause,
    GivenUp,
    RepetitionWake,
    JobTransaction,
    JobWork,
    JobWorkChores,
    JobWorkStore,
    { provide: WORK_BATCH, useValue: BATCH },
    LifeCountStore,
    MissedRuns,
    OneTimeCompletion,
    OneTimeRunStore,
    OverlapChanges,
    Overlaps,
    PlanChanges,
    PlanCountStore,
    PlanLimits,
    NewPlans,
    Planner,
    PreviewService,
    Reachability,
    RepeatAfterEnd,
    RequestChores,
    RunLimit,
    RunOperations,
    RunRequestService,
    ScheduleChores,
    ScheduleParts,
    ScheduleReader,
    ScheduleService,
    ScheduleStore,
    ScheduleSwitch,
    ScheduleWriter,
    SearchTextStore,
    SuccessorPlanner,
    TaskScheduleReader,
    UnusedOneTime,
    WaitingRuns,
  ],
  exports: [
    ClaimGate,
    JobTransaction,
    JobWork,
    WORK_BATCH,
    OneTimeRunStore,
    OverlapChanges,
    PlanChanges,
    PlanCountStore,
    PlanLimits,
    Planner,
    Reachability,
    ScheduleParts,
    ScheduleStore,
    ScheduleWriter,
    SearchTextStore,
    SuccessorPlanner,
    UnusedOneTime,
  ],
})
export class ScheduleModule {}
