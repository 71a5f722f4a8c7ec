import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { actionLogPage } from './action-log.presenter.js';
import { actionLogPageAnswer } from '../run-log.answers.js';
import { ActionLogReader } from './action-log.reader.js';
import { actionLogQuery } from './action-log.schema.js';

/** `/scheduler/actionLogs` (rest-api.md, "Action logs"). */
@Controller('scheduler/actionLogs')
@Requires('scheduler')
export class ActionLogController {
  constructor(private readonly reader: ActionLogReader) {}

  @Describes({ summary: 'What happened to a job and its schedules', answers: { 200: actionLogPageAnswer } })
  @Get()
  @Requires('read')
  async list(
    @Scope() scope: AccessScope,
    @Query({ schema: actionLogQuery }) query: z.output<typeof actionLogQuery>,
  ) {
    return actionLogPage(await this.reader.list(scope, query), query);
  }
}
