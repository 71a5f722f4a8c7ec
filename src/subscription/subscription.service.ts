import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput } from '../core/errors.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { AuditLog, type AuditEvent } from '../tenant/audit-log.store.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { TenantService } from '../tenant/tenant.service.js';
import { Offboarding } from './offboarding.js';
import { Registry } from './registry.js';
import { StatusCallbackChannel } from './status-callback.channel.js';
import type { Hook } from './subscription.schema.js';

/** How a hook ended, or that it goes on and is reported when it is done. */
export interface HookAnswer {
  readonly isPending: boolean;
  /** Where the tenant finds the application; null after the end of a subscription. */
  readonly url: string | null;
}

/** What the registry is told of a hook that succeeded. */
interface Success {
  readonly message: string;
  readonly subscriptionUrl?: string;
}

/** What happens when tenants subscribe to a provider's application and leave it (tenancy-and-oauth.md, "Subscription hooks"). */
@Injectable()
export class SubscriptionService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly tenants: TenantService,
    private readonly tenancies: TenancyIndex,
    private readonly audit: AuditLog,
    private readonly offboarding: Offboarding,
    private readonly registry: Registry,
    private readonly callbacks: StatusCallbackChannel,
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
    this.requireRegistry(statusPath);
    const appName = hook.appName ?? this.xsappnameOf(scope);
    const subscriptionUrl = this.urlOf(subdomain.toLowerCase(), tenantId);
    await this.database.transaction(async (tx) => {
      await this.tenants.subscribe(tx, { ...hook, instanceId: scope.instanceId, subdomain, appName });
      await this.note(tx, scope, 'tenant.subscribed', { ...hook, appName });
      await this.report(tx, statusPath, { message: 'The tenant is subscribed.', subscriptionUrl }, null);
    }, scope);
    return { isPending: statusPath !== null, url: subscriptionUrl };
  }

  /**
   * Ends a tenant's subscription. With its last one of the instance everything of the tenant goes: its tokens at
   * once, its jobs, schedules, runs and logs before this returns, or, with a status path, before the registry is
   * told there. A tenant that is unknown is left as it is.
   */
  async unsubscribe(scope: AccessScope, hook: Hook, statusPath: string | null): Promise<HookAnswer> {
    this.requireRegistry(statusPath);
    const { tenantId, appName } = hook;
    const gone = await this.database.transaction(async (tx) => {
      const left = await this.tenants.unsubscribe(tx, scope.instanceId, tenantId, appName);
      if (left) await this.note(tx, scope, 'tenant.unsubscribed', hook);
      const tenancyId = left?.wasLast ? left.tenancyId : null;
      await this.report(tx, statusPath, { message: 'The tenant is unsubscribed.' }, tenancyId);
      return tenancyId;
    }, scope);
    if (gone !== null && statusPath !== null) void this.offboarding.goOn();
    else if (gone !== null) await this.offboarding.finish(gone);
    return { isPending: statusPath !== null, url: null };
  }

  /** Returns the reuse services that come with a subscription: the caller's own service instance. */
  dependenciesOf(scope: AccessScope): { xsappname: string }[] {
    return [{ xsappname: this.xsappnameOf(scope) }];
  }

  private xsappnameOf(scope: AccessScope): string {
    return this.tenancies.find(scope.tenancyId)?.xsappname ?? '';
  }

  private urlOf(subdomain: string, tenantId: string): string {
    return this.config.tenantUrlTemplate
      .replaceAll('{subdomain}', subdomain)
      .replaceAll('{tenantId}', tenantId);
  }

  private requireRegistry(statusPath: string | null): void {
    if (statusPath === null || this.registry.isConfigured()) return;
    throw new InvalidInput(
      'STATUS_CALLBACK cannot be served: the operator has configured no registry (REGISTRY_URL). Leave the header out.',
      'STATUS_CALLBACK',
    );
  }

  /** The registry is told of the success once the tenancy is emptied, where one is given. */
  private async report(
    tx: Tx,
    path: string | null,
    success: Success,
    tenancyId: number | null,
  ): Promise<void> {
    if (path === null) return;
    await this.callbacks.put(tx, { path, body: { status: 'SUCCEEDED', ...success }, tenancyId });
  }

  private note(tx: Tx, scope: AccessScope, event: AuditEvent, { tenantId, ...details }: Hook): Promise<void> {
    const { instanceId, actor } = scope;
    return this.audit.append(tx, { instanceId, tenantId, actor, event, details });
  }
}
