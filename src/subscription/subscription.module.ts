import { Module } from '@nestjs/common';
import { JobModule } from '../job/job.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { Offboarding } from './offboarding.js';
import { Registry } from './registry.js';
import { StatusCallbackStore } from './status-callback.store.js';
import { StatusCallbackRetry, StatusCallbacks } from './status-callbacks.js';
import { SubscriptionManagerController } from './subscription-manager.controller.js';
import { SubscriptionController } from './subscription.controller.js';
import { SubscriptionService } from './subscription.service.js';

/** Tenants come and go. */
@Module({
  imports: [JobModule, RunLogModule, TenantModule],
  controllers: [SubscriptionController, SubscriptionManagerController],
  providers: [
    Offboarding,
    Registry,
    StatusCallbackRetry,
    StatusCallbacks,
    StatusCallbackStore,
    SubscriptionService,
  ],
})
export class SubscriptionModule {}
