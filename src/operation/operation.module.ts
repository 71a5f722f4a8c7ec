import { Module } from '@nestjs/common';
import { NotificationModule } from '../notification/notification.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { EventFeed } from '../event/event-feed.js';
import { EventStreamService, StreamTables } from '../event/event-stream.service.js';
import { EventController } from '../event/event.controller.js';
import { EventStore } from '../event/event.store.js';
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
import { RunOperations } from '../schedule/request/run-operations.js';
import { RunRequestController } from '../schedule/request/run-request.controller.js';
import { RunRequestParts, RunRequestService } from '../schedule/request/run-request.service.js';
import { StreamWatch } from '../event/stream-watch.js';
import { StreamStore } from '../event/stream.store.js';

const runs = [RunOperations, RunRequestParts, RunRequestService];
const work = [
  OperationBatches,
  OperationExecutors,
  OperationLeaseStore,
  OperationStarter,
  OperationWork,
  OperationWorker,
];
const events = [EventFeed, EventStore, EventStreamService, StreamStore, StreamTables, StreamWatch];
const upkeep = [ExpiringStores, OperationSweeper, OperationTimer];

/** Operations that answer before they are done, and how their end is made known. */
@Module({
  imports: [NotificationModule, RunLogModule, ScheduleModule],
  // The events come first: their path is one that an operation's id could have.
  controllers: [EventController, OperationController, RunRequestController],
  providers: [OperationEndings, ...events, OperationService, OperationStore, ...runs, ...work, ...upkeep],
  exports: [OperationExecutors, OperationStarter, OperationSweeper, OperationWorker],
})
export class OperationModule {}
