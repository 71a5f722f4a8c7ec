import { CannotStart } from '../config/cannot-start.js';
import type { Config } from '../config/config.js';
import { developmentTlsFiles } from '../config/development-tls-files.js';
import { isUuid } from '../core/uuid.js';
import { readKeptOperator, readKeptVcap, type KeptClient } from './credentials.js';
import { postForm, Unreachable, type Answer, type FormRequest } from './form-request.js';
import { isTlsServed } from './served-tls.js';

/** Whose token is wanted: the provider's, a tenant's by its id or its subdomain, or the operator's. */
export type TokenOwner =
  { readonly kind: 'provider' | 'operator' } | { readonly kind: 'tenant'; readonly name: string };

/**
 * Returns an access token of the client whose credentials are kept: of the binding in the provider's zone or a tenant's, or
 * of the operator's client. Asks the service under the address of the credentials, and where nobody answers there
 * (inside a container, for instance) under HOST and PORT. Throws CannotStart where there is no token.
 */
export async function token(config: Config, owner: TokenOwner): Promise<string> {
  const kept = owner.kind === 'operator' ? readKeptOperator(config) : readKeptVcap(config);
  const tenant = owner.kind === 'tenant' ? owner.name : null;
  const answer = await ask(config, kept, tenant);
  const body = jsonOf(answer.body);
  if (answer.status === 200 && typeof body.access_token === 'string') return body.access_token;
  throw new CannotStart(refusal(answer, body, { kept, tenant }));
}

async function ask(config: Config, kept: KeptClient, tenant: string | null): Promise<Answer> {
  const named = new URL('/oauth/token', kept.url);
  const request: Omit<FormRequest, 'url'> = {
    user: kept.clientid,
    password: kept.clientsecret,
    form: { grant_type: 'client_credentials' },
    headers: zoneOf(tenant, kept.uaadomain),
    certificates: [config.tls?.certFile ?? developmentTlsFiles(config.credentialsDir).TLS_CERT],
  };
  const places = [named, await ownAddress(config, named)];
  const failures: string[] = [];
  for (const url of places) {
    try {
      return await postForm({ ...request, url });
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      failures.push(`${url.origin} (${error.message})`);
    }
  }
  throw new CannotStart(
    `No service answers at ${[...new Set(failures)].join(' or ')}: start it with npm start, or give PORT and TLS_CERT as the running one has them.`,
  );
}

/** The address that the service binds, from this machine; it speaks what the public address does only where it ends TLS itself. */
async function ownAddress(config: Config, named: URL): Promise<URL> {
  const any = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[config.host];
  const host = any ?? (config.host.includes(':') ? `[${config.host}]` : config.host);
  const isSecure = config.tls !== null || (named.protocol === 'https:' && (await isTlsServed(config)));
  return new URL(`${isSecure ? 'https' : 'http'}://${host}:${config.port}/oauth/token`);
}

/** A tenant's id goes into its header, a subdomain in front of the domain. */
function zoneOf(tenant: string | null, uaaDomain: string | null): Readonly<Record<string, string>> {
  if (tenant === null) return {};
  return isUuid(tenant) ? { 'X-Zid': tenant } : { Host: `${tenant}.${uaaDomain}` };
}

interface TokenBody {
  readonly access_token?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
}

function refusal(
  { status, url, retryAfter }: Answer,
  body: TokenBody,
  { kept, tenant }: { kept: KeptClient; tenant: string | null },
): string {
  if (body.error === 'invalid_client' && tenant !== null) {
    return `There is no tenant '${tenant}': it must be the id or the subdomain of a tenant that is subscribed.`;
  }
  if (body.error === 'unauthorized') {
    return `The service at ${url.origin} does not accept the credentials in ${kept.path}: they were revoked, or are of another database. ${kept.remedy} makes new ones.`;
  }
  if (status === 429) return `Too many attempts: try again in ${retryAfter ?? 'some'} seconds.`;
  if (status === 503) return `The service at ${url.origin} is not ready yet: try again in a moment.`;
  const said = typeof body.error_description === 'string' ? `: ${body.error_description}` : '';
  return `The service at ${url.origin} gave no token (status ${status})${said}.`;
}

function jsonOf(text: string): TokenBody {
  try {
    return (JSON.parse(text) ?? {}) as TokenBody;
  } catch {
    return {};
  }
}
