import { Inject, Injectable } from '@nestjs/common';
import { BindingService } from '../auth/binding/binding.service.js';
import { SecretMint, type FreshCredentials } from '../auth/binding/secret-mint.js';
import { VcapServices } from '../auth/binding/vcap-services.js';
import type { CredentialsFile } from '../auth/first-start/credentials-file.js';
import { KeptCredentials } from '../auth/first-start/kept-credentials.js';
import { CannotStart } from '../config/cannot-start.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../database/database.js';
import type { BindingRow } from '../database/entities/binding.row.js';
import type { InstanceRow } from '../database/entities/instance.row.js';
import { AuditLog } from '../tenant/audit-log.store.js';
import { ChangeFeed } from '../tenant/change-feed.js';
import { InstanceStore } from '../tenant/instance.store.js';

/** Who has credentials: a service instance, or the operator. */
export type Owner = InstanceRow | null;

/** New credentials that are stored and kept, and what there was before. */
export interface MadeClient {
  readonly owner: Owner;
  readonly clientId: string;
  readonly path: string;
  /** The file of before, where there was one. */
  readonly oldPath: string | null;
  /** The first of the other live clients of the owner, oldest first, and how many there are. */
  readonly others: { readonly total: number; readonly results: readonly BindingRow[] };
}

/** New credentials before they are stored. */
interface ClientDraft {
  readonly owner: Owner;
  readonly name: string;
  readonly fresh: FreshCredentials;
  readonly file: CredentialsFile;
  /** What the file is to hold. */
  readonly sheet: object;
}

/** How many of the other clients are told. */
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
   * Stores new credentials beside those that there are, and writes their files: a binding, and a client of the operator where
   * its file cannot be used; with `isForOperator` a client of the operator alone, in any case. Throws CannotStart where no
   * file can be kept or there is no instance.
   */
  async make({ isForOperator }: { readonly isForOperator: boolean }): Promise<MadeClient[]> {
    const files = this.kept.files;
    if (files === null) throw new CannotStart('The database is in memory: nothing else can reach it.');
    const drafts: ClientDraft[] = [];
    if (!isForOperator) drafts.push(await this.draftOfBinding(files.vcap));
    if (isForOperator || this.kept.operator(files.operator).wanted === null) {
      drafts.push(await this.draftOfOperator(files.operator));
    }
    const others = await Promise.all(drafts.map(({ owner }) => this.othersOf(owner)));
    // The secrets are on the disk before the database counts on them.
    for (const { file, sheet } of drafts) file.write(sheet);
    await this.store(drafts).catch((error: unknown) => {
      for (const { file } of drafts) file.discard();
      throw error;
    });
    return drafts.map(({ owner, fresh: { clientId }, file }, index) => {
      const oldPath = file.exists() ? `${file.path}.old` : null;
      file.keep();
      return {
        owner,
        clientId,
        path: file.path,
        oldPath,
        others: others[index] ?? { total: 0, results: [] },
      };
    });
  }

  private async draftOfBinding(file: CredentialsFile): Promise<ClientDraft> {
    const owner = await this.firstInstance();
    const fresh = await this.mint.newCredentials('default', 'password', ACTOR);
    return { owner, name: 'default', fresh, file, sheet: this.vcapServices.ofBinding(owner.id, fresh) };
  }

  private async draftOfOperator(file: CredentialsFile): Promise<ClientDraft> {
    const fresh = await this.mint.newCredentials('operator', 'password', ACTOR);
    return { owner: null, name: 'operator', fresh, file, sheet: this.vcapServices.ofOperator(fresh) };
  }

  private othersOf(owner: Owner) {
    return this.bindings.page(owner?.id ?? null, { offset: 0, pageSize: MOST_TOLD });
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

  private store(drafts: readonly ClientDraft[]): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      for (const { owner, name, fresh } of drafts) {
        const instanceId = owner?.id ?? null;
        await this.bindings.create(tx, instanceId, name, fresh);
        const details = { binding: fresh.bindingId, clientId: fresh.clientId, name, kind: 'password' };
        const entry = { instanceId, tenantId: null, actor: ACTOR };
        await this.audit.append(tx, { ...entry, event: 'binding.created', details });
      }
    });
  }
}
