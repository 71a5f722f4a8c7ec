import { createHash } from 'node:crypto';
import { Controller, Get, Header, Inject, Res, UseFilters } from '@nestjs/common';
import type { Response } from 'express';
import { CONFIG, type Config } from '../../config/config.js';
import { Describes } from '../../http/answers.js';
import { Public } from '../../http/scope.decorators.js';
import { ALGORITHMS } from '../verify/trusted-issuer.js';
import { KeyRing } from '../key/key-ring.js';
import { GRANT_TYPES } from './grant-types.js';
import { keySetAnswer, metadataAnswer } from './oauth.answers.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';

/** Less than the time that a new key is published before it signs. */
const CACHED = 'public, max-age=30';

/** What others need to verify the service's tokens and to find its token endpoint. */
@Controller()
@Public()
@UseFilters(OAuthErrorFilter)
export class MetadataController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: KeyRing,
  ) {}

  @Describes({ summary: 'The keys that verify tokens', answers: { 200: keySetAnswer } })
  @Get(['token_keys', 'oauth2/certs', 'oauth/token_keys'])
  @Header('Cache-Control', CACHED)
  keySet(@Res({ passthrough: true }) response: Response) {
    const keys = this.keys.list().map((key) => ({
      ...key.publicJwk,
      kid: key.kid,
      use: 'sig',
      alg: 'RS256',
      value: key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    }));
    const digest = createHash('sha256').update(JSON.stringify(keys)).digest('base64url');
    response.set('ETag', `"${digest}"`);
    return { keys };
  }

  @Describes({ summary: 'What this authorization server has', answers: { 200: metadataAnswer } })
  @Get(['.well-known/openid-configuration', '.well-known/oauth-authorization-server'])
  @Header('Cache-Control', CACHED)
  metadata() {
    const at = this.config.publicUrl;
    return {
      issuer: at,
      token_endpoint: `${at}/oauth/token`,
      jwks_uri: `${at}/token_keys`,
      grant_types_supported: GRANT_TYPES,
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'tls_client_auth'],
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    };
  }
}
