import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { loadAnswer } from './load.answers.js';
import { loadOf } from './load.presenter.js';
import { loadQuery } from './load.schema.js';
import { LoadService } from './load.service.js';

/** When how many runs are planned (schedule-extensions.md, "When it may be late on purpose"). */
@Controller('scheduler')
@Requires('scheduler')
export class LoadController {
  constructor(private readonly load: LoadService) {}

  @Describes({ summary: 'How many runs are planned, step by step', answers: { 200: loadAnswer } })
  @Get('load')
  @Requires('read')
  async get(@Scope() scope: AccessScope, @Query({ schema: loadQuery }) query: z.output<typeof loadQuery>) {
    return loadOf(await this.load.get(scope, query));
  }
}
