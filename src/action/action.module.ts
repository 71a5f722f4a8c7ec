import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { ActionCredentials } from './action-credentials.js';
import { ActionPerformers } from './action-performer.js';
import { RunLogModule } from '../run-log/run-log.module.js';
import { RunnerModule } from '../runner/runner.module.js';
import { CfTaskAction } from './cf-task/cf-task-action.js';
import { RunnerWork } from './cf-task/runner-work.js';
import { StopOrderStore } from './cf-task/stop-order.store.js';
import { TaskChores } from './cf-task/task-chores.js';
import { TaskDefinitionReader } from './cf-task/task-definition.reader.js';
import { TaskEnds } from './cf-task/task-ends.js';
import { TaskPlatforms } from './cf-task/task-platforms.js';
import { TaskPresence } from './cf-task/task-presence.js';
import { TaskRunStore } from './cf-task/task-run.store.js';
import { TaskSettlement } from './cf-task/task-settlement.js';
import { TaskStops } from './cf-task/task-stops.js';
import { TaskWatch } from './cf-task/task-watch.js';
import { CallHeaders } from './http/call-headers.js';
import { CancelCalls } from './http/cancel-calls.js';
import { SigningModule } from '../signing/signing.module.js';
import { HttpAction } from './http/http-action.js';
import { HttpCaller } from './http/http-caller.js';
import { TestCall } from './http/test-call.js';

/** What runs do. Another kind of action is another performer in its own folder, and is added here. */
@Module({
  imports: [AuthModule, OutboundModule, RunLogModule, RunnerModule, SigningModule],
  providers: [
    ActionCredentials,
    CallHeaders,
    CancelCalls,
    CfTaskAction,
    HttpAction,
    HttpCaller,
    RunnerWork,
    StopOrderStore,
    TaskChores,
    TaskDefinitionReader,
    TaskEnds,
    TaskPlatforms,
    TaskPresence,
    TaskRunStore,
    TaskSettlement,
    TaskStops,
    TaskWatch,
    TestCall,
    {
      provide: ActionPerformers,
      useFactory: (http: HttpAction, task: CfTaskAction) =>
        new ActionPerformers({ [http.kind]: http, [task.kind]: task }),
      inject: [HttpAction, CfTaskAction],
    },
  ],
  exports: [ActionPerformers, CancelCalls, TestCall],
})
export class ActionModule {}
