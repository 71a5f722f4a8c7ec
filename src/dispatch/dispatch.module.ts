import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { HttpCaller } from '../action/http/http-caller.js';
import { ActionCredentials } from '../action/action-credentials.js';
import { Executor } from './executor.js';
import { Claimer } from './claimer.js';
import { DispatchLoop } from './dispatch-loop.js';
import { DispatchMetrics } from './dispatch-metrics.js';
import { Dispatcher } from './dispatcher.js';
import { OutboundGuard } from '../outbound/outbound-guard.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { HttpAction } from '../action/http/http-action.js';

/** Calls what is due, on time, and writes down what came of it. */
@Module({
  imports: [AuthModule, RunLogModule, ScheduleModule],
  providers: [
    HttpCaller,
    ActionCredentials,
    Executor,
    Claimer,
    DispatchLoop,
    DispatchMetrics,
    Dispatcher,
    OutboundGuard,
    OutcomeRecorder,
    HttpAction,
  ],
  exports: [DispatchLoop, DispatchMetrics, Dispatcher],
})
export class DispatchModule {}
