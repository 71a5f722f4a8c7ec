import { Body, Controller, Get, HttpCode, Param, Post, Query, Res, UseInterceptors } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import { OperationStarter } from '../../operation/operation-starter.js';
import { operationStartedAnswer } from '../../operation/operation.answers.js';
import { operationStarted } from '../../operation/operation.presenter.js';
import { exportAnswer } from './bulk.answers.js';
import { bulkKind } from './bulk-changes.js';
import { BulkReader } from './bulk.reader.js';
import { bulkOrder, exportQuery, ofVerb } from './bulk.schema.js';
import { exportPage } from './export.presenter.js';
import { importBody, ImportedJobs, importQuery, type ImportEntry } from './import.schema.js';
import { ImportTurns } from './import-turns.js';
import { IMPORT_KIND, JobImport } from './job-import.js';

/** What is done with many jobs at once: each is an asynchronous operation, but for the export. */
@Controller('scheduler')
@Requires('scheduler')
export class BulkController {
  constructor(
    private readonly operations: OperationStarter,
    private readonly reader: BulkReader,
    private readonly imports: JobImport,
  ) {}

  @Describes({
    summary: 'Activate, deactivate or delete many jobs',
    answers: { 202: operationStartedAnswer },
    example: { filter: "contains(name, 'report')", dryRun: true },
  })
  @Post('jobs/operations/:verb')
  @HttpCode(202)
  async change(
    @Scope() scope: AccessScope,
    @Param({ schema: ofVerb }) { verb }: z.output<typeof ofVerb>,
    @Body({ schema: bulkOrder }) order: z.output<typeof bulkOrder>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const id = await this.operations.start({ kind: bulkKind(verb), scope, input: order });
    const { headers, body } = operationStarted(id);
    response.setHeaders(headers);
    return body;
  }

  @Describes({ summary: 'Export jobs', answers: { 200: exportAnswer } })
  @Get('export')
  @Requires('read')
  async export(
    @Scope() scope: AccessScope,
    @Query({ schema: exportQuery }) query: z.output<typeof exportQuery>,
  ) {
    return exportPage(await this.reader.listWhole(scope, query, query.pageSize), query);
  }

  @Describes({
    summary: 'Import jobs',
    answers: { 202: operationStartedAnswer },
    body: importBody,
    example: { results: [{ name: 'weekly report', action: 'https://app.example.com/jobs/report' }] },
  })
  @Post('import')
  @UseInterceptors(ImportTurns)
  @HttpCode(202)
  async import(
    @Scope() scope: AccessScope,
    @ImportedJobs() entries: readonly ImportEntry[],
    @Query({ schema: importQuery }) query: z.output<typeof importQuery>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const id = await this.operations.start({
      kind: IMPORT_KIND,
      scope,
      ...(await this.imports.orderOf(scope, entries, query)),
    });
    const { headers, body } = operationStarted(id);
    response.setHeaders(headers);
    return body;
  }
}
