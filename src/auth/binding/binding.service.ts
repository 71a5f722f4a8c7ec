import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '../../core/errors.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import type { SecretKind } from '../../database/entities/binding-secret.row.js';
import type { BindingRow } from '../../database/entities/binding.row.js';
import type { Page, Part } from '../../http/page.js';
import { AuditLog, type AuditEvent } from '../../tenant/audit-log.store.js';
import { ChangeFeed } from '../../tenant/change-feed.js';
import { InstanceStore } from '../../tenant/instance.store.js';
import { BindingStore } from './binding.store.js';
import { saltOf } from './client-secret.js';
import { SecretMint, type ClearSecret, type FreshCredentials } from './secret-mint.js';

/** Who changes a binding, and in which instance. */
export interface BindingActor {
  /** Null for the operator's clients, which belong to no instance. */
  readonly instanceId: number | null;
  readonly actor: string;
  /** The client id of who changes it, where that is a binding of the instance, or a client of the operator. */
  readonly clientId?: string | null;
}

/** A binding with its new secret, which is to be shown once. */
export interface RotatedBinding {
  readonly binding: BindingRow;
  readonly clear: ClearSecret;
  /** Until when the secret of before is accepted beside the new one. */
  readonly previousUntil: Instant;
}

/**
 * Makes bindings, changes their secrets and ends them. Each change holds the change feed before it reads, so that none
 * is decided by what another one has changed meanwhile.
 */
@Injectable()
export class BindingService {
  constructor(
    private readonly database: Database,
    private readonly store: BindingStore,
    private readonly mint: SecretMint,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
    private readonly instances: InstanceStore,
  ) {}

  /** Stores a binding of an instance, or, with null, an operator's client. */
  async create(tx: Tx, instanceId: number | null, name: string, fresh: FreshCredentials): Promise<void> {
    const { bindingId: id, clientId, stored } = fresh;
    await this.store.insert(tx, { id, instanceId, name, clientId, ...stored });
  }

  /** Creates a binding for its actor and returns its credentials. Throws NotFound where the instance is gone. */
  async add(by: BindingActor, name: string, kind: SecretKind): Promise<FreshCredentials> {
    const fresh = await this.mint.newCredentials(name, kind, ownerOf(by));
    await this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      if (by.instanceId !== null && !(await this.instances.find(tx, by.instanceId))) {
        throw new NotFound('The service instance was deleted: it can have no more bindings.');
      }
      await this.create(tx, by.instanceId, name, fresh);
      const { bindingId, clientId } = fresh;
      await this.tell(tx, by, 'binding.created', { binding: bindingId, clientId, name, kind });
    });
    return fresh;
  }

  /** Returns a part of the live bindings of an instance, with null of the operator's clients, oldest first. */
  page(instanceId: number | null, page: Page): Promise<Part<BindingRow>> {
    return this.database.read((tx) => this.store.page(tx, instanceId, page));
  }

  /**
   * Gives a binding a new secret of the kind of its last one, which is accepted for `overlapS` more seconds.
   * Throws NotFound where there is no such binding.
   */
  async rotate(by: BindingActor, bindingId: string, overlapS: number): Promise<RotatedBinding> {
    const { clientId, last } = await this.database.read(async (tx) => {
      const binding = await this.store.get(tx, by.instanceId, bindingId);
      return { clientId: binding.clientId, last: await this.store.lastProof(tx, bindingId) };
    });
    const kind = last?.kind ?? 'password';
    const salt = last && kind === 'password' ? saltOf(last.proof) : null;
    const { clear, stored } = await this.mint.newSecret({ clientId, owner: ownerOf(by) }, kind, salt);
    return this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      const binding = await this.store.get(tx, by.instanceId, bindingId);
      const previousUntil = await this.store.expireProofs(tx, bindingId, overlapS * SECOND_MS);
      await this.store.addProof(tx, bindingId, stored);
      await this.tell(tx, by, 'binding.rotated', { binding: bindingId, previousUntil });
      return { binding, clear, previousUntil };
    });
  }

  /**
   * Revokes a binding at once: no new tokens, and those that it has stop working. Throws NotFound, and Conflict for the one
   * that asks and for the operator's last client.
   */
  async revoke(by: BindingActor, bindingId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      const { clientId } = await this.store.get(tx, by.instanceId, bindingId);
      if (clientId === by.clientId) {
        throw new Conflict('A client cannot revoke itself: use the credentials of another one.');
      }
      // Two clients that revoke each other at the same moment have both been let in.
      if (by.instanceId === null && (await this.store.list(tx, null)).length === 1) {
        throw new Conflict("The operator's last client cannot be revoked: make another one first.");
      }
      await this.store.revoke(tx, bindingId);
      await this.tell(tx, by, 'binding.revoked', { binding: bindingId, clientId });
    });
  }

  /** Revokes every binding of an instance that is deleted, within the transaction that deletes it. */
  async revokeAll(tx: Tx, instanceId: number): Promise<void> {
    await this.feed.lock(tx);
    for (const { id } of await this.store.list(tx, instanceId)) await this.store.revoke(tx, id);
  }

  private tell(
    tx: Tx,
    { instanceId, actor }: BindingActor,
    event: AuditEvent,
    details: object,
  ): Promise<void> {
    return this.audit.append(tx, { instanceId, actor, tenantId: null, event, details });
  }
}

const ownerOf = ({ instanceId }: BindingActor) =>
  instanceId === null ? 'the operator' : `instance ${instanceId}`;
