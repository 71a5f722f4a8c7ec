import { Controller, Delete, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { CalledAs, type HookCall } from './hook.decorator.js';
import { sendManagerAnswer } from './subscription.presenter.js';
import { managerAnswer } from './subscription.answers.js';
import { managerBody, managerHookOf } from './subscription.schema.js';
import { SubscriptionService } from './subscription.service.js';

const HOOK = {
  answers: { 200: managerAnswer, 202: managerAnswer },
  body: managerBody,
  isBodyOptional: true,
  refusals: [409],
};

/** The same hooks as a Subscription Manager calls them. */
@Controller('subscription_manager_callbacks')
@Requires('callback')
export class SubscriptionManagerController {
  constructor(private readonly subscriptions: SubscriptionService) {}

  @Describes({
    summary: 'A tenant subscribes',
    ...HOOK,
    example: { subscriber: { subaccountSubdomain: 'acme' }, rootApplication: { appName: 'shop' } },
  })
  @Put('tenants/:tenantId')
  async subscribe(
    @Scope() scope: AccessScope,
    @CalledAs(managerHookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendManagerAnswer(response, await this.subscriptions.subscribe(scope, hook, statusPath));
  }

  @Describes({ summary: 'A tenant leaves', ...HOOK, example: { rootApplication: { appName: 'shop' } } })
  @Delete('tenants/:tenantId')
  async unsubscribe(
    @Scope() scope: AccessScope,
    @CalledAs(managerHookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendManagerAnswer(response, await this.subscriptions.unsubscribe(scope, hook, statusPath));
  }
}
