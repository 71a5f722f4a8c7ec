import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { JobSearch } from './job.search.js';
import { foundJobs, foundSchedules } from './search.presenter.js';
import { jobSearch, scheduleSearch } from './search.schema.js';

/** `/scheduler/search` (rest-api.md, "Search"). */
@Controller('scheduler/search')
@Requires('scheduler')
export class SearchController {
  constructor(private readonly search: JobSearch) {}

  @Get('jobs')
  async jobs(@Scope() scope: AccessScope, @Query({ schema: jobSearch }) query: z.output<typeof jobSearch>) {
    return foundJobs(await this.search.jobs(scope, query), query);
  }

  @Get('schedules')
  async schedules(
    @Scope() scope: AccessScope,
    @Query({ schema: scheduleSearch }) query: z.output<typeof scheduleSearch>,
  ) {
    return foundSchedules(await this.search.schedulesOf(scope, query), query);
  }
}
