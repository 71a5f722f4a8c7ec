import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { schedulePlace } from '../reads.schema.js';
import { timingAnswer } from './timing.answers.js';
import { TimingService } from './timing.service.js';

/** `/dashboard/api/schedules/{scheduleId}/timing` (dashboard-reads.md). */
@Controller('dashboard/api/schedules')
@Requires('scheduler')
export class TimingController {
  constructor(private readonly timing: TimingService) {}

  @Describes({
    summary: 'How late and how long the last runs of a schedule were; 304 as the failing schedules',
    answers: { 200: timingAnswer, 304: null },
  })
  @Get(':scheduleId/timing')
  @Requires('read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  async get(
    @Scope() scope: AccessScope,
    @Param({ schema: schedulePlace }) { scheduleId }: z.output<typeof schedulePlace>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.timing.get(scope, scheduleId);
    response.setHeader('ETag', etag);
    return text;
  }
}
