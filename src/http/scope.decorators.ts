import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { AccessScope, Right } from '../core/access-scope.js';

/** Metadata key of the right that a route needs. */
export const RIGHT = 'carillon:right';
/** Metadata key that marks a route which anyone may call. */
export const PUBLIC = 'carillon:public';

/** A request after AuthGuard has identified its caller. */
export interface ScopedRequest {
  scope: AccessScope;
}

/** Declares the right that a route needs. A route with neither this nor `Public` refuses everyone. */
export const Requires = (right: Right) => SetMetadata(RIGHT, right);

/** Declares that a route needs no credentials. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Passes the caller's AccessScope to a parameter of a controller method. */
export const Scope = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<ScopedRequest>().scope,
);
