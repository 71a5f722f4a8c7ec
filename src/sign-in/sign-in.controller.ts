import {
  Body,
  Controller,
  createParamDecorator,
  Header,
  HttpCode,
  Post,
  Res,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Describes } from '../http/answers.js';
import { Public } from '../http/scope.decorators.js';
import { sessionCookieOf, setSessionCookie } from '../http/session-cookie.js';
import { FromDashboard } from './session/same-origin.js';
import { linkAnswer, sessionAnswer } from './sign-in.answers.js';
import { linkWire, sessionWire } from './sign-in.presenter.js';
import { codeBody, credentialsBody } from './sign-in.schema.js';
import { SignInService, type NewcomerSession, type Visitor } from './sign-in.service.js';

const LINK_EXAMPLE = { code: '<what follows #code= in the link>' };

/** Where a request comes from, and whose session its browser has. */
const From = createParamDecorator((_data: unknown, context: ExecutionContext): Visitor => {
  const request = context.switchToHttp().getRequest<Request>();
  return { address: request.ip ?? '', cookie: sessionCookieOf(request), host: request.host };
});

/** The ways in (dashboard.md, "Signing in"). They need no session, and are for the dashboard's own page alone. */
@Controller('dashboard/api/sign-in')
@Public()
@UseGuards(FromDashboard)
export class SignInController {
  constructor(private readonly signIn: SignInService) {}

  @Describes({
    summary: 'As whom a link would sign in; it is not used up',
    answers: { 200: linkAnswer },
    example: LINK_EXAMPLE,
    refusals: [400, 403, 404],
  })
  @Post('link/look')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async look(@Body({ schema: codeBody }) { code }: z.output<typeof codeBody>, @From() { address }: Visitor) {
    return linkWire(await this.signIn.look(code, address));
  }

  @Describes({
    summary: 'Sign in by a link, once',
    answers: { 201: sessionAnswer },
    example: LINK_EXAMPLE,
    refusals: [400, 403, 404],
  })
  @Post('link')
  @Header('Cache-Control', 'no-store')
  async byLink(
    @Body({ schema: codeBody }) { code }: z.output<typeof codeBody>,
    @From() visitor: Visitor,
    @Res({ passthrough: true }) response: Response,
  ) {
    return welcomed(await this.signIn.byLink(code, visitor), response);
  }

  @Describes({
    summary: 'Sign in by the client id and secret of a binding',
    answers: { 201: sessionAnswer },
    example: { clientId: 'sb-default-018f3a52', clientSecret: '<secret>', subdomain: 'acme' },
    refusals: [400, 401, 403],
  })
  @Post('credentials')
  @Header('Cache-Control', 'no-store')
  async byCredentials(
    @Body({ schema: credentialsBody }) typed: z.output<typeof credentialsBody>,
    @From() visitor: Visitor,
    @Res({ passthrough: true }) response: Response,
  ) {
    return welcomed(await this.signIn.byCredentials(typed, visitor), response);
  }
}

function welcomed(newcomer: NewcomerSession, response: Response) {
  setSessionCookie(response, newcomer.token);
  return sessionWire(newcomer);
}
