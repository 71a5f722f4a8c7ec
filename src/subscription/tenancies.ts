import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { AuditLog } from '../tenant/audit-log.js';
import { ChangeFeed } from '../tenant/change-feed.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { TenantService } from '../tenant/tenant.service.js';

/** Tenancies as the hooks use them: their rows, what is known of them in memory, and the way to make a change hold. */
@Injectable()
export class Tenancies {
  constructor(
    readonly service: TenantService,
    readonly feed: ChangeFeed,
    readonly audit: AuditLog,
    private readonly index: TenancyIndex,
  ) {}

  /** Answers the xsappname of the caller's instance. */
  xsappnameOf(scope: AccessScope): string {
    return this.index.find(scope.tenancyId)?.xsappname ?? '';
  }
}
