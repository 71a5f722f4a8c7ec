import { Module } from '@nestjs/common';
import { RunLogModule } from '../run-log/run-log.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { JobWriter } from './job-writer.js';
import { JobCountStore } from './job-count.store.js';
import { JobController } from './job.controller.js';
import { JobCreations } from './job-creations.js';
import { JobReader } from './job.reader.js';
import { JobSearch } from './job.search.js';
import { JobService } from './job.service.js';
import { JobStore } from './job.store.js';
import { SearchController } from './search.controller.js';

/** The jobs of tenants. */
@Module({
  imports: [RunLogModule, ScheduleModule],
  controllers: [JobController, SearchController],
  providers: [JobCountStore, JobCreations, JobReader, JobSearch, JobService, JobStore, JobWriter],
  exports: [JobStore, JobWriter],
})
export class JobModule {}
