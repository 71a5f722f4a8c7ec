import { Module } from '@nestjs/common';
import { JobModule } from '../job/job.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { StatisticsModule } from '../statistics/statistics.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { Offboarding } from './offboarding.js';
import { Registry } from './registry.js';
import { StatusCallbackChannel } from './status-callback.channel.js';
import { SubscriptionManagerController } from './subscription-manager.controller.js';
import { SubscriptionController } from './subscription.controller.js';
import { SubscriptionService } from './subscription.service.js';

/** Tenants come and go. */
@Module({
  imports: [
    ...[JobModule, NotificationModule, OutboundModule, RunLogModule, SigningModule, StatisticsModule],
    TenantModule,
  ],
  controllers: [SubscriptionController, SubscriptionManagerController],
  providers: [Offboarding, Registry, StatusCallbackChannel, SubscriptionService],
})
export class SubscriptionModule {}
