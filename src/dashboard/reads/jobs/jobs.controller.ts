import { Controller, Get, Header, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { jobDetailAnswer, jobsAnswer, logCountAnswer } from '../reads.answers.js';
import { jobPlace, jobsQuery } from '../reads.schema.js';
import { JobsService } from './jobs.service.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** `/dashboard/api/jobs` (dashboard-reads.md). */
@Controller('dashboard/api/jobs')
@Requires('scheduler')
export class JobsController {
  constructor(private readonly jobs: JobsService) {}

  @Describes({
    summary: 'A page of jobs with the schedule that matters of each; 304 as the failing schedules',
    answers: { 200: jobsAnswer, 304: null },
  })
  @Get()
  @Requires('read')
  @Header('Content-Type', JSON_TYPE)
  async list(
    @Scope() scope: AccessScope,
    @Query({ schema: jobsQuery }) query: z.output<typeof jobsQuery>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.jobs.page(scope, query);
    response.setHeader('ETag', etag);
    return text;
  }

  @Describes({
    summary: 'A job with its first schedules, and what fails of them; 304 as the failing schedules',
    answers: { 200: jobDetailAnswer, 304: null },
  })
  @Get(':jobId')
  @Requires('read')
  @Header('Content-Type', JSON_TYPE)
  async get(
    @Scope() scope: AccessScope,
    @Param({ schema: jobPlace }) { jobId }: z.output<typeof jobPlace>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.jobs.get(scope, jobId);
    response.setHeader('ETag', etag);
    return text;
  }

  @Describes({ summary: 'How many run logs a job has', answers: { 200: logCountAnswer } })
  @Get(':jobId/log-count')
  @Requires('read')
  countLogs(@Scope() scope: AccessScope, @Param({ schema: jobPlace }) { jobId }: z.output<typeof jobPlace>) {
    return this.jobs.countLogs(scope, jobId);
  }
}
