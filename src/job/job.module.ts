import { Module } from '@nestjs/common';
import { OperationModule } from '../operation/operation.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { BulkChanges } from './bulk/bulk-changes.js';
import { BulkController } from './bulk/bulk.controller.js';
import { BulkReader } from './bulk/bulk.reader.js';
import { ImportTurns } from './bulk/import-turns.js';
import { JobImport } from './bulk/job-import.js';
import { JobWriter } from './job-writer.js';
import { JobCountStore } from './job-count.store.js';
import { JobController } from './job.controller.js';
import { JobCreations } from './job-creations.js';
import { JobReader } from './job.reader.js';
import { JobSearch } from './search/job.search.js';
import { JobService } from './job.service.js';
import { JobStore } from './job.store.js';
import { SealedPasswords } from './sealed-passwords.js';
import { SearchController } from './search/search.controller.js';

const bulk = [BulkChanges, BulkReader, ImportTurns, JobImport];

/** The jobs of tenants. */
@Module({
  imports: [OperationModule, OutboundModule, RunLogModule, ScheduleModule],
  controllers: [BulkController, JobController, SearchController],
  providers: [
    JobCountStore,
    JobCreations,
    JobReader,
    JobSearch,
    JobService,
    JobStore,
    JobWriter,
    SealedPasswords,
    ...bulk,
  ],
  exports: [JobStore, JobWriter],
})
export class JobModule {}
