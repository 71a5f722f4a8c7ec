import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { OutboundModule } from '../outbound/outbound.module.js';
import { ActionCredentials } from './action-credentials.js';
import { ActionPerformers } from './action-performer.js';
import { HttpAction } from './http/http-action.js';
import { HttpCaller } from './http/http-caller.js';

/** What runs do. Another kind of action is another performer in its own folder, and is added here. */
@Module({
  imports: [AuthModule, OutboundModule],
  providers: [
    ActionCredentials,
    HttpAction,
    HttpCaller,
    {
      provide: ActionPerformers,
      useFactory: (http: HttpAction) => new ActionPerformers({ [http.kind]: http }),
      inject: [HttpAction],
    },
  ],
  exports: [ActionPerformers],
})
export class ActionModule {}
