import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Describes } from '../../http/answers.js';
import { Lasting, Requires, type LastingCaller } from '../../http/scope.decorators.js';
import { testCallAnswer } from './test-call.answers.js';
import { testCall } from './test-call.presenter.js';
import { testCallDraft } from './test-call.schema.js';
import { TestCallService } from './test-call.service.js';

/** `/dashboard/api/test-calls` (dashboard.md, "Test calls"). */
@Controller('dashboard/api/test-calls')
@Requires('scheduler')
export class TestCallController {
  constructor(private readonly calls: TestCallService) {}

  @Describes({
    summary: 'Call an endpoint once as a job would, without making one',
    answers: { 200: testCallAnswer },
    example: { action: 'https://app.example.com/jobs/report', httpMethod: 'POST', data: { month: 12 } },
  })
  @Post()
  @HttpCode(200)
  async make(
    @Lasting() caller: LastingCaller,
    @Body({ schema: testCallDraft }) order: z.output<typeof testCallDraft>,
  ) {
    return testCall(await this.calls.make(caller, order));
  }
}
