import { z } from 'zod';
import { NotFound, shown } from '../core/errors.js';
import { isUuid } from '../core/uuid.js';
import type { Page } from '../http/page.js';
import { pageOffset, pageSize } from '../http/wire-fields.js';

const MOST_PER_PAGE = 100;
const USUAL_PER_PAGE = 20;
const pageFields = { page_size: pageSize(MOST_PER_PAGE), offset: pageOffset() };

interface PageFields {
  readonly page_size?: number | undefined;
  readonly offset?: number | undefined;
}

const toPage = ({ page_size: size = USUAL_PER_PAGE, offset = 0 }: PageFields): Page => ({
  pageSize: size,
  offset,
});

/** `page_size` (20 where it is not given) and `offset`. */
export const pageQuery = z.object(pageFields).transform(toPage);

/** A page, and `q`: part of a subdomain, or a tenant id. */
export const searchQuery = z
  .object({ ...pageFields, q: z.string().max(255).optional() })
  .transform(({ q, ...page }) => ({ q: q ?? '', page: toPage(page) }));

/** The id of a tenant in a path; one that is no UUID names nothing. */
export const ofTenant = z.object({ tenantId: z.string() }).transform(({ tenantId }) => {
  if (isUuid(tenantId)) return tenantId.toLowerCase();
  throw new NotFound(`There is no tenant with the id ${shown(tenantId)}.`);
});

const name = z
  .string()
  .regex(
    /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} _.-]{0,99}$/u,
    'must have 1 to 100 letters, digits, spaces and _ . -',
  );

/** A new service instance. */
export const instanceBody = z.object({
  name,
  subdomain: z.string().max(63),
  tenantId: z.uuid().optional(),
  xsappname: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(![A-Za-z0-9]+)?$/, 'must have letters, digits, - and _, such as shop!b1')
    .max(100)
    .optional(),
});

/** A new binding. */
export const bindingBody = z
  .object({ name, credentialType: z.enum(['binding-secret', 'x509']).default('binding-secret') })
  .transform(({ name, credentialType }) => ({
    name,
    kind: credentialType === 'x509' ? ('certificate' as const) : ('password' as const),
  }));

/** A whole number in a body. */
const count = (from: number, to: number) => {
  const wanted = `must be a whole number from ${from} to ${to}`;
  return z.int(wanted).min(from, wanted).max(to, wanted);
};

const DAY_S = 86_400;

/** For how many seconds the secret of before stays alive; a day where nothing is said. */
export const rotationBody = z
  .object({
    overlapSeconds: count(0, 30 * DAY_S).default(DAY_S),
  })
  .nullish()
  .transform((body) => body?.overlapSeconds ?? DAY_S);

const MOST = 100_000_000;
const limit = count(0, MOST).nullable().optional();

/** Limits of a tenant; null takes the deployment's default, what is not given stays. */
export const limitsBody = z.strictObject({
  ...{ maxJobs: limit, maxCalls: limit, requestsPerMinute: limit },
  ...{ maxSchedulesPerJob: limit, maxSchedules: limit, maxFiringsPerMinute: limit },
  // None at all would let runs wait for ever: a tenant that is not to call is suspended.
  maxCallsPerHostPerSecond: count(1, MOST).nullable().optional(),
  maxLogBytesPerDay: count(0, 1_000_000_000_000_000).nullable().optional(),
});

const day = z.iso.date('must be a day such as 2026-03-01').optional();

/** A page, which days and whose usage; today where nothing is said. */
export const usageQuery = z
  .object({ ...pageFields, from: day, to: day, tenantId: z.guid().optional() })
  .transform(({ from, to, tenantId, ...page }) => ({
    question: { from, to, tenantId: tenantId?.toLowerCase() },
    page: toPage(page),
  }));
