import { z } from 'zod';

const LONGEST = 512;
const text = () => z.string().min(1).max(LONGEST);

/** The code of a link. */
export const codeBody = z.object({ code: text() });

/** Typed credentials; without a subdomain, or with an empty one, one acts as the provider. */
export const credentialsBody = z
  .object({ clientId: text(), clientSecret: text(), subdomain: z.string().max(LONGEST).nullish() })
  .transform(({ subdomain, ...typed }) => ({
    ...typed,
    subdomain: subdomain ? subdomain.toLowerCase() : null,
  }));
