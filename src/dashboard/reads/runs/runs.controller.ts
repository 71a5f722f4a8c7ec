import { Controller, Get, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { filePieces } from '../../../http/pieces.js';
import { Lasting, Requires, Scope, type LastingCaller } from '../../../http/scope.decorators.js';
import { runAnswer, runsAnswer } from '../reads.answers.js';
import { downloadQuery, runPlace, runsQuery } from '../reads.schema.js';
import { DOWNLOAD_FORMS } from './download-form.js';
import { RunDownloadService } from './run-download.service.js';
import { RunsService } from './runs.service.js';

/** `/dashboard/api/runs` (dashboard-reads.md). */
@Controller('dashboard/api/runs')
@Requires('scheduler')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly downloads: RunDownloadService,
  ) {}

  @Describes({
    summary: 'Runs of many schedules, those that were due last first',
    answers: { 200: runsAnswer },
  })
  @Get()
  @Requires('read')
  list(
    @Scope() scope: AccessScope,
    @Query({ schema: runsQuery }) { after, ...question }: z.output<typeof runsQuery>,
  ) {
    return this.runs.page(scope, question, after);
  }

  @Describes({
    summary:
      'The run logs of a schedule, a job, a tenant or an instance as a file: by schedule or tenant, then those that were due last first',
    answers: { 200: z.string() },
    media: ['application/x-ndjson', 'text/csv'],
  })
  @Get('download')
  @Requires('read')
  async download(
    @Lasting() caller: LastingCaller,
    @Query({ schema: downloadQuery }) { format = 'ndjson', ...question }: z.output<typeof downloadQuery>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    const form = DOWNLOAD_FORMS[format];
    const { text, name, end } = await this.downloads.begin(caller, question, form);
    // An answer may be refused after all, because its caller leaves others unread: nobody opens the file then.
    response.once('close', end);
    return filePieces(text, { type: form.type, name: `${name}.${form.extension}` }, end);
  }

  @Describes({ summary: 'A run, with its instants and neighbours', answers: { 200: runAnswer } })
  @Get(':runId')
  @Requires('read')
  get(@Scope() scope: AccessScope, @Param({ schema: runPlace }) { runId }: z.output<typeof runPlace>) {
    return this.runs.get(scope, runId);
  }
}
