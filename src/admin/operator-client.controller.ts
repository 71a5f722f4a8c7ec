import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { BindingService, type BindingActor } from '../auth/binding/binding.service.js';
import { VcapServices } from '../auth/binding/vcap-services.js';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { pageEnvelope } from '../http/page.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import {
  operatorClientCreatedAnswer,
  operatorClientRotatedAnswer,
  operatorClientsAnswer,
} from './admin.answers.js';
import { bindingWire, rotatedWire } from './admin.presenter.js';
import { bindingBody, pageQuery, rotationBody } from './admin.schema.js';

const PATH = '/admin/v1/operator/clients';

/** An operator's client belongs to no instance, and so does its caller. */
const by = ({ actor, clientId }: AccessScope): BindingActor => ({ instanceId: null, actor, clientId });

/** The operator's clients: bindings of no instance. A secret is shown once, in the answer that makes it. */
@Controller(PATH)
@Requires('operate')
export class OperatorClientController {
  constructor(
    private readonly bindings: BindingService,
    private readonly vcapServices: VcapServices,
  ) {}

  @Describes({ summary: "The operator's clients", answers: { 200: operatorClientsAnswer } })
  @Get()
  async list(@Query({ schema: pageQuery }) page: z.output<typeof pageQuery>) {
    const { total, results } = await this.bindings.page(null, page);
    return pageEnvelope({ total, results: results.map(bindingWire) }, page, PATH);
  }

  @Describes({
    summary: 'Create a client of the operator; its secret is shown once',
    answers: { 201: operatorClientCreatedAnswer },
    example: { name: 'operator of the night shift' },
  })
  @Post()
  async create(
    @Scope() scope: AccessScope,
    @Body({ schema: bindingBody }) { name, kind }: z.output<typeof bindingBody>,
  ) {
    const fresh = await this.bindings.add(by(scope), name, kind);
    const { bindingId, clientId } = fresh;
    return { bindingId, name, clientId, credentials: this.vcapServices.ofOperator(fresh) };
  }

  @Describes({
    summary: 'Give a client of the operator a new secret; the old one holds for a while',
    answers: { 200: operatorClientRotatedAnswer },
    isBodyOptional: true,
    example: { overlapSeconds: 3600 },
  })
  @Post(':bindingId/rotate')
  @HttpCode(200)
  async rotate(
    @Scope() scope: AccessScope,
    @Param('bindingId') bindingId: string,
    @Body({ schema: rotationBody }) overlapS: z.output<typeof rotationBody>,
  ) {
    const rotated = await this.bindings.rotate(by(scope), bindingId, overlapS);
    const fresh = { clientId: rotated.binding.clientId, clear: rotated.clear };
    return { ...rotatedWire(rotated), credentials: this.vcapServices.ofOperator(fresh) };
  }

  @Describes({
    summary: 'Revoke a client of the operator; its tokens die at once',
    answers: { 204: null },
    refusals: [409],
  })
  @Delete(':bindingId')
  @HttpCode(204)
  async revoke(@Scope() scope: AccessScope, @Param('bindingId') bindingId: string) {
    await this.bindings.revoke(by(scope), bindingId);
  }
}
