import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { operationStartedAnswer } from '../../operation/operation.answers.js';
import { operationStarted } from '../../operation/operation.presenter.js';
import { ofSchedule } from '../schedule.schema.js';
import { Backfill } from './backfill.js';
import { backfillBody, runsReplay } from './paced.schema.js';
import { RunsReplay } from './runs-replay.js';

/** What makes many runs little by little: each is an asynchronous operation (schedule-extensions.md, "Replay and back-fill"). */
@Controller('scheduler')
@Requires('scheduler')
export class PacedController {
  constructor(
    private readonly backfills: Backfill,
    private readonly replays: RunsReplay,
  ) {}

  @Describes({
    summary: 'Run a schedule for past instants of its pattern',
    answers: { 202: operationStartedAnswer },
    example: { from: '2026-01-01T00:00:00Z', to: '2026-01-31T23:59:59Z', order: 'oldest', concurrency: 5 },
  })
  @Post('jobs/:jobId/schedules/:scheduleId/backfill')
  @HttpCode(202)
  async backfill(
    @Scope() scope: AccessScope,
    @Param({ schema: ofSchedule }) place: z.output<typeof ofSchedule>,
    @Body({ schema: backfillBody }) body: z.output<typeof backfillBody>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { headers, body: answer } = operationStarted(await this.backfills.start(scope, place, body));
    response.setHeaders(headers);
    return answer;
  }

  @Describes({
    summary: 'Run many ended runs again',
    answers: { 202: operationStartedAnswer },
    example: {
      filter: {
        runState: ['ERROR', 'REQUEST_ERROR'],
        from: '2026-01-01T00:00:00Z',
        to: '2026-01-01T06:00:00Z',
      },
      dryRun: true,
    },
  })
  @Post('runs/operations/replay')
  @HttpCode(202)
  async replay(
    @Scope() scope: AccessScope,
    @Body({ schema: runsReplay }) body: z.output<typeof runsReplay>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { headers, body: answer } = operationStarted(await this.replays.start(scope, body));
    response.setHeaders(headers);
    return answer;
  }
}
