import { Body, Controller, Get, Put } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../../core/access-scope.js';
import { Describes, done } from '../../http/answers.js';
import { Requires, Scope } from '../../http/scope.decorators.js';
import {
  globalParameters,
  globalParametersAnswer,
  globalParametersBody,
} from './global-parameters.schema.js';
import { GlobalParametersService } from './global-parameters.service.js';

/** `/scheduler/globalParameters` (rest-api.md, "Configuration of a service instance"). */
@Controller('scheduler/globalParameters')
export class GlobalParametersController {
  constructor(private readonly parameters: GlobalParametersService) {}

  @Describes({ summary: 'The global parameters', answers: { 200: globalParametersBody } })
  @Get()
  @Requires('read')
  async get(@Scope() scope: AccessScope) {
    return globalParametersAnswer(await this.parameters.getAsyncTimeout(scope));
  }

  @Describes({
    summary: 'Change the global parameters',
    answers: { 200: done },
    example: { ASYNC_EXEC_TIMEOUT: '600' },
  })
  @Put()
  @Requires('configure')
  async put(
    @Scope() scope: AccessScope,
    @Body({ schema: globalParameters }) { asyncTimeoutS }: z.output<typeof globalParameters>,
  ) {
    await this.parameters.setAsyncTimeout(scope, asyncTimeoutS);
    return { success: true };
  }
}
