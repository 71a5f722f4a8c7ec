import { Module } from '@nestjs/common';
import { TenantModule } from '../../tenant/tenant.module.js';
import { LoadCounts } from './load-counts.js';
import { LoadController } from './load.controller.js';
import { LoadService } from './load.service.js';
import { PlannedLoadReader } from './planned-load.reader.js';

/** When how many runs are planned. */
@Module({
  imports: [TenantModule],
  controllers: [LoadController],
  providers: [LoadCounts, LoadService, PlannedLoadReader],
})
export class LoadModule {}
