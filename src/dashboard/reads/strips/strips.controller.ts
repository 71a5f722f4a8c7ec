import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Database } from '../../../database/database.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { stripsAnswer } from '../reads.answers.js';
import { MOST_OF_STRIP, stripsQuery } from '../reads.schema.js';
import { strips } from './strips.presenter.js';
import { StripsQuery } from './strips.query.js';

/** `/dashboard/api/strips` (dashboard-reads.md). */
@Controller('dashboard/api')
@Requires('scheduler')
export class StripsController {
  constructor(
    private readonly database: Database,
    private readonly query: StripsQuery,
  ) {}

  @Describes({ summary: 'The last runs of schedules, for a picture of them', answers: { 200: stripsAnswer } })
  @Get('strips')
  @Requires('read')
  async list(
    @Scope() scope: AccessScope,
    @Query({ schema: stripsQuery }) { schedules, runs = MOST_OF_STRIP }: z.output<typeof stripsQuery>,
  ) {
    return strips(await this.database.read((tx) => this.query.list(tx, scope, schedules, runs), scope));
  }
}
