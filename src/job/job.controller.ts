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
import type { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { ErrorPrefix } from '../http/error.filter.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { jobsQuery, prefixOfQuery } from './job-query.schema.js';
import { foundJobs, jobAlone, jobUrl, putAnswer } from './job.presenter.js';
import { JobReader } from './job.reader.js';
import type { JobPut } from './job.draft.js';
import { jobDraft, jobPut, jobQuery, ofJob } from './job.schema.js';
import { JobService } from './job.service.js';

const CREATING = 'Error while creating job: ';

/** What a PUT asks for: its path says by which schema its body is read. */
const PutOfJob = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const { params, body } = context.switchToHttp().getRequest<Request<{ key: string }>>();
  return jobPut(params.key, body);
});

/** `/scheduler/jobs` (rest-api.md, "Jobs"). */
@Controller('scheduler')
@Requires('scheduler')
export class JobController {
  constructor(
    private readonly jobs: JobService,
    private readonly reader: JobReader,
  ) {}

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

  @Get('jobs')
  @ErrorPrefix((request) => prefixOfQuery(request.query))
  async find(@Scope() scope: AccessScope, @Query({ schema: jobsQuery }) query: z.output<typeof jobsQuery>) {
    return foundJobs(await this.reader.find(scope, query));
  }

  @Get('jobs/:jobId')
  async get(
    @Scope() scope: AccessScope,
    @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>,
    @Query({ schema: jobQuery }) { isWithSchedules }: z.output<typeof jobQuery>,
  ) {
    return jobAlone(await this.reader.get(scope, jobId, isWithSchedules));
  }

  @Put('jobs/:key')
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

  @Delete('jobs/:jobId')
  async delete(@Scope() scope: AccessScope, @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>) {
    await this.jobs.delete(scope, jobId);
    return { success: true };
  }

  @Get('jobCount')
  count(@Scope() scope: AccessScope) {
    return this.reader.count(scope);
  }
}
