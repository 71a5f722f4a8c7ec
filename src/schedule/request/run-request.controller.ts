import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { operationStartedAnswer } from '../../operation/operation.answers.js';
import { operationStarted } from '../../operation/operation.presenter.js';
import { runOf } from '../../run-log/run-log.schema.js';
import { ofSchedule } from '../schedule.schema.js';
import { ReplayService } from './replay.service.js';
import { RunRequestService } from './run-request.service.js';

/** Runs a schedule now, or one of its ended runs again, as an asynchronous operation (async-operations.md, "Start"). */
@Controller('scheduler/jobs/:jobId/schedules/:scheduleId/runs')
@Requires('scheduler')
export class RunRequestController {
  constructor(
    private readonly requests: RunRequestService,
    private readonly replays: ReplayService,
  ) {}

  @Describes({ summary: 'Run a schedule now', answers: { 202: operationStartedAnswer } })
  @Post()
  @HttpCode(202)
  async start(
    @Scope() scope: AccessScope,
    @Param({ schema: ofSchedule }) place: z.output<typeof ofSchedule>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { headers, body } = operationStarted(await this.requests.start(scope, place));
    response.setHeaders(headers);
    return body;
  }

  @Describes({ summary: 'Run an ended run again', answers: { 202: operationStartedAnswer }, refusals: [409] })
  @Post(':runId/replay')
  @HttpCode(202)
  async replay(
    @Scope() scope: AccessScope,
    @Param({ schema: runOf }) place: z.output<typeof runOf>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { headers, body } = operationStarted(await this.replays.start(scope, place));
    response.setHeaders(headers);
    return body;
  }
}
