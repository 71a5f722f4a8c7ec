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
import { AskedRuns } from './request/asked-runs.js';
import { ReplayService } from './request/replay.service.js';
import { ReplayStore } from './request/replay.store.js';
import { Replays } from './request/replays.js';
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
import { BreakerChores } from './protection/breaker/breaker-chores.js';
import { BreakerFeed } from './protection/breaker/breaker-feed.js';
import { BreakerGuard } from './protection/breaker/breaker-guard.js';
import { BreakerProtection } from './protection/breaker/breaker-protection.js';
import { BreakerReader } from './protection/breaker/breaker.reader.js';
import { BreakerRounds } from './protection/breaker/breaker-rounds.js';
import { BreakerStore } from './protection/breaker/breaker.store.js';
import { BreakerWaitStore } from './protection/breaker/breaker-wait.store.js';
import { BreakersController } from './protection/breaker/breakers.controller.js';
import { OverlapChanges } from './overlap/overlap-changes.js';
import { Overlaps } from './overlap/overlaps.js';
import { RepeatAfterEnd } from './overlap/repeat-after-end.js';
import { WaitingRuns } from './overlap/waiting-runs.js';
import { LoadController } from './load/load.controller.js';
import { LoadCounts } from './load/load-counts.js';
import { LoadService } from './load/load.service.js';
import { PlannedLoadReader } from './load/planned-load.reader.js';
import { Backfill } from './paced/backfill.js';
import { PacedController } from './paced/paced.controller.js';
import { PacedRunStore } from './paced/paced-run.store.js';
import { PacedRuns } from './paced/paced-runs.js';
import { RunsReplay } from './paced/runs-replay.js';
import { RunsToReplayQuery } from './paced/runs-to-replay.query.js';
import { Protections } from './protection/protections.js';
import { PlannedSecondsReader } from './spread/planned-seconds.reader.js';
import { Spreads } from './spread/spreads.js';
import { ThrottleChores } from './protection/throttle/throttle-chores.js';
import { ThrottlePlaces } from './protection/throttle/throttle-places.js';
import { ThrottleStore } from './protection/throttle/throttle.store.js';
import { Throttles } from './protection/throttle/throttles.js';
import { JobWork, WORK_BATCH } from './work/job-work.js';
import { JobWorkChores } from './work/job-work-chores.js';
import { JobWorkStore } from './work/job-work.store.js';

/** With that many an embedded database is held for some ten milliseconds. */
const BATCH = 200;

/** The schedules of jobs, and the planning of their runs. */
@Module({
  imports: [OperationModule, RunLogModule, TenantModule],
  controllers: [
    BreakersController,
    LoadController,
    PacedController,
    PreviewController,
    RunRequestController,
    ScheduleController,
  ],
  providers: [
    AskedRuns,
    Backfill,
    BreakerChores,
    BreakerFeed,
    BreakerGuard,
    BreakerProtection,
    BreakerReader,
    BreakerRounds,
    BreakerStore,
    BreakerWaitStore,
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
    LoadCounts,
    LoadService,
    MissedRuns,
    OneTimeCompletion,
    OneTimeRunStore,
    OverlapChanges,
    Overlaps,
    PacedRunStore,
    PacedRuns,
    PlanChanges,
    PlanCountStore,
    PlanLimits,
    PlannedLoadReader,
    PlannedSecondsReader,
    NewPlans,
    Planner,
    PreviewService,
    Protections,
    ThrottleChores,
    ThrottlePlaces,
    Throttles,
    ThrottleStore,
    Reachability,
    RepeatAfterEnd,
    Replays,
    ReplayService,
    ReplayStore,
    RequestChores,
    RunLimit,
    RunOperations,
    RunRequestService,
    RunsReplay,
    RunsToReplayQuery,
    ScheduleChores,
    ScheduleParts,
    ScheduleReader,
    ScheduleService,
    ScheduleStore,
    ScheduleSwitch,
    ScheduleWriter,
    SearchTextStore,
    Spreads,
    SuccessorPlanner,
    TaskScheduleReader,
    UnusedOneTime,
    WaitingRuns,
  ],
  exports: [
    AskedRuns,
    Replays,
    ReplayStore,
    BreakerFeed,
    BreakerGuard,
    BreakerReader,
    BreakerRounds,
    BreakerStore,
    BreakerWaitStore,
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
    Protections,
    ThrottlePlaces,
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
