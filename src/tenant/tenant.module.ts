import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';
import { AuditRetention } from './audit-retention.js';
import { ChangeFeed } from './change-feed.js';
import { TenancyIndex } from './tenancy-index.js';
import { TenantService } from './tenant.service.js';

/** Service instances, tenants and subscriptions as data, and what every replica knows of them by heart. */
@Module({
  providers: [AuditLog, AuditRetention, ChangeFeed, TenancyIndex, TenantService],
  exports: [AuditLog, ChangeFeed, TenancyIndex, TenantService],
})
export class TenantModule {}
