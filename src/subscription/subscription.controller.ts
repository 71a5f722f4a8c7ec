import { Controller, Delete, Get, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AccessScope } from '../core/access-scope.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { CalledAs, type HookCall } from './hook.decorator.js';
import { sendText } from './subscription.presenter.js';
import { hookOf } from './subscription.schema.js';
import { SubscriptionService } from './subscription.service.js';

/** The hooks that a SaaS registry calls when a tenant subscribes and leaves. */
@Controller('callback/v1.0')
@Requires('callback')
export class SubscriptionController {
  constructor(private readonly subscriptions: SubscriptionService) {}

  @Put('tenants/:tenantId')
  async subscribe(
    @Scope() scope: AccessScope,
    @CalledAs(hookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendText(response, await this.subscriptions.subscribe(scope, hook, statusPath));
  }

  @Delete('tenants/:tenantId')
  async unsubscribe(
    @Scope() scope: AccessScope,
    @CalledAs(hookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendText(response, await this.subscriptions.unsubscribe(scope, hook, statusPath));
  }

  @Get('dependencies')
  dependencies(@Scope() scope: AccessScope) {
    return this.subscriptions.dependenciesOf(scope);
  }
}
