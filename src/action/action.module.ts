import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { ActionCredentials } from './action-credentials.js';
import { ActionPerformer } from './action-performer.js';
import { HttpAction } from './http/http-action.js';
import { HttpCaller } from './http/http-caller.js';

/** What runs do. The next kind of action takes its place beside HTTP here, and a performer that asks the run for its kind in front of both. */
@Module({
  imports: [AuthModule, OutboundModule],
  providers: [
    ActionCredentials,
    HttpAction,
    HttpCaller,
    { provide: ActionPerformer, useExisting: HttpAction },
  ],
  exports: [ActionPerformer],
})
export class ActionModule {}
