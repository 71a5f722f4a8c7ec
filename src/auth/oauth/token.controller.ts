import { Body, Controller, Get, Header, HttpCode, Post, Query, Req, UseFilters } from '@nestjs/common';
import type { Request } from 'express';
import { Describes } from '../../http/answers.js';
import { Public } from '../../http/scope.decorators.js';
import { ClientCertificates } from '../binding/client-certificate.js';
import { tokenAnswer, tokenParameters } from './oauth.answers.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';
import { TokenMetrics } from './token-metrics.js';
import { tokenRequestOf } from './token-request.js';
import { TokenService } from './token.service.js';

/** The token endpoint. It answers GET too, because real clients use it. */
@Controller('oauth')
@Public()
@UseFilters(OAuthErrorFilter)
export class TokenController {
  constructor(
    private readonly tokens: TokenService,
    private readonly certificates: ClientCertificates,
    private readonly metrics: TokenMetrics,
  ) {}

  @Describes({
    summary: 'Get a token, by the body or the query',
    answers: { 200: tokenAnswer },
    body: tokenParameters,
    bodyMedia: 'application/x-www-form-urlencoded',
    query: tokenParameters.partial(),
    example: { grant_type: 'client_credentials' },
  })
  @Post('token')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  post(@Req() request: Request, @Query() query: unknown, @Body() body: unknown) {
    return this.answer(request, query, body);
  }

  @Describes({ summary: 'Get a token, by the query', answers: { 200: tokenAnswer }, query: tokenParameters })
  @Get('token')
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  get(@Req() request: Request, @Query() query: unknown) {
    return this.answer(request, query, undefined);
  }

  private async answer(request: Request, query: unknown, body: unknown) {
    const call = {
      query,
      body,
      authorization: request.headers.authorization,
      zoneId: request.get('x-zid'),
      host: request.host,
      address: request.ip ?? '',
      thumbprint: this.certificates.thumbprint(request),
    };
    const issued = await this.metrics.count(async (asksFor) => {
      const asked = tokenRequestOf(call);
      asksFor(asked.grantType);
      return this.tokens.grant(asked);
    });
    return {
      access_token: issued.token,
      token_type: 'bearer',
      expires_in: issued.expiresInS,
      scope: issued.scope,
      jti: issued.jti,
    };
  }
}
