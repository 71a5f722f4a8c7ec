import { Controller, Get, Header, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../../../core/access-scope.js';
import { Describes } from '../../../http/answers.js';
import { Requires, Scope } from '../../../http/scope.decorators.js';
import { subdomainPlace, tenantPlace, tenantsQuery } from '../reads.schema.js';
import { TenantScopes } from '../tenant-scopes.js';
import { TenantDetailService } from './tenant-detail.service.js';
import { placeAnswer, tenantDetailAnswer, tenantListAnswer } from './tenants.answers.js';
import { TenantsService } from './tenants.service.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** `/dashboard/api/tenants` and `/dashboard/api/places` (dashboard-reads.md): for a provider alone. */
@Controller('dashboard/api')
@Requires('admin')
export class TenantsController {
  constructor(
    private readonly tenants: TenantsService,
    private readonly detail: TenantDetailService,
    private readonly scopes: TenantScopes,
  ) {}

  @Describes({
    summary: 'A page of tenants with what they did today; 304 as the failing schedules',
    answers: { 200: tenantListAnswer, 304: null },
  })
  @Get('tenants')
  @Requires('admin-read')
  @Header('Content-Type', JSON_TYPE)
  async list(
    @Scope() scope: AccessScope,
    @Query({ schema: tenantsQuery }) question: z.output<typeof tenantsQuery>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.tenants.page(scope, question);
    response.setHeader('ETag', etag);
    return text;
  }

  @Describes({
    summary: 'A tenant with its last 7 days and its limits; 304 as the failing schedules',
    answers: { 200: tenantDetailAnswer, 304: null },
  })
  @Get('tenants/:tenantId')
  @Requires('admin-read')
  @Header('Content-Type', JSON_TYPE)
  async get(
    @Scope() scope: AccessScope,
    @Param({ schema: tenantPlace }) { tenantId }: z.output<typeof tenantPlace>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { text, etag } = await this.detail.get(scope, tenantId);
    response.setHeader('ETag', etag);
    return text;
  }

  @Describes({ summary: 'A tenant by its subdomain', answers: { 200: placeAnswer } })
  @Get('places/:subdomain')
  @Requires('admin-read')
  async place(
    @Scope() scope: AccessScope,
    @Param({ schema: subdomainPlace }) { subdomain }: z.output<typeof subdomainPlace>,
  ) {
    const { tenantId, suspendedAt, ...named } = await this.scopes.tenancyBySubdomain(scope, subdomain);
    return { tenantId, subdomain: named.subdomain, isSuspended: suspendedAt !== null };
  }
}
