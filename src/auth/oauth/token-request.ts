import { z } from 'zod';
import { credentialsOf } from '../authorization-header.js';
import type { ZoneNames } from '../zones.js';
import { badCredentials, OAuthError } from './oauth-error.js';

/** How a client proves itself. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'certificate'; readonly clientId: string; readonly thumbprint: string };

/** A request at the token endpoint, whatever way its parts came. */
export interface TokenRequest {
  readonly client: ClientProof;
  readonly grantType: string;
  readonly scopes: readonly string[] | null;
  /** Where the token is to belong. */
  readonly zone: ZoneNames;
  readonly assertion: string | null;
  /** Where it comes from, for the count of failed attempts. */
  readonly address: string;
}

/** The parts of an HTTP request that the token endpoint reads. */
export interface TokenCall {
  readonly query: unknown;
  /** Undefined where there is none. */
  readonly body: unknown;
  readonly authorization: string | undefined;
  readonly zoneId: string | undefined;
  readonly host: string | undefined;
  readonly address: string;
  /** Thumbprint of the client's certificate. */
  readonly thumbprint: string | null;
}

const once = z.string({ error: 'must be given once, as text' }).max(16_384, 'is too long').optional();
const paramsSchema = z.object(
  {
    grant_type: once,
    client_id: once,
    client_secret: once,
    scope: once,
    app_tid: once,
    assertion: once,
  },
  { error: 'The parameters must be sent as name=value, as application/x-www-form-urlencoded' },
);
type Params = z.infer<typeof paramsSchema>;

/**
 * Returns the request that a call makes. Its parameters may stand in the query and in the body, as at an XSUAA: the body
 * wins, one by one, and one without a value counts as left out (RFC 6749, section 3.2). Throws OAuthError:
 * `invalid_request` where a parameter is repeated in the query or in the body, or missing, `unauthorized` without a client.
 */
export function tokenRequestOf(call: TokenCall): TokenRequest {
  const params = { ...paramsOf(call.query), ...paramsOf(call.body) };
  const client = clientOf(call, params);
  if (!params.grant_type) {
    throw new OAuthError(
      'invalid_request',
      'Parameter grant_type is missing: send grant_type=client_credentials',
    );
  }
  const scopes = params.scope?.split(/[\s,]+/).filter((scope) => scope !== '') ?? [];
  return {
    client,
    grantType: params.grant_type,
    scopes: scopes.length > 0 ? scopes : null,
    zone: { header: call.zoneId, parameter: params.app_tid, host: call.host },
    assertion: params.assertion ?? null,
    address: call.address,
  };
}

/** Returns the parameters that have a value. The refusal names a parameter and never shows what it holds. */
function paramsOf(given: unknown): Params {
  const parsed = paramsSchema.safeParse(given ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const [name] = issue?.path ?? [];
    const prefix = name === undefined ? '' : `Parameter ${String(name)} `;
    throw new OAuthError('invalid_request', `${prefix}${issue?.message ?? ''}`);
  }
  return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== ''));
}

/** The header wins over the parameters, a secret over a certificate. */
function clientOf({ authorization, thumbprint }: TokenCall, params: Params): ClientProof {
  const credentials = credentialsOf(authorization);
  if (credentials.kind === 'basic') return { ...credentials, kind: 'secret' };
  const { client_id: clientId, client_secret: secret } = params;
  if (!clientId) throw badCredentials();
  if (secret) return { kind: 'secret', clientId, secret };
  if (thumbprint === null) throw badCredentials();
  return { kind: 'certificate', clientId, thumbprint };
}
