import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { DatabaseHealth } from './database.health.js';
import { DatabaseMetrics } from './database-metrics.js';
import { DeploymentMetrics } from './deployment/deployment-metrics.js';
import { DeploymentReader } from './deployment/deployment.reader.js';
import { DispatchHealth } from './dispatch.health.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

/** Health and metrics. */
@Module({
  // Its own log would say with every probe what the answer says.
  imports: [TerminusModule.forRoot({ logger: false }), DispatchModule, ScheduleModule],
  controllers: [HealthController, MetricsController],
  providers: [DatabaseHealth, DatabaseMetrics, DeploymentMetrics, DeploymentReader, DispatchHealth],
})
export class HealthModule {}
