import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput } from '../core/errors.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { AuditEntry, AuditEvent } from '../tenant/audit-log.js';
import { FollowUps } from './follow-ups.js';
import type { Hook } from './subscription.schema.js';
import { Tenancies } from './tenancies.js';

/** How a hook ended, or that it goes on and is reported when it is done. */
export interface HookAnswer {
  readonly isPending: boolean;
  /** Where the tenant finds the application; null after the end of a subscription. */
  readonly url: string | null;
}

/** What happens when tenants subscribe to a provider's application and leave it (tenancy-and-oauth.md, "Subscription hooks"). */
@Injectable()
export class SubscriptionService {
  constructor(
    private readonly database: Database,
    private readonly tenancies: Tenancies,
    private readonly followUps: FollowUps,
  ) {}

  /**
   * Subscribes a tenant to an application of the caller's instance; a repeat changes nothing but guid and plan.
   * With a status path the registry is told there. Throws Conflict where the subdomain is another tenant's.
   */
  async subscribe(scope: AccessScope, hook: Hook, statusPath: string | null): Promise<HookAnswer> {
    const { subdomain, tenantId } = hook;
    if (subdomain === null) {
      throw new InvalidInput("The subdomain is missing: send the tenant's subdomain.", 'subscribedSubdomain');
    }
    this.followUps.require(statusPath);
    const appName = hook.appName ?? this.tenancies.xsappnameOf(scope);
    const url = this.followUps.urlOf(subdomain.toLowerCase(), tenantId);
    await this.database.transaction(async (tx) => {
      const draft = { ...hook, instanceId: scope.instanceId, subdomain, appName };
      await this.tenancies.service.subscribe(tx, draft);
      await this.tell(tx, scope, 'tenant.subscribed', { ...hook, appName });
      await this.followUps.report(tx, statusPath, {
        message: 'The tenant is subscribed.',
        subscriptionUrl: url,
      });
    });
    await this.tenancies.feed.poll();
    return { isPending: statusPath !== null, url };
  }

  /**
   * Ends a tenant's subscription. With its last one of the instance everything of the tenant goes: its tokens at
   * once, its jobs, schedules, runs and logs before this answers, or, with a status path, before the registry is
   * told there. A tenant that is unknown is left as it is.
   */
  async unsubscribe(scope: AccessScope, hook: Hook, statusPath: string | null): Promise<HookAnswer> {
    this.followUps.require(statusPath);
    const gone = await this.database.transaction(async (tx) => {
      const left = await this.tenancies.service.unsubscribe(
        tx,
        scope.instanceId,
        hook.tenantId,
        hook.appName,
      );
      if (left) await this.tell(tx, scope, 'tenant.unsubscribed', hook);
      const tenancyId = left?.wasLast ? left.tenancyId : null;
      await this.followUps.report(tx, statusPath, { message: 'The tenant is unsubscribed.' }, tenancyId);
      return tenancyId;
    });
    await this.tenancies.feed.poll();
    await this.followUps.empty(gone, statusPath !== null);
    return { isPending: statusPath !== null, url: null };
  }

  /** Answers the reuse services that come with a subscription: the caller's own service instance. */
  dependenciesOf(scope: AccessScope): { xsappname: string }[] {
    return [{ xsappname: this.tenancies.xsappnameOf(scope) }];
  }

  private tell(tx: Tx, scope: AccessScope, event: AuditEvent, { tenantId, ...details }: Hook): Promise<void> {
    const { instanceId, actor } = scope;
    const entry: AuditEntry = { instanceId, tenantId, actor, event, details };
    return this.tenancies.audit.append(tx, entry);
  }
}
