import { Module } from '@nestjs/common';
import { RunLogModule } from '../run-log/run-log.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { RunCountsChores } from './counts/run-counts-chores.js';
import { RunCountsReader } from './counts/run-counts.reader.js';
import { RunCountsStore } from './counts/run-counts.store.js';
import { RunCounts } from './counts/run-counts.js';
import { FailingChores } from './failing-chores.js';
import { FailingScheduleReader } from './failing-schedule.reader.js';
import { FailingScheduleStore } from './failing-schedule.store.js';
import { FailingSchedules } from './failing-schedules.js';

/** What is kept of the ends of runs, so that nobody need look through all of them. */
@Module({
  imports: [RunLogModule, TenantModule],
  providers: [
    FailingChores,
    FailingScheduleReader,
    FailingScheduleStore,
    FailingSchedules,
    RunCounts,
    RunCountsChores,
    RunCountsReader,
    RunCountsStore,
  ],
  exports: [FailingScheduleStore, RunCountsReader, RunCountsStore],
})
export class StatisticsModule {}
