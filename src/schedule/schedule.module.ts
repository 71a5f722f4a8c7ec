import { Module } from '@nestjs/common';
import { OperationModule } from '../operation/operation.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { LoadModule } from './load/load.module.js';
import { PacedModule } from './paced/paced.module.js';
import { PlanModule } from './plan/plan.module.js';
import { PreviewController } from './preview/preview.controller.js';
import { PreviewService } from './preview/preview.service.js';
import { ProtectionModule } from './protection/protection.module.js';
import { RequestModule } from './request/request.module.js';
import { ScheduleChores } from './schedule-chores.js';
import { ScheduleParts } from './schedule-parts.store.js';
import { ScheduleWriter } from './schedule-writer.js';
import { ScheduleController } from './schedule.controller.js';
import { ScheduleReader } from './schedule.reader.js';
import { ScheduleService } from './schedule.service.js';
import { ScheduleStore } from './schedule.store.js';
import { SearchTextStore } from './search-text.store.js';
import { SpreadModule } from './spread/spread.module.js';
import { TaskScheduleReader } from './task/task-schedule.reader.js';
import { UnusedOneTime } from './unused-one-time.store.js';
import { JobTransaction } from './work/job-transaction.js';
import { JobWork, WORK_BATCH } from './work/job-work.js';
import { JobWorkChores } from './work/job-work-chores.js';
import { JobWorkStore } from './work/job-work.store.js';
import { ScheduleSwitch } from './work/schedule-switch.js';

/** With that many an embedded database is held for some ten milliseconds. */
const BATCH = 200;

/** The schedules of jobs and all changes of them; what they plan, and what they are asked for, is in the modules of its parts. */
@Module({
  imports: [
    LoadModule,
    OperationModule,
    PacedModule,
    PlanModule,
    ProtectionModule,
    RequestModule,
    RunLogModule,
    SpreadModule,
  ],
  controllers: [PreviewController, ScheduleController],
  providers: [
    JobTransaction,
    JobWork,
    JobWorkChores,
    JobWorkStore,
    PreviewService,
    ScheduleChores,
    ScheduleParts,
    ScheduleReader,
    ScheduleService,
    ScheduleStore,
    ScheduleSwitch,
    ScheduleWriter,
    SearchTextStore,
    TaskScheduleReader,
    UnusedOneTime,
    { provide: WORK_BATCH, useValue: BATCH },
  ],
  exports: [
    JobTransaction,
    JobWork,
    PlanModule,
    ProtectionModule,
    ScheduleParts,
    ScheduleStore,
    ScheduleWriter,
    SearchTextStore,
    WORK_BATCH,
  ],
})
export class ScheduleModule {}
