import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RateLimitGuard } from './rate-limit.guard.js';
import { TenantModule } from '../tenant.module.js';

/** Limits the rate of requests. Import it after AuthModule: guards run in the order of their modules. */
@Module({
  imports: [TenantModule],
  providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
})
export class RateLimitModule {}
