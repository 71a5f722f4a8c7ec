import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { ofTenantQuery } from '../reads.schema.js';
import { overviewAnswer } from './overview.answers.js';
import { OverviewService } from './overview.service.js';

/** `/dashboard/api/overview` (dashboard-reads.md). */
@Controller('dashboard/api')
@Requires('scheduler')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Describes({
    summary: 'What happened in the last hour, what fails and what comes next; 304 as the failing schedules',
    answers: { 200: overviewAnswer, 304: null },
  })
  @Get('overview')
  @Requires('read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  async get(
    @Scope() scope: AccessScope,
    @Query({ schema: ofTenantQuery }) { tenantId }: z.output<typeof ofTenantQuery>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.overview.get(scope, tenantId);
    response.setHeader('ETag', etag);
    return text;
  }
}
