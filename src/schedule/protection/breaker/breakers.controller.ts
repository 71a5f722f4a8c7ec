import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { breakersAnswer } from './breakers.answers.js';
import { breakerPage } from './breakers.presenter.js';
import { breakersQuery } from './breakers.schema.js';
import { BreakerReader } from './breaker.reader.js';

/** `/scheduler/breakers` (schedule-extensions.md, "Protecting endpoints"). */
@Controller('scheduler/breakers')
@Requires('scheduler')
export class BreakersController {
  constructor(private readonly reader: BreakerReader) {}

  @Describes({
    summary: 'The endpoints that fail or are away, and what waits for them',
    answers: { 200: breakersAnswer },
  })
  @Get()
  @Requires('read')
  async list(
    @Scope() scope: AccessScope,
    @Query({ schema: breakersQuery }) query: z.output<typeof breakersQuery>,
  ) {
    return breakerPage(await this.reader.list(scope, query), query);
  }
}
