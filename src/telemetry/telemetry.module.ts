import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';

/** How the service can be observed from outside. */
@Global()
@Module({ providers: [Metrics], exports: [Metrics] })
export class TelemetryModule {}
