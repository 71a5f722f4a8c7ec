import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { pageEnvelope } from '../../http/page.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { RunnerLooks } from './runner-looks.js';
import { appsAnswer, checkedRunnerAnswer, runnerAnswer, runnersAnswer } from './runner.answers.js';
import { appsPath, checkedWire, RUNNERS, runnerWire } from './runner.presenter.js';
import { appsQuery, ofRunner, pageQuery, runnerBody, runnerChange } from './runner.schema.js';
import { RunnerService } from './runner.service.js';

type RunnerId = z.output<typeof ofRunner>;

const EXAMPLE = {
  name: 'orders in production',
  kind: 'cloudfoundry',
  api: 'https://api.cf.example.com',
  spaceId: '8f6c9c62-1f4e-4a0c-9a6e-2f6d1f9f5f10',
  credentials: { kind: 'password', user: 'scheduler@example.com', password: 'the password of this user' },
};

/** The runners of the caller's instance (cf-tasks.md, "Runners: where tasks run"). */
@Controller(RUNNERS)
@Requires('admin')
export class RunnerController {
  constructor(
    private readonly runners: RunnerService,
    private readonly looks: RunnerLooks,
  ) {}

  @Describes({
    summary: 'Create a runner, after a check that it can start tasks',
    answers: { 201: checkedRunnerAnswer },
    example: EXAMPLE,
    refusals: [409],
  })
  @Post()
  async create(
    @Scope() scope: AccessScope,
    @Body({ schema: runnerBody }) draft: z.output<typeof runnerBody>,
  ) {
    return checkedWire(await this.runners.create(scope, draft));
  }

  @Describes({ summary: 'The runners of the service instance', answers: { 200: runnersAnswer } })
  @Get()
  @Requires('admin-read')
  async list(@Scope() scope: AccessScope, @Query({ schema: pageQuery }) page: z.output<typeof pageQuery>) {
    const { total, results } = await this.runners.list(scope, page);
    return pageEnvelope({ total, results: results.map(runnerWire) }, page, RUNNERS);
  }

  @Describes({ summary: 'A runner', answers: { 200: runnerAnswer } })
  @Get(':runnerId')
  @Requires('admin-read')
  async get(@Scope() scope: AccessScope, @Param({ schema: ofRunner }) runnerId: RunnerId) {
    return runnerWire(await this.runners.get(scope, runnerId));
  }

  @Describes({
    summary: 'Change a runner, after a check; fields that are not given stay',
    answers: { 200: checkedRunnerAnswer },
    example: EXAMPLE,
    refusals: [409],
  })
  @Put(':runnerId')
  async change(
    @Scope() scope: AccessScope,
    @Param({ schema: ofRunner }) runnerId: RunnerId,
    @Body({ schema: runnerChange }) draft: z.output<typeof runnerChange>,
  ) {
    return checkedWire(await this.runners.change(scope, runnerId, draft));
  }

  @Describes({ summary: 'Check a runner at once', answers: { 200: checkedRunnerAnswer } })
  @Post(':runnerId/check')
  @HttpCode(200)
  async check(@Scope() scope: AccessScope, @Param({ schema: ofRunner }) runnerId: RunnerId) {
    return checkedWire(await this.looks.check(scope, runnerId));
  }

  @Describes({ summary: "The applications of a runner's space", answers: { 200: appsAnswer } })
  @Get(':runnerId/apps')
  @Requires('admin-read')
  async listApps(
    @Scope() scope: AccessScope,
    @Param({ schema: ofRunner }) runnerId: RunnerId,
    @Query({ schema: appsQuery }) query: z.output<typeof appsQuery>,
  ) {
    const part = await this.looks.listApps(scope, runnerId, query);
    return pageEnvelope(part, query.page, appsPath(runnerId, query.filter));
  }

  @Describes({ summary: 'Delete a runner that nothing uses', answers: { 204: null }, refusals: [409] })
  @Delete(':runnerId')
  @HttpCode(204)
  async remove(@Scope() scope: AccessScope, @Param({ schema: ofRunner }) runnerId: RunnerId) {
    await this.runners.remove(scope, runnerId);
  }
}
