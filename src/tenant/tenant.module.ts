import { Module } from '@nestjs/common';
import { ChangeFeed } from './change-feed.js';
import { TenancyIndex } from './tenancy-index.js';
import { TenantService } from './tenant.service.js';

/** Service instances, tenants and subscriptions as data, and what every replica knows of them by heart. */
@Module({
  providers: [ChangeFeed, TenancyIndex, TenantService],
  exports: [ChangeFeed, TenancyIndex, TenantService],
})
export class TenantModule {}
