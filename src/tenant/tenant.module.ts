import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.store.js';
import { AuditRetention } from './audit-retention.js';
import { ChangeFeed } from './change-feed.js';
import { GlobalParametersController } from './global-parameters.controller.js';
import { GlobalParametersService } from './global-parameters.service.js';
import { TenancyIndex } from './tenancy-index.js';
import { TenantService } from './tenant.service.js';

/** Service instances, tenants and subscriptions as data, and what every replica knows of them by heart. */
@Module({
  controllers: [GlobalParametersController],
  providers: [AuditLog, AuditRetention, ChangeFeed, GlobalParametersService, TenancyIndex, TenantService],
  exports: [AuditLog, ChangeFeed, TenancyIndex, TenantService],
})
export class TenantModule {}
