import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { failingAnswer } from '../reads.answers.js';
import { failingQuery } from '../reads.schema.js';
import { FailingService } from './failing.service.js';

/** `/dashboard/api/failing` (dashboard-reads.md). */
@Controller('dashboard/api')
@Requires('scheduler')
export class FailingController {
  constructor(private readonly failing: FailingService) {}

  @Describes({
    summary: 'The schedules that fail now; 304 where If-None-Match has the ETag of the same answer',
    answers: { 200: failingAnswer, 304: null },
  })
  @Get('failing')
  @Requires('read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  async list(
    @Scope() scope: AccessScope,
    @Query({ schema: failingQuery }) query: z.output<typeof failingQuery>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.failing.page(scope, query);
    response.setHeader('ETag', etag);
    return text;
  }
}
