import { Module } from '@nestjs/common';
import { OperationModule } from '../operation/operation.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { RunnerModule } from '../runner/runner.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { BulkChanges } from './bulk/bulk-changes.js';
import { BulkController } from './bulk/bulk.controller.js';
import { BulkReader } from './bulk/bulk.reader.js';
import { ImportTurns } from './bulk/import-turns.js';
import { JobImport } from './bulk/job-import.js';
import { JobWriter } from './job-writer.js';
import { JobCountStore } from './job-count.store.js';
import { JobController } from './job.controller.js';
import { JobCreations } from './job-creations.js';
import { JobHeaders } from './job-headers.js';
import { JobReader } from './job.reader.js';
import { JobSearch } from './search/job.search.js';
import { JobService } from './job.service.js';
import { JobStore } from './job.store.js';
import { SealedPasswords } from './sealed-passwords.js';
import { SignedJobs } from './signed-jobs.reader.js';
import { TaskEntries } from './bulk/task-entries.js';
import { TaskController } from './task/task.controller.js';
import { TaskTargets } from './task/task-targets.js';
import { TaskUses } from './task/task-uses.js';
import { TaskReader } from './task/task.reader.js';
import { TaskService } from './task/task.service.js';
import { TaskStore } from './task/task.store.js';
import { SearchController } from './search/search.controller.js';

const tasks = [TaskReader, TaskService, TaskStore, TaskTargets, TaskUses];
const bulk = [BulkChanges, BulkReader, ImportTurns, JobImport, TaskEntries];

/** The jobs of tenants. */
@Module({
  imports: [OperationModule, OutboundModule, RunLogModule, RunnerModule, ScheduleModule, SigningModule],
  controllers: [BulkController, JobController, SearchController, TaskController],
  providers: [
    JobCountStore,
    JobCreations,
    JobHeaders,
    JobReader,
    JobSearch,
    JobService,
    JobStore,
    JobWriter,
    SealedPasswords,
    SignedJobs,
    ...bulk,
    ...tasks,
  ],
  exports: [JobHeaders, JobStore, JobWriter, TaskStore],
})
export class JobModule {}
