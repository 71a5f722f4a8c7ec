import type {
  placeAnswer,
  tenantDetailAnswer,
  tenantListAnswer,
} from '../../../src/dashboard/reads/tenants/tenants.answers.js';
import type { Answer } from './answer.js';

/** What the routes about tenants answer; only a provider sees them. */

/** `GET /dashboard/api/places/{subdomain}` */
export type Place = Answer<typeof placeAnswer>;

/** `GET /dashboard/api/tenants`; the numbers may be a minute old. */
export type TenantList = Answer<typeof tenantListAnswer>;
export type TenantRow = TenantList['results'][number];
export type TenantCalls = TenantList['top'][number];

/** `GET /dashboard/api/tenants/{tenantId}` */
export type TenantDetail = Answer<typeof tenantDetailAnswer>;
export type TenantLimit = TenantDetail['limits'][keyof TenantDetail['limits']];

export const placeRoute = (subdomain: string) => `/dashboard/api/places/${subdomain}`;
export const tenantRoute = (tenantId: string) => `/dashboard/api/tenants/${encodeURIComponent(tenantId)}`;
