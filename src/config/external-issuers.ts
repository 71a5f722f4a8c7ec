import { z } from 'zod';

const webUrl = z.url({ protocol: /^https?$/, error: 'must be a URL such as https://login.example.com' });

/** One authorization server outside this service whose tokens are accepted, as EXTERNAL_ISSUERS describes it. */
const externalIssuer = z.strictObject({
  /** The `iss` claim of its tokens. */
  issuer: webUrl,
  /** The URL of its keys; found by discovery where it is not set. */
  jwksUri: webUrl.optional(),
  /** The permitted audiences: a token must be meant for one of them. */
  audience: z.union([
    z
      .string()
      .min(1)
      .transform((one) => [one]),
    z.array(z.string().min(1)).min(1),
  ]),
  /** Maps a client id or audience of a token to the xsappname of the service instance for which it is valid. */
  instances: z.record(z.string().min(1), z.string().min(1)),
  /** The claims that name the client and the tenant. */
  clientClaims: z.array(z.string().min(1)).min(1).default(['azp', 'client_id', 'cid']),
  tenantClaims: z.array(z.string().min(1)).min(1).default(['zid', 'app_tid']),
  algorithms: z
    .array(z.enum(['RS256', 'PS256', 'ES256']))
    .min(1)
    .default(['RS256', 'PS256', 'ES256']),
  /**
   * What every token of this server permits in addition to its own scopes: last parts of scopes, such as
   * JOBSCHEDULER.
   */
  grants: z.array(z.string().min(1)).default([]),
});

/** An authorization server outside this service whose tokens are accepted. */
export type ExternalIssuerConfig = Readonly<z.output<typeof externalIssuer>>;

/** EXTERNAL_ISSUERS: a JSON array of issuers, each with a different name. */
export const externalIssuers = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON array of issuers' });
      return z.NEVER;
    }
  })
  .pipe(
    z.array(externalIssuer).superRefine((all, context) => {
      const seen = new Set<string>();
      for (const [place, { issuer }] of all.entries()) {
        const path = [place, 'issuer'];
        if (seen.has(issuer)) context.addIssue({ code: 'custom', path, message: 'must be named once' });
        seen.add(issuer);
      }
    }),
  )
  .default([]);
