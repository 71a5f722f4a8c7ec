import { Controller, Get, Header, UseFilters } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { z } from 'zod';
import { Describes } from '../http/answers.js';
import { Public } from '../http/scope.decorators.js';
import { Metrics } from '../telemetry/metrics.js';
import { DatabaseHealth } from './database.health.js';
import { DispatchHealth } from './dispatch.health.js';
import { NotReadyFilter } from './not-ready.filter.js';

const checks = z.record(z.string(), z.looseObject({ status: z.string() }));
const report = z
  .looseObject({ status: z.string(), info: checks, error: checks, details: checks })
  .meta({ id: 'HealthReport' });

/** Whether the process lives and is ready, and its metrics; for orchestrators and monitoring, without credentials. */
@Controller()
@UseFilters(NotReadyFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseHealth,
    private readonly dispatch: DispatchHealth,
    private readonly measured: Metrics,
  ) {}

  @Describes({ summary: 'Whether the process lives', answers: { 200: report } })
  @Get('health/live')
  @Public()
  @HealthCheck()
  live() {
    return this.health.check([]);
  }

  @Describes({ summary: 'Whether the service is ready', answers: { 200: report, 503: report } })
  @Get('health/ready')
  @Public()
  @HealthCheck()
  ready() {
    return this.health.check([() => this.database.check(), () => this.dispatch.check()]);
  }

  @Describes({ summary: 'Metrics for Prometheus', answers: { 200: z.string() }, media: 'text/plain' })
  @Get('metrics')
  @Public()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.measured.text();
  }
}
