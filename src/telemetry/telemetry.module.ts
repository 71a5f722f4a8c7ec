import { Global, Module } from '@nestjs/common';
import { LifecycleLog } from './lifecycle-log.js';
import { Metrics } from './metrics.js';

/** How the service can be observed from outside. */
@Global()
@Module({ providers: [LifecycleLog, Metrics], exports: [Metrics] })
export class TelemetryModule {}
