import { z } from 'zod';

const webUrl = z.url({ protocol: /^https?$/, error: 'must be a URL such as https://login.example.com' });

/** One authorization server of others whose tokens are accepted, as EXTERNAL_ISSUERS describes it. */
const externalIssuer = z.strictObject({
  /** The `iss` of its tokens. */
  issuer: webUrl,
  /** Where its keys are; found by discovery where it is not given. */
  jwksUri: webUrl.optional(),
  /** A token must be meant for one of these. */
  audience: z.union([
    z
      .string()
      .min(1)
      .transform((one) => [one]),
    z.array(z.string().min(1)).min(1),
  ]),
  /** Client id or audience of a token -> xsappname of the service instance that it is for. */
  instances: z.record(z.string().min(1), z.string().min(1)),
  /** The claims that name the client and the tenant. */
  clientClaims: z.array(z.string().min(1)).min(1).default(['azp', 'client_id', 'cid']),
  tenantClaims: z.array(z.string().min(1)).min(1).default(['zid', 'app_tid']),
  algorithms: z
    .array(z.enum(['RS256', 'PS256', 'ES256']))
    .min(1)
    .default(['RS256', 'PS256', 'ES256']),
  /** What every token of it may do beside what its own scopes say: last parts of scopes, such as JOBSCHEDULER. */
  grants: z.array(z.string().min(1)).default([]),
});

/** An authorization server of others whose tokens are accepted. */
export type ExternalIssuerConfig = Readonly<z.output<typeof externalIssuer>>;

/** EXTERNAL_ISSUERS: a JSON array of issuers, each of another name. */
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
    z
      .array(externalIssuer)
      .refine(
        (all) => new Set(all.map((one) => one.issuer)).size === all.length,
        'must name each issuer once',
      ),
  )
  .default([]);
