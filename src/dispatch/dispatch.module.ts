import { Module } from '@nestjs/common';
import { ActionModule } from '../action/action.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { BreakerSigns } from './breaker/breaker-signs.js';
import { HeldBack } from './breaker/held-back.js';
import { CallMarks } from './call-marks.js';
import { Claimer } from './claimer.js';
import { DispatchLoop } from './dispatch-loop.js';
import { DispatchMetrics } from './dispatch-metrics.js';
import { Dispatcher } from './dispatcher.js';
import { DispatchSpans } from './dispatch-spans.js';
import { Executor } from './executor.js';
import { Gate, LeaseGate } from './gate.js';
import { HostRateGate } from './host-rate.gate.js';
import { MarkLead } from './queue/mark-lead.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { CallAborts } from './overlap/call-aborts.js';
import { OverlapFollower } from './overlap/overlap-follower.js';
import { RoundAge } from './round-age.js';
import { TenantMetrics } from './tenants/tenant-metrics.js';

/** Calls due runs on time and records their outcomes. */
@Module({
  imports: [ActionModule, RunLogModule, ScheduleModule, TenantModule],
  providers: [
    BreakerSigns,
    CallAborts,
    CallMarks,
    Claimer,
    DispatchLoop,
    DispatchMetrics,
    DispatchSpans,
    Dispatcher,
    Executor,
    HeldBack,
    MarkLead,
    OutcomeRecorder,
    OverlapFollower,
    RoundAge,
    TenantMetrics,
    LeaseGate,
    { provide: Gate, useClass: HostRateGate },
  ],
  exports: [DispatchLoop, Dispatcher],
})
export class DispatchModule {}
