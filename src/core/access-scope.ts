/**
 * What a caller may do. A route declares the one right that it needs; a route without a declared right is
 * refused (tenancy-and-oauth.md, "Who may do what").
 */
export type Right = 'scheduler' | 'configure' | 'callback' | 'admin' | 'operate';

/**
 * Who asks, and therefore whose rows exist for them: the one value that every query takes.
 * - `instance`: provider credentials; every tenant's rows of the service instance.
 * - `tenant`: tenant credentials; only the rows of that tenant within the instance.
 *
 * A *tenancy* is one tenant's place in one service instance, (instance, tenant): jobs, limits and suspensions
 * hang on it. The provider has a tenancy too, for its own jobs.
 */
export interface AccessScope {
  readonly kind: 'instance' | 'tenant';
  /** Row id of the service instance. */
  readonly instanceId: number;
  /** Row id of the caller's own tenancy: where the objects that it creates live. */
  readonly tenancyId: number;
  /** The caller's tenant (zone) as the outside knows it. */
  readonly tenantId: string;
  /** The subdomain of that tenant. */
  readonly subdomain: string;
  /** Who is named in action logs and the audit log: the OAuth client id. */
  readonly actor: string;
  readonly rights: ReadonlySet<Right>;
}
