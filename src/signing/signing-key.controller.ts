import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { keysAnswer, keysQuery, madeKeyAnswer, newKeyBody, ofKey } from './signing-key.schema.js';
import { keyWire, madeKeyWire } from './signing-key.presenter.js';
import { SigningKeyService } from './signing-key.service.js';

/** The keys by which calls of a tenant are signed (schedule-extensions.md, "Signed calls"). */
@Controller('scheduler/signingKeys')
@Requires('scheduler')
export class SigningKeyController {
  constructor(private readonly keys: SigningKeyService) {}

  @Describes({ summary: 'The signing keys of the tenant', answers: { 200: keysAnswer } })
  @Get()
  @Requires('read')
  async list(
    @Scope() scope: AccessScope,
    @Query({ schema: keysQuery }) { tenantId }: z.output<typeof keysQuery>,
  ) {
    return { results: (await this.keys.list(scope, tenantId)).map(keyWire) };
  }

  @Describes({
    summary: 'Make a signing key; its secret is shown in this answer alone',
    answers: { 201: madeKeyAnswer },
    example: { kind: 'v1' },
    refusals: [409],
  })
  @Post()
  async create(
    @Scope() scope: AccessScope,
    @Body({ schema: newKeyBody }) draft: z.output<typeof newKeyBody>,
  ) {
    return madeKeyWire(await this.keys.create(scope, draft));
  }

  @Describes({
    summary: 'Delete a signing key; the last one stays while jobs are signed',
    answers: { 204: null },
    refusals: [409],
  })
  @Delete(':keyId')
  @HttpCode(204)
  async remove(@Scope() scope: AccessScope, @Param({ schema: ofKey }) keyId: z.output<typeof ofKey>) {
    await this.keys.remove(scope, keyId);
  }
}
