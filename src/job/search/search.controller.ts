import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { jobSearchAnswer, scheduleSearchAnswer } from '../job.answers.js';
import { JobSearch } from './job.search.js';
import { foundJobs, foundSchedules } from './search.presenter.js';
import { jobSearch, scheduleSearch } from './search.schema.js';

/** `/scheduler/search` (rest-api.md, "Search"). */
@Controller('scheduler/search')
@Requires('scheduler')
export class SearchController {
  constructor(private readonly search: JobSearch) {}

  @Describes({ summary: 'Search jobs', answers: { 200: jobSearchAnswer } })
  @Get('jobs')
  @Requires('read')
  async jobs(@Scope() scope: AccessScope, @Query({ schema: jobSearch }) query: z.output<typeof jobSearch>) {
    return foundJobs(await this.search.jobs(scope, query), query);
  }

  @Describes({ summary: 'Search schedules', answers: { 200: scheduleSearchAnswer } })
  @Get('schedules')
  @Requires('read')
  async schedules(
    @Scope() scope: AccessScope,
    @Query({ schema: scheduleSearch }) query: z.output<typeof scheduleSearch>,
  ) {
    return foundSchedules(await this.search.schedulesOf(scope, query), query);
  }
}
