import { z } from 'zod';
import { InvalidInput, shown } from '../core/errors.js';
import { isUuid } from '../core/uuid.js';
import { parsed } from '../http/validation.js';
import { isPlainPath } from './plain-path.js';

/** What a hook says: which tenant, and which application of the caller's instance. */
export interface Hook {
  readonly tenantId: string;
  readonly subdomain: string | null;
  readonly appName: string | null;
  readonly guid: string | null;
  readonly plan: string | null;
}

const text = z.string().max(255).nullish();
/** Body of a hook of the SaaS registry. */
export const hookBody = z.object({
  subscribedTenantId: text,
  subscribedSubdomain: text,
  subscriptionAppName: text,
  subscriptionAppId: text,
  subscriptionGUID: text,
  subscriptionAppPlan: text,
  eventType: z.enum(['CREATE', 'UPDATE', 'DELETE']).nullish(),
});

/** Returns what a hook says whose path names a tenant. Throws InvalidInput where the path and the body do not name the same one. */
export function hookOf(pathTenantId: string, body: unknown): Hook {
  const { subscribedTenantId, ...given } = parsed(hookBody, body ?? {});
  return {
    tenantId: tenantOf(pathTenantId, subscribedTenantId, 'subscribedTenantId'),
    subdomain: given.subscribedSubdomain || null,
    appName: given.subscriptionAppName || given.subscriptionAppId || null,
    guid: given.subscriptionGUID || null,
    plan: given.subscriptionAppPlan || null,
  };
}

/** Body of a hook of a Subscription Manager. */
export const managerBody = z.object({
  subscriber: z.object({ app_tid: text, subaccountSubdomain: text, subscriptionGUID: text }).nullish(),
  rootApplication: z.object({ appName: text, appPlan: text }).nullish(),
  subscriptionGUID: text,
});

/** Like `hookOf`, in the Subscription Manager's form. */
export function managerHookOf(pathTenantId: string, body: unknown): Hook {
  const { subscriber, rootApplication, subscriptionGUID } = parsed(managerBody, body ?? {});
  return {
    tenantId: tenantOf(pathTenantId, subscriber?.app_tid, 'subscriber.app_tid'),
    subdomain: subscriber?.subaccountSubdomain || null,
    appName: rootApplication?.appName || null,
    guid: subscriber?.subscriptionGUID || subscriptionGUID || null,
    plan: rootApplication?.appPlan || null,
  };
}

function tenantOf(pathTenantId: string, bodyTenantId: string | null | undefined, field: string): string {
  if (!isUuid(pathTenantId)) {
    throw new InvalidInput(`The tenant ${shown(pathTenantId)} in the path is not a UUID.`, 'tenantId');
  }
  if (bodyTenantId && bodyTenantId.toLowerCase() !== pathTenantId.toLowerCase()) {
    throw new InvalidInput(
      `'${field}' ${shown(bodyTenantId)} is not the tenant ${shown(pathTenantId)} of the path: name the same one.`,
      field,
    );
  }
  return pathTenantId.toLowerCase();
}

/**
 * Returns the path that is to be called when an asynchronous hook is done, null where the hook waits for its
 * answer. Throws InvalidInput for anything but a plain path: it must not lead to another host, nor out of the
 * registry's own path.
 */
export function statusPathOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (isPlainPath(header)) return header;
  throw new InvalidInput(
    `STATUS_CALLBACK ${shown(header)} cannot be used: send a path that starts with a single '/' and has no '.' or '..' segment, '//', backslash, '#' or control character, percent-encoded ones included.`,
    'STATUS_CALLBACK',
  );
}
