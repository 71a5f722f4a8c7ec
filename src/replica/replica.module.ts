import { Global, Module } from '@nestjs/common';
import { ChoreLease } from './chore-lease.js';
import { ChoreLeaseStore } from './chore-lease.store.js';
import { Chores } from './chores.js';
import { Heartbeat } from './heartbeat.js';
import { HeartbeatStore } from './heartbeat.store.js';
import { Resealing } from './resealing.js';
import { Ticker, TimerTicker } from './ticker.js';

/** This process as one of several replicas: its heartbeat, and the work that is done once among all of them. */
@Global()
@Module({
  providers: [
    ChoreLease,
    ChoreLeaseStore,
    Chores,
    Heartbeat,
    HeartbeatStore,
    Resealing,
    { provide: Ticker, useClass: TimerTicker },
  ],
  exports: [Chores, ChoreLease, Heartbeat, Resealing],
})
export class ReplicaModule {}
