/** What the routes of the pages answer. */

export type Role = 'provider admin' | 'provider viewer' | 'tenant admin' | 'tenant viewer';

/** What a session or a link permits. */
export interface Grant {
  readonly role: Role;
  readonly instance: { readonly id: string; readonly name: string };
  readonly tenant: { readonly tenantId: string; readonly subdomain: string } | null;
}

/** `GET /dashboard/api/session`; instants are ISO 8601. */
export interface Session {
  readonly person: { readonly name: string; readonly way: 'link' | 'credentials' };
  readonly grants: readonly Grant[];
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly idleExpiresAt: string;
  readonly version: string;
}

/** `POST /dashboard/api/sign-in/link/look`. */
export interface LookedAtLink {
  readonly grant: Grant;
  readonly expiresAt: string;
}

/** What is needed of `GET /scheduler/jobs`. */
export interface JobsPage {
  readonly total: number;
}
