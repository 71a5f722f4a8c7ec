import { Module } from '@nestjs/common';
import { RunLogModule } from '../../run-log/run-log.module.js';
import { TenantModule } from '../../tenant/tenant.module.js';
import { ChainStore } from '../overlap/chain.store.js';
import { OverlapChanges } from '../overlap/overlap-changes.js';
import { Overlaps } from '../overlap/overlaps.js';
import { RepeatAfterEnd } from '../overlap/repeat-after-end.js';
import { WaitingRuns } from '../overlap/waiting-runs.js';
import { ClaimGate } from './claim-gate.js';
import { DeactivationStore } from './deactivation.store.js';
import { GivenUp } from './given-up.js';
import { FailurePause } from './life/failure-pause.js';
import { LifeCountStore } from './life/life-count.store.js';
import { MissedRuns } from './life/missed-runs.js';
import { RunLimit } from './life/run-limit.js';
import { NewPlans } from './new-plans.js';
import { OneTimeCompletion } from './one-time-completion.js';
import { OneTimeRunStore } from './one-time-run.store.js';
import { PlanChanges } from './plan-changes.js';
import { PlanCountStore } from './plan-count.store.js';
import { PlanLimits } from './plan-limits.js';
import { Planner } from './planner.js';
import { Protections } from './protections.js';
import { Reachability } from './reachability.store.js';
import { RepetitionWake } from './repetition-wake.js';
import { SuccessorPlanner } from './successor-planner.js';

/**
 * What schedules plan, and what follows the runs that are claimed and that end. The rules for runs that overlap are part of it:
 * whoever plans asks them, and they plan.
 */
@Module({
  imports: [RunLogModule, TenantModule],
  providers: [
    ChainStore,
    ClaimGate,
    DeactivationStore,
    FailurePause,
    GivenUp,
    LifeCountStore,
    MissedRuns,
    NewPlans,
    OneTimeCompletion,
    OneTimeRunStore,
    OverlapChanges,
    Overlaps,
    PlanChanges,
    PlanCountStore,
    PlanLimits,
    Planner,
    Protections,
    Reachability,
    RepeatAfterEnd,
    RepetitionWake,
    RunLimit,
    SuccessorPlanner,
    WaitingRuns,
  ],
  exports: [
    ClaimGate,
    GivenUp,
    LifeCountStore,
    OneTimeRunStore,
    OverlapChanges,
    PlanChanges,
    PlanCountStore,
    PlanLimits,
    Planner,
    Protections,
    Reachability,
    SuccessorPlanner,
    WaitingRuns,
  ],
})
export class PlanModule {}
