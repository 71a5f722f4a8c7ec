import { Injectable } from '@nestjs/common';
import { DomainError } from '../../core/errors.js';
import { WrongAudience } from '../verify/own-issuer.js';
import { TokenVerifier } from '../verify/token-verifier.js';
import type { Caller } from '../caller.js';
import { OAuthError } from './oauth-error.js';

/** A caller that is a user. */
export type UserCaller = Caller & { readonly user: NonNullable<Caller['user']> };

/** Verifies the tokens of users that clients hand in for exchange (RFC 7523). */
@Injectable()
export class UserAssertions {
  constructor(private readonly tokens: TokenVerifier) {}

  /** Returns the user of an assertion. Throws OAuthError: `invalid_request` where it is missing, `invalid_grant` where it does not hold or names no user. */
  async callerOf(assertion: string | null): Promise<UserCaller> {
    if (!assertion)
      throw new OAuthError('invalid_request', 'Parameter assertion is missing: send the token of a user');
    const caller = await this.tokens.callerOf(assertion).catch((error: unknown) => {
      if (error instanceof WrongAudience) throw new OAuthError('invalid_grant', error.message);
      const isRefusal = error instanceof DomainError && error.code === 'unauthenticated';
      throw isRefusal
        ? new OAuthError('invalid_grant', 'The assertion is not a valid token of a trusted issuer')
        : error;
    });
    const { user } = caller;
    if (!user) throw new OAuthError('invalid_grant', 'The assertion is not the token of a user');
    return { ...caller, user };
  }
}
