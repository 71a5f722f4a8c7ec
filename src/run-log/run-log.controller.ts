import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { Describes, done } from '../http/answers.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { runLogAnswer, runLogPageAnswer } from './run-log.answers.js';
import { runLog, runLogPage } from './run-log.presenter.js';
import { runOf, runPage, runReport, runsOf } from './run-log.schema.js';
import { RunLogService } from './run-log.service.js';

/** `/scheduler/jobs/{jobId}/schedules/{scheduleId}/runs` (rest-api.md, "Run logs"). */
@Controller('scheduler/jobs/:jobId/schedules/:scheduleId/runs')
@Requires('scheduler')
export class RunLogController {
  constructor(private readonly runLogs: RunLogService) {}

  @Describes({ summary: 'The run logs of a schedule, newest first', answers: { 200: runLogPageAnswer } })
  @Get()
  @Requires('read')
  async list(
    @Scope() scope: AccessScope,
    @Param({ schema: runsOf }) place: z.output<typeof runsOf>,
    @Query({ schema: runPage }) page: z.output<typeof runPage>,
  ) {
    const part = await this.runLogs.list(scope, place, page);
    return runLogPage(part, place, page.pageSize);
  }

  @Describes({ summary: 'A run log', answers: { 200: runLogAnswer } })
  @Get(':runId')
  @Requires('read')
  async get(@Scope() scope: AccessScope, @Param({ schema: runOf }) place: z.output<typeof runOf>) {
    return runLog(await this.runLogs.get(scope, place));
  }

  @Describes({
    summary: 'Report the outcome of an asynchronous run',
    answers: { 200: done },
    refusals: [409],
    example: { success: true, message: 'The report was sent' },
  })
  @Put(':runId')
  async report(
    @Scope() scope: AccessScope,
    @Param({ schema: runOf }) place: z.output<typeof runOf>,
    @Body({ schema: runReport }) report: z.output<typeof runReport>,
  ) {
    await this.runLogs.report(scope, place, report);
    return { success: true };
  }
}
