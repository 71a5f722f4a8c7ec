import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { BindingController } from './binding.controller.js';
import { InstanceController } from './instance.controller.js';
import { InstanceService } from './instance.service.js';
import { OperatorClientController } from './operator-client.controller.js';
import { TenantAdminService } from './tenant-admin.service.js';
import { TenantController } from './tenant.controller.js';
import { TenantReader } from './tenant.reader.js';
import { UsageDaysReader } from './usage-days.reader.js';
import { UsageReader } from './usage.reader.js';

/** The routes of providers and of the operator. */
@Module({
  imports: [TenantModule, AuthModule, RunLogModule],
  controllers: [InstanceController, BindingController, OperatorClientController, TenantController],
  providers: [InstanceService, TenantAdminService, TenantReader, UsageReader, UsageDaysReader],
})
export class AdminModule {}
