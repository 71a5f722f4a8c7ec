import { Module } from '@nestjs/common';
import { TenantModule } from '../../tenant/tenant.module.js';
import { PlannedSecondsReader } from './planned-seconds.reader.js';
import { Spreads } from './spreads.js';

/** Makes schedules due a little later than others with the same pattern. */
@Module({
  imports: [TenantModule],
  providers: [PlannedSecondsReader, Spreads],
  exports: [Spreads],
})
export class SpreadModule {}
