import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ChangeFeed } from '../../tenant/change-feed.js';
import { TenantService } from '../../tenant/tenant.service.js';
import { BindingReader } from '../binding/binding.reader.js';
import { BindingService } from '../binding/binding.service.js';
import { FirstCredentials } from './first-credentials.js';
import { LaterStart } from './later-start.js';
import { KeyRing } from '../key/key-ring.js';
import type { FreshCredentials } from '../binding/secret-mint.js';

const INSTANCE = {
  name: 'default',
  xsappname: 'carillon-default!b1',
  providerSubdomain: 'carillon',
} as const;

/** Makes the first service instance, its binding and the operator's client: the database work of the first start. */
@Injectable()
export class FirstInstance {
  constructor(
    private readonly database: Database,
    private readonly feed: ChangeFeed,
    private readonly tenants: TenantService,
    private readonly bindings: BindingService,
    private readonly reader: BindingReader,
  ) {}

  /** Returns whether the deployment has had its first start: its operator's client stays, whatever becomes of the instances. */
  async exists(): Promise<boolean> {
    return this.database.read((tx) => this.reader.isAny(tx));
  }

  /** Creates all of it once, even where several replicas start at the same time; returns the instance's row id, null where another replica was first. */
  async create(binding: FreshCredentials, operator: FreshCredentials): Promise<number | null> {
    const created = await this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      if (await this.reader.isAny(tx)) return null;
      const instance = await this.tenants.createInstance(tx, INSTANCE);
      await this.bindings.create(tx, instance.id, 'default', binding);
      await this.bindings.create(tx, null, 'operator', operator);
      return instance.id;
    });
    // A replica that was not the first announced nothing: it learns of the other's instance here, before it serves.
    await this.feed.poll();
    return created;
  }
}

/** Brings an empty deployment to life: keys, a service instance `default` with one binding, and the operator's client. */
@Injectable()
export class Bootstrap implements OnModuleInit {
  constructor(
    private readonly keys: KeyRing,
    private readonly first: FirstInstance,
    private readonly credentials: FirstCredentials,
    private readonly later: LaterStart,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.keys.ensureKey();
    if (await this.first.exists()) this.later.remind();
    else await this.credentials.handOut((binding, operator) => this.first.create(binding, operator));
  }
}
