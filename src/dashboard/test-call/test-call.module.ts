import { Module } from '@nestjs/common';
import { ActionModule } from '../../action/action.module.js';
import { JobModule } from '../../job/job.module.js';
import { TenantModule } from '../../tenant/tenant.module.js';
import { TestCallController } from './test-call.controller.js';
import { TestCallService } from './test-call.service.js';

/** Tries an endpoint before a job is made of it. */
@Module({
  imports: [ActionModule, JobModule, TenantModule],
  controllers: [TestCallController],
  providers: [TestCallService],
})
export class TestCallModule {}
