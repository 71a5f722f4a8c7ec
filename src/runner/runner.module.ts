import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { CloudConnections } from './cloudfoundry/cloud-connections.js';
import { CloudRoots } from './cloudfoundry/cloud-roots.js';
import { RunnerCleanUp } from './runner-clean-up.js';
import { RunnerFindings } from './runner-findings.js';
import { RunnerLooks } from './admin/runner-looks.js';
import { RunnerLogins } from './runner-logins.js';
import { RunnerUses } from './runner-uses.js';
import { RunnerController } from './admin/runner.controller.js';
import { RunnerService } from './admin/runner.service.js';
import { RunnerStore } from './runner.store.js';
import { Runners } from './runners.js';
import { SealedRunnerSecrets } from './sealed-runner-secrets.js';
import { TaskRequestMetrics } from './task-request-metrics.js';

/** Where tasks run: the runners of an instance, and the ways to their platforms. */
@Module({
  imports: [OutboundModule, TenantModule],
  controllers: [RunnerController],
  providers: [
    CloudConnections,
    CloudRoots,
    RunnerCleanUp,
    RunnerFindings,
    RunnerLogins,
    RunnerLooks,
    RunnerService,
    RunnerStore,
    RunnerUses,
    Runners,
    SealedRunnerSecrets,
    TaskRequestMetrics,
  ],
  exports: [RunnerFindings, RunnerStore, RunnerUses, Runners],
})
export class RunnerModule {}
