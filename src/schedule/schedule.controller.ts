import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { Describes, done } from '../http/answers.js';
import { fitting, pageEnvelope } from '../http/page.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { operationStartedAnswer } from '../operation/operation.answers.js';
import { runLog } from '../run-log/run-log.presenter.js';
import {
  scheduleAnswer,
  scheduleCreatedAnswer,
  schedulePageAnswer,
  scheduleWithLogsAnswer,
} from './schedule.answers.js';
import {
  scheduleAlone,
  scheduleCreated,
  scheduleInList,
  scheduleUrl,
  switchAnswer,
} from './schedule.presenter.js';
import { ScheduleReader } from './schedule.reader.js';
import {
  activationStatus,
  ofJob,
  ofSchedule,
  scheduleChange,
  scheduleDraft,
  schedulePage,
  scheduleQuery,
} from './schedule.schema.js';
import { ScheduleSwitch } from './work/schedule-switch.js';
import { ScheduleService } from './schedule.service.js';

const DONE = { success: true };

/** `/scheduler/jobs/{jobId}/schedules` (rest-api.md, "Schedules"). */
@Controller('scheduler/jobs/:jobId/schedules')
@Requires('scheduler')
export class ScheduleController {
  constructor(
    private readonly schedules: ScheduleService,
    private readonly reader: ScheduleReader,
    private readonly switches: ScheduleSwitch,
  ) {}

  @Describes({
    summary: 'Create a schedule',
    answers: { 201: scheduleCreatedAnswer },
    example: { repeatInterval: '10 minutes', active: true, data: { month: 12 } },
  })
  @Post()
  async create(
    @Scope() scope: AccessScope,
    @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>,
    @Body({ schema: scheduleDraft }) draft: z.output<typeof scheduleDraft>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const view = await this.schedules.create(scope, jobId, draft);
    response.location(scheduleUrl(view.row));
    return scheduleCreated(view);
  }

  @Describes({ summary: 'The schedules of a job', answers: { 200: schedulePageAnswer } })
  @Get()
  @Requires('read')
  async list(
    @Scope() scope: AccessScope,
    @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>,
    @Query({ schema: schedulePage }) page: z.output<typeof schedulePage>,
  ) {
    const part = await this.reader.list(scope, jobId, page);
    const shown = { ...part, results: part.results.map(scheduleInList) };
    return pageEnvelope(shown, page, `/scheduler/jobs/${jobId}/schedules`);
  }

  @Describes({ summary: 'A schedule', answers: { 200: scheduleWithLogsAnswer } })
  @Get(':scheduleId')
  @Requires('read')
  async get(
    @Scope() scope: AccessScope,
    @Param({ schema: ofSchedule }) place: z.output<typeof ofSchedule>,
    @Query({ schema: scheduleQuery }) query: z.output<typeof scheduleQuery>,
  ) {
    const { view, logs } = await this.reader.get(scope, place, query);
    return { ...scheduleAlone(view), ...(logs && { logs: fitting(logs.map(runLog)) }) };
  }

  @Describes({
    summary: 'Change a schedule',
    answers: { 200: scheduleAnswer },
    example: { description: 'At night', startTime: { date: '2030-01-01', format: 'YYYY-MM-DD' } },
  })
  @Put(':scheduleId')
  async update(
    @Scope() scope: AccessScope,
    @Param({ schema: ofSchedule }) place: z.output<typeof ofSchedule>,
    @Body({ schema: scheduleChange }) change: z.output<typeof scheduleChange>,
  ) {
    return scheduleAlone(await this.schedules.update(scope, place, change));
  }

  @Describes({ summary: 'Delete a schedule with its run logs', answers: { 200: done } })
  @Delete(':scheduleId')
  async delete(
    @Scope() scope: AccessScope,
    @Param({ schema: ofSchedule }) place: z.output<typeof ofSchedule>,
  ) {
    await this.schedules.delete(scope, place);
    return DONE;
  }

  @Describes({ summary: 'Delete all schedules of a job', answers: { 200: done } })
  @Delete()
  async deleteAll(@Scope() scope: AccessScope, @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>) {
    await this.schedules.deleteAll(scope, jobId);
    return DONE;
  }

  @Describes({
    summary: 'Switch all schedules of a job on or off',
    answers: { 200: done, 202: operationStartedAnswer },
    example: { activationStatus: true },
  })
  @Post('activationStatus')
  async switchAll(
    @Scope() scope: AccessScope,
    @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>,
    @Body({ schema: activationStatus }) active: z.output<typeof activationStatus>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { status, headers, body } = switchAnswer(await this.switches.switchAll(scope, jobId, active));
    response.status(status).setHeaders(headers);
    return body;
  }
}
