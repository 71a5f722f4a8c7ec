import type { Right } from '../core/access-scope.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';

/** What a person may be in an instance or a tenant (dashboard.md, "Roles"). */
export const ROLES = ['provider admin', 'provider viewer', 'tenant admin', 'tenant viewer'] as const;
export type Role = (typeof ROLES)[number];

/** A role and where it holds, as it is stored. */
export interface Grant {
  readonly role: Role;
  /** Row id of the tenancy; of a provider it is the provider's own, which is gone with the instance. */
  readonly tenancyId: number;
}

/** A role in a place that exists. */
export interface Granted {
  readonly role: Role;
  readonly tenancy: Tenancy;
}

const OF_TENANT = { admin: ['scheduler'], viewer: ['read'] } as const;
const OF_PROVIDER = { admin: ['scheduler', 'configure', 'admin'], viewer: ['read', 'admin-read'] } as const;

/** Returns whether a role sees a whole instance. */
export function isProviderRole(role: Role): boolean {
  return role === 'provider admin' || role === 'provider viewer';
}

/** Returns the rights of a role: in the whole instance, or in one tenant. Webhooks of subscriptions are for applications alone. */
export function rightsOfRole(role: Role, isWholeInstance: boolean): ReadonlySet<Right> {
  const of = isWholeInstance ? OF_PROVIDER : OF_TENANT;
  const isAdmin = role === 'provider admin' || role === 'tenant admin';
  return new Set<Right>([...(isAdmin ? of.admin : of.viewer), 'session']);
}

/** Returns a grant in words: `provider admin of default`. */
export function grantText({ role, tenancy }: Granted): string {
  return `${role} of ${isProviderRole(role) ? tenancy.instanceName : tenancy.subdomain}`;
}

/** Returns the text in which grants are stored. */
export function grantsToText(grants: readonly Grant[]): string {
  return JSON.stringify(grants.map(({ role, tenancyId }) => ({ role, tenancyId })));
}

/** Returns grants from their stored text. */
export function grantsFromText(text: string): Grant[] {
  return JSON.parse(text) as Grant[]; // written by grantsToText alone
}
