import { Module } from '@nestjs/common';
import { RunLogModule } from '../../run-log/run-log.module.js';
import { TenantModule } from '../../tenant/tenant.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { BreakerChores } from './breaker/breaker-chores.js';
import { BreakerFeed } from './breaker/breaker-feed.js';
import { BreakerGuard } from './breaker/breaker-guard.js';
import { BreakerProtection } from './breaker/breaker-protection.js';
import { BreakerRounds } from './breaker/breaker-rounds.js';
import { BreakerWaitStore } from './breaker/breaker-wait.store.js';
import { BreakerReader } from './breaker/breaker.reader.js';
import { BreakerStore } from './breaker/breaker.store.js';
import { BreakersController } from './breaker/breakers.controller.js';
import { ThrottleChores } from './throttle/throttle-chores.js';
import { ThrottlePlaces } from './throttle/throttle-places.js';
import { ThrottleStore } from './throttle/throttle.store.js';
import { Throttles } from './throttle/throttles.js';

/** What keeps runs from endpoints that are away, or that are called often enough. */
@Module({
  imports: [PlanModule, RunLogModule, TenantModule],
  controllers: [BreakersController],
  providers: [
    BreakerChores,
    BreakerFeed,
    BreakerGuard,
    BreakerProtection,
    BreakerReader,
    BreakerRounds,
    BreakerStore,
    BreakerWaitStore,
    ThrottleChores,
    ThrottlePlaces,
    Throttles,
    ThrottleStore,
  ],
  exports: [
    BreakerFeed,
    BreakerGuard,
    BreakerReader,
    BreakerRounds,
    BreakerStore,
    BreakerWaitStore,
    ThrottlePlaces,
  ],
})
export class ProtectionModule {}
