import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import { Database } from '../../../database/database.js';
import type { Cursor } from '../cursor.js';
import { SharedAnswers, type TaggedAnswer } from '../shared-answers.js';
import { TenantScopes } from '../tenant-scopes.js';
import { failingPage } from './failing.presenter.js';
import { FailingQuery } from './failing.query.js';

/** Which schedules fail now. */
@Injectable()
export class FailingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly failing: FailingQuery,
    private readonly tenants: TenantScopes,
    private readonly shared: SharedAnswers,
  ) {}

  /** Returns a page of the failing schedules, the first with their number. Throws NotFound for the tenant. */
  async page(
    caller: AccessScope,
    { tenantId, after }: { readonly tenantId?: string | undefined; readonly after?: Cursor | undefined },
  ): Promise<TaggedAnswer> {
    const scope = await this.tenants.within(caller, tenantId);
    return this.shared.get(scope, ['failing', after], () =>
      this.database.read(async (tx) => {
        const now = this.clock.now();
        const { results, isMore } = await this.failing.page(tx, scope, { after, now });
        const total = after ? null : await this.failing.count(tx, scope, now);
        const lastHealedAt = await this.failing.lastHealedAt(tx, scope);
        const named = results.map((each) => ({ ...each, tenant: this.tenants.nameOf(each.tenancyId) }));
        return failingPage({ total, lastHealedAt, results: named, isMore });
      }, caller),
    );
  }
}
