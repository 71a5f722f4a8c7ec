import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { VcapServices } from '../auth/binding/vcap-services.js';
import { BindingService } from '../auth/binding/binding.service.js';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { pageEnvelope } from '../http/page.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { bindingCreatedAnswer, bindingRotatedAnswer, bindingsAnswer } from './admin.answers.js';
import { bindingWire, rotatedWire } from './admin.presenter.js';
import { bindingBody, pageQuery, rotationBody } from './admin.schema.js';

/** The bindings of the caller's instance. A secret is shown once, in the answer that makes it. */
@Controller('admin/v1/bindings')
@Requires('admin')
export class BindingController {
  constructor(
    private readonly bindings: BindingService,
    private readonly vcapServices: VcapServices,
  ) {}

  @Describes({ summary: 'The bindings of the service instance', answers: { 200: bindingsAnswer } })
  @Get()
  @Requires('admin-read')
  async list(
    @Scope() { instanceId }: AccessScope,
    @Query({ schema: pageQuery }) page: z.output<typeof pageQuery>,
  ) {
    const { total, results } = await this.bindings.page(instanceId, page);
    return pageEnvelope({ total, results: results.map(bindingWire) }, page, '/admin/v1/bindings');
  }

  @Describes({
    summary: 'Create a binding; its secret is shown once',
    answers: { 201: bindingCreatedAnswer },
    example: { name: 'shop backend' },
  })
  @Post()
  async create(
    @Scope() scope: AccessScope,
    @Body({ schema: bindingBody }) { name, kind }: z.output<typeof bindingBody>,
  ) {
    const fresh = await this.bindings.add(scope, name, kind);
    const { bindingId, clientId } = fresh;
    return { bindingId, name, clientId, VCAP_SERVICES: this.vcapServices.ofBinding(scope.instanceId, fresh) };
  }

  @Describes({
    summary: 'Give a binding a new secret; the old one holds for a while',
    answers: { 200: bindingRotatedAnswer },
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
    const rotated = await this.bindings.rotate(scope, bindingId, overlapS);
    const fresh = { clientId: rotated.binding.clientId, clear: rotated.clear };
    return {
      ...rotatedWire(rotated),
      VCAP_SERVICES: this.vcapServices.ofBinding(scope.instanceId, fresh),
    };
  }

  @Describes({ summary: 'Delete a binding; its tokens die at once', answers: { 204: null } })
  @Delete(':bindingId')
  @HttpCode(204)
  async revoke(@Scope() scope: AccessScope, @Param('bindingId') bindingId: string) {
    await this.bindings.revoke(scope, bindingId);
  }
}
