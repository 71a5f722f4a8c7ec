import { InvalidInput } from './errors.js';

/**
 * What a caller may do. A route declares the one right that it needs; a route without a declared right is
 * refused (tenancy-and-oauth.md, "Who may do what"). `read` and `admin-read` are for routes that change nothing;
 * `session` is what a person who is signed in may do with the own session (dashboard.md).
 */
export type Right =
  'read' | 'scheduler' | 'configure' | 'callback' | 'admin-read' | 'admin' | 'operate' | 'session';

/** Rights that only read, and the right that includes each of them. */
const READING: ReadonlyMap<Right, Right> = new Map([
  ['read', 'scheduler'],
  ['admin-read', 'admin'],
]);

/** Returns whether rights permit what needs a right: `scheduler` includes `read`, `admin` includes `admin-read`. */
export function includesRight(held: ReadonlySet<Right>, needed: Right): boolean {
  const wider = READING.get(needed);
  return held.has(needed) || (wider !== undefined && held.has(wider));
}

/** Returns whether a right permits nothing but reading. */
export function isReadingRight(right: Right): boolean {
  return READING.has(right);
}

/**
 * The identity of a caller, which decides which rows it may see: the one value that every query takes.
 * - `instance`: provider credentials; the rows of every tenant of the service instance.
 * - `tenant`: tenant credentials; only the rows of that tenant within the instance.
 *
 * A *tenancy* is one tenant in one service instance, (instance, tenant): jobs, limits and suspensions belong to
 * it. The provider has a tenancy too, for its own jobs.
 */
export interface AccessScope {
  readonly kind: 'instance' | 'tenant';
  /** Row id of the service instance. */
  readonly instanceId: number;
  /** Row id of the caller's own tenancy. The objects that the caller creates belong to it. */
  readonly tenancyId: number;
  /** The caller's tenant (zone), by the id that is used outside the service. */
  readonly tenantId: string;
  /** The subdomain of that tenant. */
  readonly subdomain: string;
  /** The OAuth client id of the caller; null for a long operation, which acts after its caller has gone, and for a session by a link. */
  readonly clientId: string | null;
  /**
   * The name of the caller in action logs and the audit log: `<client id> (provider)` for credentials of the
   * provider's zone, the subdomain for those of a tenant's, the client id for the operator, and the person with
   * whom it acts for, `anna (provider of default)`, for a session of the dashboard.
   */
  readonly actor: string;
  readonly rights: ReadonlySet<Right>;
}

/** Throws InvalidInput where a caller names a tenant that is one itself: whose the rows are is for a provider alone to say. */
export function refuseTenantId(
  { kind }: Pick<AccessScope, 'kind'>,
  tenantId: string | undefined,
  field = 'tenantId',
): void {
  if (tenantId === undefined || kind !== 'tenant') return;
  throw new InvalidInput(`'${field}' is for provider credentials only: leave it out`, field);
}
