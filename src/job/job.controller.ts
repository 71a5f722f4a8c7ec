import {
  Body,
  Controller,
  createParamDecorator,
  Delete,
  Get,
  Param,
  Post,
  Put,
  Query,
  Res,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { Describes, done } from '../http/answers.js';
import { ErrorPrefix } from '../http/error.filter.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { jobsQuery, prefixOfQuery } from './search/job-query.schema.js';
import { anyJobAnswer, foundJobsAnswer, jobAnswer, jobCountAnswer } from './job.answers.js';
import { foundJobs, jobAlone, jobUrl, putAnswer } from './job.presenter.js';
import { JobReader } from './job.reader.js';
import type { JobPut } from './draft/job.draft.js';
import { jobPut } from './draft/job-put.js';
import { jobChange, jobDraft, jobQuery, jobReplacement, ofJob } from './draft/job.schema.js';
import { JobService } from './job.service.js';

const CREATING = 'Error while creating job: ';

const EXAMPLE = {
  name: 'nightly report',
  action: 'https://app.example.com/jobs/report',
  active: true,
  schedules: [{ cron: '* * * * 3 0 0', active: true, data: { month: 12 } }],
};

/** What a PUT asks for: its path says by which schema its body is read. */
const PutOfJob = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<Request<{ jobId: string }, unknown, unknown>>();
  return jobPut(request.params.jobId, request.body);
});

/** `/scheduler/jobs` (rest-api.md, "Jobs"). */
@Controller('scheduler')
@Requires('scheduler')
export class JobController {
  constructor(
    private readonly jobs: JobService,
    private readonly reader: JobReader,
  ) {}

  @Describes({
    summary: 'Create a job with its schedules',
    answers: { 201: jobAnswer },
    refusals: [409],
    example: EXAMPLE,
  })
  @Post('jobs')
  @ErrorPrefix(CREATING)
  async create(
    @Scope() scope: AccessScope,
    @Body({ schema: jobDraft }) draft: z.output<typeof jobDraft>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const view = await this.jobs.create(scope, draft);
    response.location(jobUrl(view));
    return jobAlone(view);
  }

  @Describes({ summary: 'One job by id or name, or a page of jobs', answers: { 200: foundJobsAnswer } })
  @Get('jobs')
  @Requires('read')
  @ErrorPrefix((request) => prefixOfQuery(request.query))
  async find(@Scope() scope: AccessScope, @Query({ schema: jobsQuery }) query: z.output<typeof jobsQuery>) {
    return foundJobs(await this.reader.find(scope, query));
  }

  @Describes({ summary: 'A job', answers: { 200: anyJobAnswer } })
  @Get('jobs/:jobId')
  @Requires('read')
  async get(
    @Scope() scope: AccessScope,
    @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>,
    @Query({ schema: jobQuery }) { isWithSchedules }: z.output<typeof jobQuery>,
  ) {
    return jobAlone(await this.reader.get(scope, jobId, isWithSchedules));
  }

  @Describes({
    summary: 'Change a job by id, or create or replace one by name',
    answers: { 200: z.union([done, jobAnswer]), 201: jobAnswer },
    body: z.union([jobChange, jobReplacement]),
    example: { description: 'Sends the report of the day', active: true },
    refusals: [409],
  })
  @Put('jobs/:jobId')
  @ErrorPrefix(CREATING)
  async put(
    @Scope() scope: AccessScope,
    @PutOfJob() put: JobPut,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { status, location, body } = putAnswer(await this.jobs.put(scope, put));
    response.status(status).setHeaders(location);
    return body;
  }

  @Describes({ summary: 'Delete a job with its schedules and logs', answers: { 200: done } })
  @Delete('jobs/:jobId')
  async delete(@Scope() scope: AccessScope, @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>) {
    await this.jobs.delete(scope, jobId);
    return { success: true };
  }

  @Describes({ summary: 'How many jobs are active, and how many are not', answers: { 200: jobCountAnswer } })
  @Get('jobCount')
  @Requires('read')
  count(@Scope() scope: AccessScope) {
    return this.reader.count(scope);
  }
}
