import { z } from 'zod';
import { InvalidInput, shown } from '../core/errors.js';
import { isUuid } from '../core/uuid.js';
import { parsed } from '../http/validation.js';

/** What a hook says: which tenant, and which application of the caller's instance. */
export interface Hook {
  readonly tenantId: string;
  readonly subdomain: string | null;
  readonly appName: string | null;
  readonly guid: string | null;
  readonly plan: string | null;
}

const text = z.string().max(255).nullish();
const hookBody = z.object({
  subscribedTenantId: text,
  subscribedSubdomain: text,
  subscriptionAppName: text,
  subscriptionAppId: text,
  subscriptionGUID: text,
  subscriptionAppPlan: text,
  eventType: z.enum(['CREATE', 'UPDATE', 'DELETE']).nullish(),
});

/** Answers what a hook says whose path names a tenant. Throws InvalidInput where the path and the body do not name the same one. */
export function hookOf(pathTenantId: string, body: unknown): Hook {
  const { subscribedTenantId, ...given } = parsed(hookBody, body ?? {});
  if (!isUuid(pathTenantId)) {
    throw new InvalidInput(`tenantId ${shown(pathTenantId)} in the path is not a UUID.`, 'tenantId');
  }
  if (subscribedTenantId && subscribedTenantId.toLowerCase() !== pathTenantId.toLowerCase()) {
    throw new InvalidInput(
      `subscribedTenantId ${shown(subscribedTenantId)} is not the tenant ${shown(pathTenantId)} of the path: name the same one.`,
      'subscribedTenantId',
    );
  }
  return {
    tenantId: pathTenantId.toLowerCase(),
    subdomain: given.subscribedSubdomain || null,
    appName: given.subscriptionAppName || given.subscriptionAppId || null,
    guid: given.subscriptionGUID || null,
    plan: given.subscriptionAppPlan || null,
  };
}
