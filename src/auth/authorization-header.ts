/** What an Authorization header holds. */
export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'none' };

const NONE: Credentials = { kind: 'none' };

/**
 * Returns the credentials of an Authorization header; the scheme is matched in any case (rest-api.md,
 * "Conventions"). Basic credentials may be percent-encoded (RFC 6749, section 2.3.1), announced by the header
 * `X-CF-ENCODED-CREDENTIALS` or not: the service makes no id and no secret that holds a percent sign.
 */
export function credentialsOf(header: string | undefined): Credentials {
  const [, scheme, value] = /^([A-Za-z]+) +([^\s]+) *$/.exec(header ?? '') ?? [];
  if (scheme === undefined || value === undefined) return NONE;
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', token: value };
  return scheme.toLowerCase() === 'basic' ? basicOf(value) : NONE;
}

function basicOf(value: string): Credentials {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return NONE;
  return { kind: 'basic', clientId: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
