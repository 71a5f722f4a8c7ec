import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { DatabaseHealth } from './database.health.js';
import { DispatchHealth } from './dispatch.health.js';
import { HealthController } from './health.controller.js';

/** Health and metrics. */
@Module({
  // Its own log would say with every probe what the answer says.
  imports: [TerminusModule.forRoot({ logger: false }), DispatchModule],
  controllers: [HealthController],
  providers: [DatabaseHealth, DispatchHealth],
})
export class HealthModule {}
