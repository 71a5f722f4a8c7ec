import { z } from 'zod';

export const tokenAnswer = z
  .looseObject({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    expires_in: z.int(),
    scope: z.string(),
    jti: z.string(),
  })
  .meta({ id: 'Token' });

/** What a request for a token says, in its body or in its query. */
export const tokenParameters = z
  .object({
    grant_type: z.enum(['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer']),
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    scope: z.string().optional().describe('Some of the scopes, with blanks between them'),
    app_tid: z.string().optional().describe('The tenant whose token it is to be'),
    assertion: z.string().optional().describe("A user's token, to be exchanged"),
  })
  .meta({ id: 'TokenRequest' });

const key = z.looseObject({
  kty: z.string(),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: z.string(),
  e: z.string(),
  value: z.string().describe('The key as PEM'),
});

export const keySetAnswer = z.looseObject({ keys: z.array(key) }).meta({ id: 'KeySet' });

const names = z.array(z.string());

export const metadataAnswer = z
  .looseObject({
    issuer: z.string(),
    token_endpoint: z.string(),
    jwks_uri: z.string(),
    grant_types_supported: names,
    response_types_supported: names,
    token_endpoint_auth_methods_supported: names,
  })
  .meta({ id: 'AuthorizationServer' });
