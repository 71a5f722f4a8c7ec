import { Injectable } from '@nestjs/common';
import { AuditLog } from '../tenant/audit-log.js';
import { ChangeFeed } from '../tenant/change-feed.js';
import { TenantService } from '../tenant/tenant.service.js';

/** What a change of tenants takes: the rows, the audit log, and the feed that makes it hold. */
@Injectable()
export class TenantBooks {
  constructor(
    readonly tenants: TenantService,
    readonly audit: AuditLog,
    readonly feed: ChangeFeed,
  ) {}
}
