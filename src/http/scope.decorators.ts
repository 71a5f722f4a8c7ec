import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { AccessScope, Right } from '../core/access-scope.js';
import type { Instant } from '../core/instant.js';

/** Metadata key of the right that a route needs. */
export const RIGHT = 'carillon:right';
/** Metadata key that marks a route which anyone may call. */
export const PUBLIC = 'carillon:public';

/** What a caller's credentials stand on: whatever outlives the request ends with it. */
export interface Credentials {
  /** The client id of our binding; null for a token of another issuer. */
  readonly clientId: string | null;
  /** The last moment of a token, the leeway included; null for credentials that do not end by themselves. */
  readonly endsAt: Instant | null;
  /**
   * Names the credentials, for what each may have only once or only so often: a session, or a client in the tenant as which it
   * acts. Two people who share a name, such as those who came by a link, are two.
   */
  readonly holder: string;
}

/** A request after AuthGuard has identified its caller. */
export interface ScopedRequest {
  scope: AccessScope;
  credentials: Credentials;
}

/** Declares the right that a route needs. A route with neither this nor `Public` refuses everyone. */
export const Requires = (right: Right) => SetMetadata(RIGHT, right);

/** Declares that a route needs no credentials. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Passes the caller's AccessScope to a parameter of a controller method. */
export const Scope = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<ScopedRequest>().scope,
);

/** A caller and what its credentials stand on, for what outlives the request. */
export interface LastingCaller extends Credentials {
  readonly scope: AccessScope;
}

/** Passes the caller, with what its credentials stand on, to a parameter of a controller method. */
export const Lasting = createParamDecorator((_data: unknown, context: ExecutionContext): LastingCaller => {
  const { scope, credentials } = context.switchToHttp().getRequest<ScopedRequest>();
  return { scope, ...credentials };
});
