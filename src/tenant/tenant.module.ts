import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.store.js';
import { AuditRetention } from './audit-retention.js';
import { ChangeFeed } from './change-feed.js';
import { ChangeFeedStore } from './change-feed.store.js';
import { GlobalParametersController } from './global-parameters/global-parameters.controller.js';
import { GlobalParametersService } from './global-parameters/global-parameters.service.js';
import { InstanceStore } from './instance.store.js';
import { OffboardingOrderStore } from './offboarding-order.store.js';
import { SubscriptionStore } from './subscription.store.js';
import { TenancyIndex } from './tenancy-index.js';
import { TenancyReader } from './tenancy.reader.js';
import { TenantLimits } from './tenant-limits.js';
import { TenantService } from './tenant.service.js';
import { TenantStore } from './tenant.store.js';

/** Service instances, tenants and subscriptions as data, and what every replica knows of them by heart. */
@Module({
  controllers: [GlobalParametersController],
  providers: [
    AuditLog,
    AuditRetention,
    ChangeFeed,
    ChangeFeedStore,
    GlobalParametersService,
    InstanceStore,
    OffboardingOrderStore,
    SubscriptionStore,
    TenancyIndex,
    TenancyReader,
    TenantLimits,
    TenantService,
    TenantStore,
  ],
  exports: [
    AuditLog,
    ChangeFeed,
    InstanceStore,
    OffboardingOrderStore,
    TenancyIndex,
    TenantLimits,
    TenantService,
  ],
})
export class TenantModule {}
