import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { CONFIG, type Config } from '../../config/config.js';
import { Forbidden } from '../../core/errors.js';

/** The header that only a script of the dashboard's own origin can add. */
const OWN_HEADER = 'X-Carillon-Dashboard';

/**
 * Keeps other sites, other origins and other ports from using a person's session (dashboard.md, "Requests of other pages"). The
 * cookie is not sent to other sites anyway, but another port of the same host is the same site.
 */
@Injectable()
export class SameOrigin {
  private readonly origin: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.origin = new URL(config.publicUrl).origin;
  }

  /** Throws Forbidden for a request that does not come from a page of the dashboard's origin. */
  refuseOthers(request: Request): void {
    const site = request.get('Sec-Fetch-Site');
    const isOwn = site === undefined ? request.get('Origin') === this.origin : site === 'same-origin';
    if (isOwn) return;
    throw new Forbidden(
      `Only the pages of the dashboard may use a session, and this request comes from elsewhere: open ${this.origin}/dashboard/ instead.`,
    );
  }

  /** Throws Forbidden for a request that changes something and does not say that the dashboard sends it. */
  refuseUnmarked(request: Request): void {
    if (request.get(OWN_HEADER) === '1') return;
    throw new Forbidden(`What changes something needs the header '${OWN_HEADER}: 1' beside a session.`);
  }
}

/** Lets in what comes from the dashboard's own pages, signed in or not. */
@Injectable()
export class FromDashboard implements CanActivate {
  constructor(private readonly sameOrigin: SameOrigin) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    this.sameOrigin.refuseOthers(request);
    this.sameOrigin.refuseUnmarked(request);
    return true;
  }
}
