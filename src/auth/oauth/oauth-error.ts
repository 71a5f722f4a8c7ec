import { DomainError, type ErrorCode } from '../../core/errors.js';

/** The error codes of the token endpoint (RFC 6749, section 5.2; `unauthorized` as an XSUAA says it). */
export type OAuthErrorName =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized'
  | 'unsupported_grant_type';

const CODES: Record<OAuthErrorName, ErrorCode> = {
  invalid_request: 'invalid',
  invalid_client: 'unauthenticated',
  invalid_grant: 'invalid',
  invalid_scope: 'invalid',
  unauthorized: 'unauthenticated',
  unsupported_grant_type: 'invalid',
};

/** A refusal of the token endpoint; the message is its `error_description`. */
export class OAuthError extends DomainError {
  constructor(
    readonly oauthCode: OAuthErrorName,
    description: string,
  ) {
    super(CODES[oauthCode], description);
  }
}

/** Returns the one refusal for an unknown client, a wrong secret and missing credentials: they are told apart nowhere. */
export function badCredentials(): OAuthError {
  return new OAuthError('unauthorized', 'Bad credentials');
}
