import { Catch, type ArgumentsHost } from '@nestjs/common';
import type { Response } from 'express';
import { ErrorFilter } from '../../http/error.filter.js';
import { OAuthError } from './oauth-error.js';

/** Sets the headers of refused token requests (RFC 6749, section 5.2); the body is the shared filter's. */
@Catch()
export class OAuthErrorFilter extends ErrorFilter {
  // Its own constructor, so that Nest does not look for a provider of the inherited parameter.
  constructor() {
    super();
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    if (error instanceof OAuthError) challenge(error, response);
    super.catch(error, host);
  }
}

function challenge(error: OAuthError, response: Response): void {
  if (error.code !== 'unauthenticated') return;
  const reason = `error="${error.oauthCode}", error_description="${error.message}"`;
  response.set('WWW-Authenticate', `Basic realm="UAA/client", ${reason}`);
}
