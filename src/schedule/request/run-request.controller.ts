import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { operationStartedAnswer } from '../../operation/operation.answers.js';
import { operationStarted } from '../../operation/operation.presenter.js';
import { ofSchedule } from '../schedule.schema.js';
import { RunRequestService } from './run-request.service.js';

/** Runs a schedule now, as an asynchronous operation (async-operations.md, "Start"). */
@Controller('scheduler/jobs/:jobId/schedules/:scheduleId/runs')
@Requires('scheduler')
export class RunRequestController {
  constructor(private readonly requests: RunRequestService) {}

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
}
