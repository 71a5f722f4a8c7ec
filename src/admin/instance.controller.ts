import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { VcapServices } from '../auth/binding/vcap-services.js';
import { BindingService } from '../auth/binding/binding.service.js';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { pageEnvelope } from '../http/page.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import {
  auditAnswer,
  bindingCreatedAnswer,
  bindingsAnswer,
  instanceAnswer,
  instancesAnswer,
} from './admin.answers.js';
import { auditWire, bindingWire, instanceWire } from './admin.presenter.js';
import { bindingBody, instanceBody, pageQuery } from './admin.schema.js';
import { InstanceService } from './instance.service.js';
import { TenantAdminService } from './tenant-admin.service.js';

type InstanceBody = z.output<typeof instanceBody>;
type PageOf = z.output<typeof pageQuery>;

/** What the operator of the deployment does (tenancy-and-oauth.md, "Provider and operator administration"). */
@Controller('admin/v1/instances')
@Requires('operate')
export class InstanceController {
  constructor(
    private readonly instances: InstanceService,
    private readonly bindings: BindingService,
    private readonly vcapServices: VcapServices,
    private readonly tenants: TenantAdminService,
  ) {}

  @Describes({
    summary: 'Create a service instance',
    answers: { 201: instanceAnswer },
    example: { name: 'shop', subdomain: 'shop-provider' },
    refusals: [409],
  })
  @Post()
  async create(@Scope() { actor }: AccessScope, @Body({ schema: instanceBody }) body: InstanceBody) {
    const { name, subdomain: providerSubdomain, tenantId: providerTenantId, xsappname } = body;
    const draft = { name, providerSubdomain, providerTenantId, xsappname };
    return instanceWire(await this.instances.create(actor, draft));
  }

  @Describes({ summary: 'The service instances', answers: { 200: instancesAnswer } })
  @Get()
  async list(@Query({ schema: pageQuery }) page: PageOf) {
    const { total, results } = await this.instances.list(page);
    return pageEnvelope({ total, results: results.map(instanceWire) }, page, '/admin/v1/instances');
  }

  @Describes({ summary: 'What operators did', answers: { 200: auditAnswer } })
  @Get('audit')
  async audit(@Scope() scope: AccessScope, @Query({ schema: pageQuery }) page: PageOf) {
    const { total, results } = await this.tenants.auditLog(scope, page);
    return pageEnvelope({ total, results: results.map(auditWire) }, page, '/admin/v1/instances/audit');
  }

  @Describes({ summary: 'A service instance', answers: { 200: instanceAnswer } })
  @Get(':instanceId')
  async get(@Param('instanceId') instanceId: string) {
    return instanceWire(await this.instances.get(instanceId));
  }

  @Describes({ summary: 'Delete a service instance', answers: { 204: null }, refusals: [409] })
  @Delete(':instanceId')
  @HttpCode(204)
  async remove(@Scope() { actor }: AccessScope, @Param('instanceId') instanceId: string) {
    await this.instances.remove(actor, instanceId);
  }

  @Describes({ summary: 'The bindings of a service instance', answers: { 200: bindingsAnswer } })
  @Get(':instanceId/bindings')
  async listBindings(@Param('instanceId') instanceId: string, @Query({ schema: pageQuery }) page: PageOf) {
    const { id, uid } = await this.instances.get(instanceId);
    const { total, results } = await this.bindings.page(id, page);
    const path = `/admin/v1/instances/${uid}/bindings`;
    return pageEnvelope({ total, results: results.map(bindingWire) }, page, path);
  }

  /** Mints provider credentials; the audit log of the instance tells of it. */
  @Describes({
    summary: 'Create a binding of a service instance',
    answers: { 201: bindingCreatedAnswer },
    example: { name: 'shop backend' },
  })
  @Post(':instanceId/bindings')
  async bind(
    @Scope() { actor }: AccessScope,
    @Param('instanceId') instanceId: string,
    @Body({ schema: bindingBody }) { name, kind }: z.output<typeof bindingBody>,
  ) {
    const { id } = await this.instances.get(instanceId);
    const fresh = await this.bindings.add({ instanceId: id, actor }, name, kind);
    return {
      bindingId: fresh.bindingId,
      name,
      clientId: fresh.clientId,
      VCAP_SERVICES: this.vcapServices.ofBinding(id, fresh),
    };
  }

  @Describes({ summary: 'Delete a binding of a service instance', answers: { 204: null } })
  @Delete(':instanceId/bindings/:bindingId')
  @HttpCode(204)
  async unbind(
    @Scope() { actor }: AccessScope,
    @Param('instanceId') instanceId: string,
    @Param('bindingId') bindingId: string,
  ) {
    const { id } = await this.instances.get(instanceId);
    await this.bindings.revoke({ instanceId: id, actor }, bindingId);
  }
}
