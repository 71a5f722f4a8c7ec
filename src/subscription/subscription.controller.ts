import { Body, Controller, Delete, Get, Header, HttpCode, Param, Put } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { hookOf } from './subscription.schema.js';
import { SubscriptionService } from './subscription.service.js';

/** The hooks that a SaaS registry calls when a tenant subscribes and leaves. */
@Controller('callback/v1.0')
@Requires('callback')
export class SubscriptionController {
  constructor(private readonly subscriptions: SubscriptionService) {}

  @Put('tenants/:tenantId')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async subscribe(@Scope() scope: AccessScope, @Param('tenantId') tenantId: string, @Body() body: unknown) {
    const { url } = await this.subscriptions.subscribe(scope, hookOf(tenantId, body));
    return url;
  }

  @Delete('tenants/:tenantId')
  @HttpCode(200)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async unsubscribe(@Scope() scope: AccessScope, @Param('tenantId') tenantId: string, @Body() body: unknown) {
    await this.subscriptions.unsubscribe(scope, hookOf(tenantId, body));
    return '';
  }

  @Get('dependencies')
  dependencies(@Scope() scope: AccessScope) {
    return this.subscriptions.dependenciesOf(scope);
  }
}
