import { Inject, Injectable } from '@nestjs/common';
import { BindingService } from '../auth/binding/binding.service.js';
import { SecretMint, type FreshCredentials } from '../auth/binding/secret-mint.js';
import { VcapServices } from '../auth/binding/vcap-services.js';
import { KeptCredentials } from '../auth/first-start/kept-credentials.js';
import { CannotStart } from '../config/cannot-start.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../database/database.js';
import type { BindingRow } from '../database/entities/binding.row.js';
import type { InstanceRow } from '../database/entities/instance.row.js';
import { AuditLog } from '../tenant/audit-log.store.js';
import { ChangeFeed } from '../tenant/change-feed.js';
import { InstanceStore } from '../tenant/instance.store.js';

/** What was made, and what there was before. */
export interface MadeBinding {
  readonly instance: InstanceRow;
  readonly clientId: string;
  readonly path: string;
  /** The file of before, where there was one. */
  readonly oldPath: string | null;
  /** The operator's new client and its file; null where the one of before is still kept. */
  readonly operator: { readonly clientId: string; readonly path: string } | null;
  /** The first of the other live bindings of the instance, oldest first, and how many there are. */
  readonly others: { readonly total: number; readonly results: readonly BindingRow[] };
}

/** How many of the other bindings are told. */
const MOST_TOLD = 5;
/** Who did it, in the audit log: whoever can open the database. */
const ACTOR = 'system';

/** Makes new credentials for the oldest service instance, and for the operator where its own are lost, in the database itself. */
@Injectable()
export class NewBinding {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly feed: ChangeFeed,
    private readonly instances: InstanceStore,
    private readonly bindings: BindingService,
    private readonly mint: SecretMint,
    private readonly audit: AuditLog,
    private readonly vcapServices: VcapServices,
    private readonly kept: KeptCredentials,
  ) {}

  /**
   * Stores a new binding beside those that there are and writes its file, and that of a new operator's client where the old
   * one cannot be used. Throws CannotStart where no file can be kept or there is no instance.
   */
  async make(): Promise<MadeBinding> {
    const files = this.kept.files;
    if (files === null) throw new CannotStart('The database is in memory: nothing else can reach it.');
    const instance = await this.firstInstance();
    const others = await this.bindings.page(instance.id, { offset: 0, pageSize: MOST_TOLD });
    const hasOperator = this.kept.operator(files.operator).wanted !== null;
    const binding = await this.mint.newCredentials('default', 'password', ACTOR);
    const operator = hasOperator ? null : await this.mint.newCredentials('operator', 'password', ACTOR);
    // The secrets are on the disk before the database counts on them.
    files.vcap.write(this.vcapServices.ofBinding(instance.id, binding));
    if (operator) files.operator.write(this.vcapServices.ofOperator(operator));
    await this.store(instance, binding, operator).catch((error: unknown) => {
      files.vcap.discard();
      files.operator.discard();
      throw error;
    });
    const oldPath = files.vcap.exists() ? `${files.vcap.path}.old` : null;
    files.vcap.keep();
    if (operator) files.operator.keep();
    return {
      instance,
      clientId: binding.clientId,
      path: files.vcap.path,
      oldPath,
      operator: operator && { clientId: operator.clientId, path: files.operator.path },
      others,
    };
  }

  private async firstInstance(): Promise<InstanceRow> {
    const page = { offset: 0, page: 1, pageSize: 1 };
    const { results } = await this.database.read((tx) => this.instances.page(tx, page));
    const [instance] = results;
    if (instance) return instance;
    throw new CannotStart(
      `There is no service instance: make one with POST ${this.config.publicUrl}/admin/v1/instances as the operator.`,
    );
  }

  private store(
    instance: InstanceRow,
    binding: FreshCredentials,
    operator: FreshCredentials | null,
  ): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      const made = [{ owner: instance.id as number | null, name: 'default', fresh: binding }];
      if (operator) made.push({ owner: null, name: 'operator', fresh: operator });
      for (const { owner, name, fresh } of made) {
        await this.bindings.create(tx, owner, name, fresh);
        const details = { binding: fresh.bindingId, clientId: fresh.clientId, name, kind: 'password' };
        const entry = { instanceId: owner, tenantId: null, actor: ACTOR };
        await this.audit.append(tx, { ...entry, event: 'binding.created', details });
      }
    });
  }
}
