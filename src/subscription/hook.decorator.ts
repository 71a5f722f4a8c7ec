import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { statusPathOf, type Hook } from './subscription.schema.js';

/** A hook as it was called. */
export interface HookCall {
  readonly hook: Hook;
  /** Where the registry is to be told how it ended; null where it waits for the answer. */
  readonly statusPath: string | null;
}

/** Hands a hook to a controller method, read by the form that its path speaks. */
export const CalledAs = createParamDecorator(
  (hookOf: (tenantId: string, body: unknown) => Hook, context: ExecutionContext): HookCall => {
    const request = context.switchToHttp().getRequest<Request<{ tenantId: string }>>();
    const statusPath = statusPathOf(request.get('status_callback'));
    return { hook: hookOf(request.params.tenantId, request.body), statusPath };
  },
);
