import { Module } from '@nestjs/common';
import { TenantModule } from '../tenant/tenant.module.js';
import { Offboarding } from './offboarding.js';
import { SubscriptionController } from './subscription.controller.js';
import { SubscriptionService } from './subscription.service.js';
import { Tenancies } from './tenancies.js';

/** Tenants come and go. */
@Module({
  imports: [TenantModule],
  controllers: [SubscriptionController],
  providers: [Offboarding, SubscriptionService, Tenancies],
})
export class SubscriptionModule {}
