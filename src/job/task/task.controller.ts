import { Body, Controller, Param, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes, done } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { ofJob } from '../draft/job.schema.js';
import { taskAnswer } from '../job.answers.js';
import { jobAlone, jobUrl } from '../job.presenter.js';
import { newTask, taskChange } from './task.schema.js';
import { TaskService } from './task.service.js';

const EXAMPLE = {
  ...{ name: 'nightly clean-up', runnerId: '018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f00', appName: 'shop' },
  ...{ command: 'bin/clean-up', options: { memory_in_mb: 512 }, active: true },
  schedules: [{ cron: '* * * * 3 0 0', active: true, data: { memory_in_mb: 2048 } }],
};

/** `/admin/v1/tasks` (cf-tasks.md, "Tasks"): how tasks are made. Everything else of them is under `/scheduler`, as of all jobs. */
@Controller('admin/v1/tasks')
@Requires('admin')
export class TaskController {
  constructor(private readonly tasks: TaskService) {}

  @Describes({
    summary: 'Create a job that is a task of a Cloud Foundry application',
    answers: { 201: taskAnswer },
    refusals: [409, 503],
    example: EXAMPLE,
  })
  @Post()
  async create(
    @Scope() scope: AccessScope,
    @Body({ schema: newTask }) draft: z.output<typeof newTask>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const view = await this.tasks.create(scope, draft);
    response.location(jobUrl(view));
    return jobAlone(view);
  }

  @Describes({
    summary: 'Change a task',
    answers: { 200: done },
    refusals: [409, 503],
    example: { command: 'bin/clean-up --all', options: { memory_in_mb: 1024 } },
  })
  @Put(':jobId')
  async change(
    @Scope() scope: AccessScope,
    @Param({ schema: ofJob }) { jobId }: z.output<typeof ofJob>,
    @Body({ schema: taskChange }) change: z.output<typeof taskChange>,
  ) {
    await this.tasks.change(scope, jobId, change);
    return { success: true };
  }
}
