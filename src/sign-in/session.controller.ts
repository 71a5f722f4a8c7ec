import { Controller, Delete, Get, HttpCode, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Describes } from '../http/answers.js';
import { Requires } from '../http/scope.decorators.js';
import { clearSessionCookie } from '../http/session-cookie.js';
import { OwnSession, type LiveSession } from './session/signed-in-callers.js';
import { sessionAnswer } from './sign-in.answers.js';
import { sessionWire } from './sign-in.presenter.js';
import { SignInService } from './sign-in.service.js';

/** The session of who is signed in (dashboard.md, "Sessions"). */
@Controller('dashboard/api/session')
@Requires('session')
export class SessionController {
  constructor(private readonly signIn: SignInService) {}

  @Describes({ summary: 'Who is signed in, and as what', answers: { 200: sessionAnswer } })
  @Get()
  current(@OwnSession() session: LiveSession) {
    return sessionWire(this.signIn.current(session));
  }

  @Describes({ summary: 'Sign out', answers: { 204: null } })
  @Delete()
  @HttpCode(204)
  async end(@OwnSession() session: LiveSession, @Res({ passthrough: true }) response: Response) {
    await this.signIn.out(session);
    clearSessionCookie(response);
  }
}
