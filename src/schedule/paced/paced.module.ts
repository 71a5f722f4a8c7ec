import { Module } from '@nestjs/common';
import { OperationModule } from '../../operation/operation.module.js';
import { RunLogModule } from '../../run-log/run-log.module.js';
import { TenantModule } from '../../tenant/tenant.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { RequestModule } from '../request/request.module.js';
import { Backfill } from './backfill.js';
import { PacedRunStore } from './paced-run.store.js';
import { PacedRuns } from './paced-runs.js';
import { PacedController } from './paced.controller.js';
import { RunsReplay } from './runs-replay.js';
import { RunsToReplayQuery } from './runs-to-replay.query.js';

/** Operations that make many runs little by little. */
@Module({
  imports: [OperationModule, PlanModule, RequestModule, RunLogModule, TenantModule],
  controllers: [PacedController],
  providers: [Backfill, PacedRuns, PacedRunStore, RunsReplay, RunsToReplayQuery],
})
export class PacedModule {}
