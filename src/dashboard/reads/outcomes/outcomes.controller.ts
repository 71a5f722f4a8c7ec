import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { outcomesQuery } from '../reads.schema.js';
import { outcomesAnswer } from './outcomes.answers.js';
import { OutcomesService } from './outcomes.service.js';

/** `/dashboard/api/outcomes` (docs/decisions/dashboard/0209). */
@Controller('dashboard/api')
@Requires('scheduler')
export class OutcomesController {
  constructor(private readonly outcomes: OutcomesService) {}

  @Describes({
    summary: 'What became of the calls of a span of time, by minute or hour; 304 as the failing schedules',
    answers: { 200: outcomesAnswer, 304: null },
  })
  @Get('outcomes')
  @Requires('read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  async get(
    @Scope() scope: AccessScope,
    @Query({ schema: outcomesQuery }) question: z.output<typeof outcomesQuery>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.outcomes.get(scope, question);
    response.setHeader('ETag', etag);
    return text;
  }
}
