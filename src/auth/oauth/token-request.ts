import { z } from 'zod';
import { credentialsOf } from '../authorization-header.js';
import { badCredentials, OAuthError } from './oauth-error.js';

/** How a client proves itself. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'certificate'; readonly clientId: string; readonly thumbprint: string };

/** Where a request says that its token is to belong, in the order in which the places are looked at; null where it says nothing. */
export type Zone = { readonly tenantId: string } | { readonly subdomain: string } | null;

/** A request at the token endpoint, whatever way its parts came. */
export interface TokenRequest {
  readonly client: ClientProof;
  readonly grantType: string;
  readonly scopes: readonly string[] | null;
  readonly zone: Zone;
  readonly assertion: string | null;
  /** Where it comes from, for the count of failed attempts. */
  readonly address: string;
}

/** The parts of an HTTP request that the token endpoint reads. */
export interface TokenCall {
  readonly params: unknown;
  readonly authorization: string | undefined;
  readonly zoneId: string | undefined;
  readonly host: string | undefined;
  readonly address: string;
  /** Thumbprint of the client's certificate. */
  readonly thumbprint: string | null;
}

const once = z.string({ error: 'must be given once, as text' }).max(16_384, 'is too long').optional();
const paramsSchema = z.object({
  grant_type: once,
  client_id: once,
  client_secret: once,
  scope: once,
  app_tid: once,
  assertion: once,
});
type Params = z.infer<typeof paramsSchema>;

/** Returns the request that a call makes. Throws OAuthError: `invalid_request` where a parameter is repeated or missing, `unauthorized` without a client. */
export function tokenRequestOf(call: TokenCall, uaaDomain: string): TokenRequest {
  const parsed = paramsSchema.safeParse(call.params ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new OAuthError(
      'invalid_request',
      `Parameter ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  const params = parsed.data;
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
    zone: zoneOf(call, params, uaaDomain),
    assertion: params.assertion ?? null,
    address: call.address,
  };
}

/** The header wins over the body, a secret over a certificate. */
function clientOf({ authorization, thumbprint }: TokenCall, params: Params): ClientProof {
  const credentials = credentialsOf(authorization);
  if (credentials.kind === 'basic') return { ...credentials, kind: 'secret' };
  const { client_id: clientId, client_secret: secret } = params;
  if (!clientId) throw badCredentials();
  if (secret) return { kind: 'secret', clientId, secret };
  if (thumbprint === null) throw badCredentials();
  return { kind: 'certificate', clientId, thumbprint };
}

function zoneOf(call: TokenCall, params: Params, uaaDomain: string): Zone {
  const tenantId = call.zoneId || params.app_tid;
  if (tenantId) return { tenantId: tenantId.toLowerCase() };
  const subdomain = subdomainOf(call.host, uaaDomain);
  return subdomain === null ? null : { subdomain };
}

/** Returns what stands in front of the UAA domain in a Host header, lower case; ports do not count. Null where nothing does. */
export function subdomainOf(host: string | undefined, uaaDomain: string): string | null {
  const withoutPort = (name: string) => name.toLowerCase().replace(/:\d+$/, '');
  const suffix = `.${withoutPort(uaaDomain)}`;
  const name = withoutPort(host ?? '');
  return name.endsWith(suffix) && name.length > suffix.length ? name.slice(0, -suffix.length) : null;
}
