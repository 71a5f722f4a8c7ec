import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { DatabaseHealth } from './database.health.js';
import { DispatchHealth } from './dispatch.health.js';
import { HealthController } from './health.controller.js';

/** Health and metrics. */
@Module({
  imports: [TerminusModule, DispatchModule],
  controllers: [HealthController],
  providers: [DatabaseHealth, DispatchHealth],
})
export class HealthModule {}
