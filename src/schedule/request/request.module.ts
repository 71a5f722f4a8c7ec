import { Module } from '@nestjs/common';
import { OperationModule } from '../../operation/operation.module.js';
import { RunLogModule } from '../../run-log/run-log.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { AskedRuns } from './asked-runs.js';
import { ReplayService } from './replay.service.js';
import { ReplayStore } from './replay.store.js';
import { Replays } from './replays.js';
import { RequestChores } from './request-chores.js';
import { RunOperations } from './run-operations.js';
import { RunRequestController } from './run-request.controller.js';
import { RunRequestService } from './run-request.service.js';

/** Runs that somebody asks for, one at a time. */
@Module({
  imports: [OperationModule, PlanModule, RunLogModule],
  controllers: [RunRequestController],
  providers: [
    AskedRuns,
    Replays,
    ReplayService,
    ReplayStore,
    RequestChores,
    RunOperations,
    RunRequestService,
  ],
  exports: [AskedRuns, Replays, ReplayStore],
})
export class RequestModule {}
