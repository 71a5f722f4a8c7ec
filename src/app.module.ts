import { Module, type DynamicModule } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Config } from './config/config.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { TestCallModule } from './dashboard/test-call/test-call.module.js';
import { DashboardReadsModule } from './dashboard/reads/reads.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import { HealthModule } from './health/health.module.js';
import { OpenApiModule } from './http/openapi/openapi.module.js';
import { JobModule } from './job/job.module.js';
import { NotificationModule } from './notification/notification.module.js';
import { OperationModule } from './operation/operation.module.js';
import { ReplicaModule } from './replica/replica.module.js';
import { RunLogModule } from './run-log/run-log.module.js';
import { RunnerModule } from './runner/runner.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { SigningModule } from './signing/signing.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { SubscriptionModule } from './subscription/subscription.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { RateLimitModule } from './tenant/rate-limit/rate-limit.module.js';
import { TenantModule } from './tenant/tenant.module.js';

/** The whole application: the one place that knows every module. */
@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        DatabaseModule,
        ReplicaModule,
        TelemetryModule,
        TenantModule,
        AuthModule,
        RateLimitModule,
        NotificationModule,
        RunLogModule,
        RunnerModule,
        SigningModule,
        StatisticsModule,
        ScheduleModule,
        OperationModule,
        JobModule,
        SubscriptionModule,
        AdminModule,
        ...(config.dashboard.isOn
          ? [SignInModule, DashboardReadsModule, TestCallModule, DashboardModule]
          : []),
        DispatchModule,
        HealthModule,
        OpenApiModule,
      ],
    };
  }
}
