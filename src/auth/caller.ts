import type { AccessScope, Right } from '../core/access-scope.js';
import type { Instant } from '../core/instant.js';
import { firstCharacters } from '../core/text/first-characters.js';
import { OPERATOR_SCOPE } from './rights.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';

/** Who a token or a client secret names, and until when. */
export interface Caller {
  readonly scope: AccessScope;
  /** The OAuth scopes that it holds in its tenancy. */
  readonly scopes: readonly string[];
  readonly expiresAt: Instant;
  /** The client id of our binding that it dies with; null for a token of another issuer. */
  readonly clientId: string | null;
  /** Row id of the tenancy that it dies with; null for the operator. */
  readonly tenancyId: number | null;
  /** The user on whose behalf it comes, null for a client of its own. */
  readonly user: { readonly id: string; readonly name: string } | null;
}

/** A person who is signed in to the dashboard. */
export interface SignedIn extends Caller {
  /** Its role where it acts, in words: `tenant viewer`. */
  readonly role: string;
  /** Whether that is a role of a provider, which may look with the eyes of a tenant. */
  readonly isProvider: boolean;
  /** The digest of its session. */
  readonly session: string;
}

/** The name under which the logs keep what the service does by itself; a subdomain may be the same word. */
const SYSTEM = 'system';
const LONGEST_CLIENT = 240;

/** Returns the AccessScope of a client in a tenancy. */
export function scopeIn(tenancy: Tenancy, clientId: string, rights: ReadonlySet<Right>): AccessScope {
  return Object.freeze({
    kind: tenancy.isProvider ? 'instance' : 'tenant',
    instanceId: tenancy.instanceId,
    tenancyId: tenancy.id,
    tenantId: tenancy.tenantId,
    subdomain: tenancy.subdomain,
    clientId,
    actor: actorOf(tenancy, clientId),
    rights,
  });
}

/** Provider and tenants share a client id: the logs tell them apart by the zone (AccessScope.actor). */
function actorOf({ isProvider, subdomain }: Tenancy, clientId: string): string {
  if (isProvider) return `${firstCharacters(clientId, LONGEST_CLIENT)} (provider)`;
  return subdomain === SYSTEM ? `${SYSTEM} (tenant)` : subdomain;
}

/**
 * Returns the operator as a caller. Its AccessScope belongs to no instance, so that no row exists for it but what its
 * own routes show.
 */
export function operatorCaller(clientId: string, expiresAt: Instant): Caller {
  const scope: AccessScope = Object.freeze({
    kind: 'instance',
    instanceId: 0,
    tenancyId: 0,
    tenantId: '',
    subdomain: '',
    clientId,
    actor: clientId,
    rights: new Set<Right>(['operate']),
  });
  return { scope, scopes: [OPERATOR_SCOPE], expiresAt, clientId, tenancyId: null, user: null };
}
