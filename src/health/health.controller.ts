import { Controller, Get, ServiceUnavailableException, UseFilters } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { z } from 'zod';
import { VERSION } from '../config/version.js';
import { Describes } from '../http/answers.js';
import { Public } from '../http/scope.decorators.js';
import { DatabaseHealth } from './database.health.js';
import { DispatchHealth } from './dispatch.health.js';
import { NotReadyFilter } from './not-ready.filter.js';

const checks = z.record(z.string(), z.looseObject({ status: z.string() }));
const report = z
  .looseObject({ status: z.string(), info: checks, error: checks, details: checks })
  .meta({ id: 'HealthReport' });
const versionedReport = report.extend({ version: z.string() }).meta({ id: 'VersionedHealthReport' });

const versioned = (checked: object) => ({ version: VERSION, ...checked });

/** Whether the process lives and is ready; for orchestrators, without credentials. */
@Controller()
@UseFilters(NotReadyFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseHealth,
    private readonly dispatch: DispatchHealth,
  ) {}

  @Describes({
    summary: 'Which version runs, and whether it is ready',
    answers: { 200: versionedReport, 503: versionedReport },
  })
  @Get('health')
  @Public()
  @HealthCheck()
  overall() {
    return this.ready().then(versioned, (failed: ServiceUnavailableException) => {
      throw new ServiceUnavailableException(versioned(failed.getResponse() as object));
    });
  }

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
}
