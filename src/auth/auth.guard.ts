import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { includesRight, type Right } from '../core/access-scope.js';
import { DomainError, Forbidden, Unauthenticated } from '../core/errors.js';
import { LAST_INSTANT } from '../core/instant.js';
import { PUBLIC, RIGHT, type Credentials, type ScopedRequest } from '../http/scope.decorators.js';
import { credentialsOf } from './authorization-header.js';
import { TokenVerifier, LiveCallers } from './verify/token-verifier.js';
import { BindingCallers } from './verify/binding-callers.js';
import type { Caller, SignedIn } from './caller.js';
import { LEEWAY_MS } from './verify/jwt.strategy.js';
import { SessionCallers } from './verify/session-callers.js';

const NO_TOKEN = 'The request carries no access token: send "Authorization: Bearer <token>".';
const NO_SESSION = 'Nobody is signed in: sign in to the dashboard.';

/**
 * Lets a request in that may do what its route declares, and hands its AccessScope on. Deny by default: a route
 * that declares neither a right nor that it is public is refused (tenancy-and-oauth.md, "Who may do what").
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
    private readonly bindings: BindingCallers,
    private readonly live: LiveCallers,
    private readonly sessions: SessionCallers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets)) return true;
    const right = this.reflector.getAllAndOverride<Right | undefined>(RIGHT, targets);
    if (!right) throw new Forbidden('This route declares no right and is closed to everyone.');
    const request = context.switchToHttp().getRequest<Request & ScopedRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    // What needs credentials is nobody's to keep on the way: data of tenants, and secrets that are shown once.
    response.setHeader('Cache-Control', 'no-store');
    const caller = await this.identify(request, response, right);
    this.permit(caller, right, response);
    request.scope = caller.scope;
    request.credentials = credentialsOfCaller(caller);
    return true;
  }

  private async identify(request: Request, response: Response, right: Right): Promise<Caller | SignedIn> {
    try {
      const { authorization } = request.headers;
      const signedIn = authorization === undefined ? await this.sessions.find(request, right) : null;
      if (signedIn) return signedIn;
      const credentials = credentialsOf(authorization);
      switch (credentials.kind) {
        case 'bearer':
          return await this.tokens.callerOf(credentials.token);
        case 'basic':
          return await this.bindings.callerOf(
            { ...credentials, address: request.ip ?? '' },
            { header: request.get('x-zid'), host: request.host },
          );
        case 'none':
          throw new Unauthenticated(right === 'session' ? NO_SESSION : NO_TOKEN);
      }
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unauthenticated') {
        response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
      }
      throw error;
    }
  }

  private permit(caller: Caller | SignedIn, right: Right, response: Response): void {
    // Who is signed in may sign out in any case.
    if (right !== 'session' && this.live.isSuspended(caller)) {
      throw 'role' in caller && caller.isProvider ? suspendedTo(caller) : suspended();
    }
    if (includesRight(caller.scope.rights, right)) return;
    if ('role' in caller) {
      throw new Forbidden(`You are signed in as ${caller.role}, and this needs ${roleFor(right)}.`);
    }
    response.setHeader('WWW-Authenticate', 'Bearer error="insufficient_scope"');
    throw new Forbidden(
      `insufficient_scope: the credentials do not carry the right '${right}' that this route needs.`,
    );
  }
}

/** Which role has a right that a person lacks, in words; the names of rights are those of applications. */
function roleFor(right: Right): string {
  switch (right) {
    case 'scheduler':
      return 'the role of an admin';
    case 'configure':
    case 'admin':
      return 'the role of a provider admin, for a whole instance';
    case 'admin-read':
      return 'a role of a provider, for a whole instance';
    default:
      return `the right '${right}'`;
  }
}

/** Returns the refusal of a provider that looks with the eyes of a tenant that is suspended. */
function suspendedTo({ scope }: SignedIn): Forbidden {
  return new Forbidden(`The tenant '${scope.subdomain}' is suspended: resume it on its page to look as it.`);
}

/** Returns the refusal of a caller whose tenant is suspended. */
export function suspended(): Forbidden {
  return new Forbidden('The tenant is suspended: ask the provider of the application to resume it.');
}

function credentialsOfCaller(caller: Caller | SignedIn): Credentials {
  const { scope, clientId, expiresAt } = caller;
  return {
    clientId,
    endsAt: expiresAt >= LAST_INSTANT ? null : expiresAt + LEEWAY_MS,
    holder: 'session' in caller ? `session ${caller.session}` : `client ${scope.clientId} ${scope.tenancyId}`,
  };
}
