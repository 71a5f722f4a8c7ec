import { Module } from '@nestjs/common';
import { NotificationModule } from '../notification/notification.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { EventStore } from './event.store.js';
import { OperationBatches } from './operation-batch.js';
import { OperationEndings } from './operation-endings.js';
import { OperationExecutors } from './operation-executor.js';
import { OperationLeaseStore } from './operation-lease.store.js';
import { OperationStarter } from './operation-starter.js';
import { ExpiringStores, OperationSweeper } from './operation-sweeper.js';
import { OperationTimer } from './operation-timer.js';
import { OperationWork, OperationWorker } from './operation-worker.js';
import { OperationController } from './operation.controller.js';
import { OperationService } from './operation.service.js';
import { OperationStore } from './operation.store.js';
import { RunOperations } from './run-operations.js';
import { RunRequestController } from './run-request.controller.js';
import { RunRequestParts, RunRequestService } from './run-request.service.js';

const runs = [RunOperations, RunRequestParts, RunRequestService];
const work = [
  OperationBatches,
  OperationExecutors,
  OperationLeaseStore,
  OperationStarter,
  OperationWork,
  OperationWorker,
];
const upkeep = [ExpiringStores, OperationSweeper, OperationTimer];

/** Operations that answer before they are done, and how their end is made known. */
@Module({
  imports: [NotificationModule, RunLogModule, ScheduleModule],
  controllers: [OperationController, RunRequestController],
  providers: [EventStore, OperationEndings, OperationService, OperationStore, ...runs, ...work, ...upkeep],
  exports: [OperationExecutors, OperationStarter, OperationSweeper, OperationWorker],
})
export class OperationModule {}
