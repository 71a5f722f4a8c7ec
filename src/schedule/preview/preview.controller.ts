import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { ofSchedule } from '../schedule.schema.js';
import { nextRunsAnswer, previewAnswer } from './preview.answers.js';
import { nextRuns, previewed } from './preview.presenter.js';
import { nextQuery, previewDraft } from './preview.schema.js';
import { PreviewService } from './preview.service.js';

/** When schedules run, before they are made and afterwards (rest-api.md, "When a schedule runs"). */
@Controller('scheduler')
@Requires('scheduler')
export class PreviewController {
  constructor(private readonly previews: PreviewService) {}

  @Describes({
    summary: 'What a schedule means and when it would run, without making it',
    answers: { 200: previewAnswer },
    example: { cron: '* * * mon:fri 9 0 0', count: 5 },
  })
  @Post('preview')
  @HttpCode(200)
  @Requires('read')
  preview(@Body({ schema: previewDraft }) draft: z.output<typeof previewDraft>) {
    return previewed(this.previews.preview(draft));
  }

  @Describes({ summary: 'The next runs of a schedule', answers: { 200: nextRunsAnswer } })
  @Get('jobs/:jobId/schedules/:scheduleId/next')
  @Requires('read')
  async next(
    @Scope() scope: AccessScope,
    @Param({ schema: ofSchedule }) place: z.output<typeof ofSchedule>,
    @Query({ schema: nextQuery }) { count }: z.output<typeof nextQuery>,
  ) {
    return nextRuns(await this.previews.next(scope, place, count));
  }
}
