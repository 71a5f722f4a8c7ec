import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { AccessScope, Right } from '../core/access-scope.js';

/** Metadata key of the right that a route declares. */
export const RIGHT = 'carillon:right';
/** Metadata key of a route that anyone may call. */
export const PUBLIC = 'carillon:public';

/** A request whose caller the guard has identified. */
export interface ScopedRequest {
  scope: AccessScope;
}

/** Declares the right that a route needs. A route that declares neither this nor `Public` is refused. */
export const Requires = (right: Right) => SetMetadata(RIGHT, right);

/** Declares that a route needs no credentials. */
export const Public = () => SetMetadata(PUBLIC, true);

/** Hands the caller's AccessScope to a controller method. */
export const Scope = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<ScopedRequest>().scope,
);
