import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { pageEnvelope } from '../http/page.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import type { TenancyLimits } from '../tenant/tenant.service.js';
import {
  auditAnswer,
  subscriptionsAnswer,
  tenantAnswer,
  tenantsAnswer,
  usageAnswer,
} from './admin.answers.js';
import { auditWire, subscriptionWire, tenantWire, usagePath } from './admin.presenter.js';
import { limitsBody, ofTenant, pageQuery, searchQuery, usageQuery } from './admin.schema.js';
import { TenantAdminService } from './tenant-admin.service.js';
import { TenantReader } from './tenant.reader.js';
import { UsageReader } from './usage.reader.js';

type Search = z.output<typeof searchQuery>;

/** The tenants of the caller's instance: what they have, use and may. */
@Controller('admin/v1')
@Requires('admin')
export class TenantController {
  constructor(
    private readonly reader: TenantReader,
    private readonly tenants: TenantAdminService,
    private readonly usages: UsageReader,
  ) {}

  @Describes({ summary: 'The tenants, with what they have and do', answers: { 200: tenantsAnswer } })
  @Get('tenants')
  @Requires('admin-read')
  async list(@Scope() { instanceId }: AccessScope, @Query({ schema: searchQuery }) { q, page }: Search) {
    const { total, results } = await this.reader.list(instanceId, q, page);
    return pageEnvelope(
      { total, results: results.map(tenantWire) },
      page,
      `/admin/v1/tenants?q=${encodeURIComponent(q)}`,
    );
  }

  @Describes({ summary: 'A tenant', answers: { 200: tenantAnswer } })
  @Get('tenants/:tenantId')
  @Requires('admin-read')
  async get(@Scope() { instanceId }: AccessScope, @Param({ schema: ofTenant }) tenantId: string) {
    return tenantWire(await this.reader.get(instanceId, tenantId));
  }

  @Describes({ summary: 'Suspend a tenant', answers: { 204: null } })
  @Post('tenants/:tenantId/suspend')
  @HttpCode(204)
  async suspend(@Scope() scope: AccessScope, @Param({ schema: ofTenant }) tenantId: string) {
    await this.tenants.suspend(scope, tenantId);
  }

  @Describes({ summary: 'Resume a tenant', answers: { 204: null } })
  @Post('tenants/:tenantId/resume')
  @HttpCode(204)
  async resume(@Scope() scope: AccessScope, @Param({ schema: ofTenant }) tenantId: string) {
    await this.tenants.resume(scope, tenantId);
  }

  @Describes({
    summary: 'Limit a tenant',
    answers: { 204: null },
    example: { maxJobs: 1000, requestsPerMinute: null },
  })
  @Put('tenants/:tenantId/limits')
  @HttpCode(204)
  async limit(
    @Scope() scope: AccessScope,
    @Param({ schema: ofTenant }) tenantId: string,
    @Body({ schema: limitsBody }) limits: TenancyLimits,
  ) {
    await this.tenants.limit(scope, tenantId, limits);
  }

  @Describes({ summary: 'The subscriptions', answers: { 200: subscriptionsAnswer } })
  @Get('subscriptions')
  @Requires('admin-read')
  async listSubscriptions(
    @Scope() { instanceId }: AccessScope,
    @Query({ schema: searchQuery }) { q, page }: Search,
  ) {
    const { total, results } = await this.reader.listSubscriptions(instanceId, q, page);
    const path = `/admin/v1/subscriptions?q=${encodeURIComponent(q)}`;
    return pageEnvelope({ total, results: results.map(subscriptionWire) }, page, path);
  }

  @Describes({ summary: 'What tenants used, by day', answers: { 200: usageAnswer } })
  @Get('usage')
  @Requires('admin-read')
  async usage(
    @Scope() { instanceId }: AccessScope,
    @Query({ schema: usageQuery }) { question, page }: z.output<typeof usageQuery>,
  ) {
    const part = await this.usages.list(instanceId, question, page);
    return pageEnvelope(part, page, usagePath(part, question.tenantId));
  }

  @Describes({ summary: 'What was done about tenants and bindings', answers: { 200: auditAnswer } })
  @Get('audit')
  @Requires('admin-read')
  async audit(@Scope() scope: AccessScope, @Query({ schema: pageQuery }) page: z.output<typeof pageQuery>) {
    const { total, results } = await this.tenants.auditLog(scope, page);
    return pageEnvelope({ total, results: results.map(auditWire) }, page, '/admin/v1/audit');
  }
}
