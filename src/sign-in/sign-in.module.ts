import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { GrantedPlaces } from './granted-places.js';
import { LinkPlaceReader } from './link/link-place.reader.js';
import { SignInLinkStore } from './link/sign-in-link.store.js';
import { SignInLinks } from './link/sign-in-links.js';
import { StartLink } from './link/start-link.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { SessionController } from './session.controller.js';
import { FromDashboard, SameOrigin } from './session/same-origin.js';
import { SignedInCallers } from './session/signed-in-callers.js';
import { SessionTurns } from './session/session-turns.js';
import { SessionStore } from './session/session.store.js';
import { Sessions } from './session/sessions.js';
import { SignInChores } from './sign-in-chores.js';
import { SignInController } from './sign-in.controller.js';
import { SignInService } from './sign-in.service.js';

const sessions = [
  FromDashboard,
  GrantedPlaces,
  SameOrigin,
  SignedInCallers,
  SessionStore,
  SessionTurns,
  Sessions,
];
const links = [LinkPlaceReader, SignInLinkStore, SignInLinks, StartLink];

/** Signing in to the dashboard, and the sessions of who has. */
@Module({
  imports: [AuthModule, TenantModule],
  controllers: [SessionController, SignInController],
  providers: [...sessions, ...links, RefusedSignIns, SignInChores, SignInService],
})
export class SignInModule {}
