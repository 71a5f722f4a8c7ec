import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput } from '../core/errors.js';
import { Database } from '../database/database.js';
import type { AuditEntry, AuditEvent } from '../tenant/audit-log.js';
import { Offboarding } from './offboarding.js';
import type { Hook } from './subscription.schema.js';
import { Tenancies } from './tenancies.js';

/** A tenant's tenancy after it subscribed. */
export interface Subscribed {
  /** Where the tenant finds the application. */
  readonly url: string;
}

/** What happens when tenants subscribe to a provider's application and leave it (tenancy-and-oauth.md, "Subscription hooks"). */
@Injectable()
export class SubscriptionService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly tenancies: Tenancies,
    private readonly offboarding: Offboarding,
  ) {}

  /** Subscribes a tenant to an application of the caller's instance; a repeat changes nothing but guid and plan. Throws Conflict where the subdomain is another tenant's. */
  async subscribe(scope: AccessScope, hook: Hook): Promise<Subscribed> {
    const { subdomain } = hook;
    if (subdomain === null) {
      throw new InvalidInput(
        "subscribedSubdomain is missing: send the tenant's subdomain.",
        'subscribedSubdomain',
      );
    }
    const appName = hook.appName ?? this.tenancies.xsappnameOf(scope);
    await this.database.transaction(async (tx) => {
      const draft = { ...hook, instanceId: scope.instanceId, subdomain, appName };
      await this.tenancies.service.subscribe(tx, draft);
      await this.tenancies.audit.append(tx, entryOf(scope, 'tenant.subscribed', { ...hook, appName }));
    });
    await this.tenancies.feed.poll();
    return { url: this.urlOf(subdomain.toLowerCase(), hook.tenantId) };
  }

  /**
   * Ends a tenant's subscription. With its last one of the instance everything of the tenant goes: its tokens at
   * once, its jobs, schedules, runs and logs before this answers. A tenant that is unknown is left as it is.
   */
  async unsubscribe(scope: AccessScope, hook: Hook): Promise<void> {
    const gone = await this.database.transaction(async (tx) => {
      const left = await this.tenancies.service.unsubscribe(
        tx,
        scope.instanceId,
        hook.tenantId,
        hook.appName,
      );
      if (left) await this.tenancies.audit.append(tx, entryOf(scope, 'tenant.unsubscribed', hook));
      return left?.wasLast ? left.tenancyId : null;
    });
    await this.tenancies.feed.poll();
    if (gone !== null) await this.offboarding.finish(gone);
  }

  /** Answers the reuse services that come with a subscription: the caller's own service instance. */
  dependenciesOf(scope: AccessScope): { xsappname: string }[] {
    return [{ xsappname: this.tenancies.xsappnameOf(scope) }];
  }

  private urlOf(subdomain: string, tenantId: string): string {
    return this.config.tenantUrlTemplate
      .replaceAll('{subdomain}', subdomain)
      .replaceAll('{tenantId}', tenantId);
  }
}

function entryOf(scope: AccessScope, event: AuditEvent, { tenantId, ...details }: Hook): AuditEntry {
  return { instanceId: scope.instanceId, tenantId, actor: scope.actor, event, details };
}
