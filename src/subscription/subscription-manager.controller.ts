import { Controller, Delete, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AccessScope } from '../core/access-scope.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { CalledAs, type HookCall } from './hook.decorator.js';
import { sendManagerAnswer } from './subscription.presenter.js';
import { managerHookOf } from './subscription.schema.js';
import { SubscriptionService } from './subscription.service.js';

/** The same hooks as a Subscription Manager calls them. */
@Controller('subscription_manager_callbacks')
@Requires('callback')
export class SubscriptionManagerController {
  constructor(private readonly subscriptions: SubscriptionService) {}

  @Put('tenants/:tenantId')
  async subscribe(
    @Scope() scope: AccessScope,
    @CalledAs(managerHookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendManagerAnswer(response, await this.subscriptions.subscribe(scope, hook, statusPath));
  }

  @Delete('tenants/:tenantId')
  async unsubscribe(
    @Scope() scope: AccessScope,
    @CalledAs(managerHookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendManagerAnswer(response, await this.subscriptions.unsubscribe(scope, hook, statusPath));
  }
}
