import { Module } from '@nestjs/common';
import { EventModule } from '../event/event.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { OpenOperationReader } from './open-operation.reader.js';
import { OperationBatches } from './operation-batch.js';
import { OperationChores } from './operation-chores.js';
import { OperationEndings } from './operation-endings.js';
import { OperationKinds } from './operation-kind.js';
import { OperationLeaseStore } from './operation-lease.store.js';
import { OperationStarter } from './operation-starter.js';
import { OperationWorker } from './operation-worker.js';
import { OperationController } from './operation.controller.js';
import { OperationService } from './operation.service.js';
import { OperationStore } from './operation.store.js';

/** Operations that answer before they are done, and how clients learn that they have ended. */
@Module({
  imports: [EventModule, NotificationModule],
  controllers: [OperationController],
  providers: [
    OpenOperationReader,
    OperationBatches,
    OperationChores,
    OperationEndings,
    OperationKinds,
    OperationLeaseStore,
    OperationService,
    OperationStarter,
    OperationStore,
    OperationWorker,
  ],
  exports: [
    OpenOperationReader,
    OperationEndings,
    OperationKinds,
    OperationStarter,
    OperationStore,
    OperationWorker,
  ],
})
export class OperationModule {}
