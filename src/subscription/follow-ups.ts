import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { InvalidInput } from '../core/errors.js';
import type { Tx } from '../database/tx.js';
import { Offboarding } from './offboarding.js';
import { Registry } from './registry.js';
import { StatusCallbackStore } from './status-callback.store.js';

/** What a successful hook tells the registry. */
export interface Success {
  readonly message: string;
  readonly subscriptionUrl?: string;
}

/** What follows on a hook: the tenant's URL, the end of what a tenant had, and the report to the registry. */
@Injectable()
export class FollowUps {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly offboarding: Offboarding,
    private readonly registry: Registry,
    private readonly callbacks: StatusCallbackStore,
  ) {}

  /** Answers where a tenant finds the application. */
  urlOf(subdomain: string, tenantId: string): string {
    return this.config.tenantUrlTemplate
      .replaceAll('{subdomain}', subdomain)
      .replaceAll('{tenantId}', tenantId);
  }

  /** Throws InvalidInput where a report is asked for and there is no registry to report to. */
  require(statusPath: string | null): void {
    if (statusPath === null || this.registry.isConfigured()) return;
    throw new InvalidInput(
      'STATUS_CALLBACK cannot be served: the operator has configured no registry (REGISTRY_URL). Leave the header out.',
      'STATUS_CALLBACK',
    );
  }

  /** Puts down that the registry is to be told of a success, once the tenancy is emptied where one is given. */
  async report(
    tx: Tx,
    path: string | null,
    success: Success,
    tenancyId: number | null = null,
  ): Promise<void> {
    if (path === null) return;
    await this.callbacks.put(tx, { path, body: { status: 'SUCCEEDED', ...success }, tenancyId });
  }

  /** Empties a tenancy that is gone; in the background where the registry is told later. */
  async empty(tenancyId: number | null, isLater: boolean): Promise<void> {
    if (tenancyId === null) return;
    if (isLater) void this.offboarding.tick();
    else await this.offboarding.finish(tenancyId);
  }
}
