import { Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { operationStatusAnswer } from './operation.answers.js';
import { operationStatus } from './operation.presenter.js';
import { ofOperation } from './operation.schema.js';
import { OperationService } from './operation.service.js';

/** `/api/jobs/{job-id}`: the status of asynchronous operations (async-operations.md). */
@Controller('api/jobs')
@Requires('scheduler')
export class OperationController {
  constructor(private readonly operations: OperationService) {}

  @Describes({ summary: 'The status of an operation', answers: { 200: operationStatusAnswer } })
  @Get(':operationId')
  @Requires('read')
  async get(
    @Scope() scope: AccessScope,
    @Param({ schema: ofOperation }) { operationId }: z.output<typeof ofOperation>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { headers, body } = operationStatus(await this.operations.get(scope, operationId));
    response.setHeaders(headers);
    return body;
  }

  @Describes({ summary: 'Cancel an operation', answers: { 204: null }, refusals: [409] })
  @Post(':operationId/operations/cancel')
  @HttpCode(204)
  cancel(
    @Scope() scope: AccessScope,
    @Param({ schema: ofOperation }) { operationId }: z.output<typeof ofOperation>,
  ) {
    return this.operations.cancel(scope, operationId);
  }

  @Describes({ summary: 'Delete the status of an operation', answers: { 204: null }, refusals: [409] })
  @Delete(':operationId')
  @HttpCode(204)
  delete(
    @Scope() scope: AccessScope,
    @Param({ schema: ofOperation }) { operationId }: z.output<typeof ofOperation>,
  ) {
    return this.operations.delete(scope, operationId);
  }
}
