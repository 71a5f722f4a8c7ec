import { Controller, Delete, Get, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AccessScope } from '../core/access-scope.js';
import { Describes } from '../http/answers.js';
import { Requires, Scope } from '../http/scope.decorators.js';
import { CalledAs, type HookCall } from './hook.decorator.js';
import { sendText } from './subscription.presenter.js';
import { dependenciesAnswer, urlText } from './subscription.answers.js';
import { hookBody, hookOf } from './subscription.schema.js';
import { SubscriptionService } from './subscription.service.js';

const HOOK = {
  answers: { 200: urlText, 202: urlText },
  media: 'text/plain',
  body: hookBody,
  isBodyOptional: true,
  refusals: [409],
};

/** The hooks that a SaaS registry calls when a tenant subscribes and leaves. */
@Controller('callback/v1.0')
@Requires('callback')
export class SubscriptionController {
  constructor(private readonly subscriptions: SubscriptionService) {}

  @Describes({
    summary: 'A tenant subscribes',
    ...HOOK,
    example: { subscribedSubdomain: 'acme', subscriptionAppName: 'shop' },
  })
  @Put('tenants/:tenantId')
  async subscribe(
    @Scope() scope: AccessScope,
    @CalledAs(hookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendText(response, await this.subscriptions.subscribe(scope, hook, statusPath));
  }

  @Describes({ summary: 'A tenant leaves', ...HOOK, example: { subscriptionAppName: 'shop' } })
  @Delete('tenants/:tenantId')
  async unsubscribe(
    @Scope() scope: AccessScope,
    @CalledAs(hookOf) { hook, statusPath }: HookCall,
    @Res() response: Response,
  ) {
    sendText(response, await this.subscriptions.unsubscribe(scope, hook, statusPath));
  }

  @Describes({ summary: 'What this service depends on', answers: { 200: dependenciesAnswer } })
  @Get('dependencies')
  dependencies(@Scope() scope: AccessScope) {
    return this.subscriptions.dependenciesOf(scope);
  }
}
