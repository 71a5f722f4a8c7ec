import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Conflict } from '../core/errors.js';
import { SECOND_MS, type Instant } from '../core/instant.js';
import { Database, type Tx } from '../database/database.js';
import type { BindingRow } from '../database/entities/binding.row.js';
import { AuditLog, type AuditEvent } from '../tenant/audit-log.js';
import { ChangeFeed } from '../tenant/change-feed.js';
import { BindingStore } from './binding.store.js';
import { newSalt, newSecret, proofOf, saltOf } from './client-secret.js';

/** New credentials before they are stored. `clientSecret` is to be shown once: only `proof` is kept. */
export interface FreshCredentials {
  readonly bindingId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly proof: string;
}

/** Who changes a binding, and in which instance. */
export interface BindingActor {
  readonly instanceId: number;
  readonly actor: string;
}

/** A binding with its new secret, which is to be shown once. */
export interface RotatedBinding {
  readonly binding: BindingRow;
  readonly clientSecret: string;
  /** Until when the secret of before is accepted beside the new one. */
  readonly previousUntil: Instant;
}

/** Makes bindings, changes their secrets and ends them. */
@Injectable()
export class BindingService {
  constructor(
    private readonly database: Database,
    private readonly store: BindingStore,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
  ) {}

  /** Makes credentials for a new binding, `label` part of the client id; storing them is `create`. Costs a slow hash: call it outside a transaction. */
  async mint(label: string): Promise<FreshCredentials> {
    const bindingId = randomUUID();
    const clientSecret = newSecret();
    const slug = label.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const clientId = `sb-${slug}-${bindingId.slice(0, 8)}`;
    return { bindingId, clientId, clientSecret, proof: await proofOf(clientSecret, newSalt()) };
  }

  /** Stores a binding of an instance, or, with null, an operator's client; polling the feed after the commit makes it usable in this process. */
  async create(tx: Tx, instanceId: number | null, name: string, fresh: FreshCredentials): Promise<void> {
    const { bindingId: id, clientId, proof } = fresh;
    await this.store.insert(tx, { id, instanceId, name, clientId, kind: 'password', proof, expiresAt: null });
  }

  /** Creates a binding for its actor and answers its credentials. */
  async add(by: BindingActor, name: string): Promise<FreshCredentials> {
    const fresh = await this.mint(name);
    await this.change(async (tx) => {
      await this.create(tx, by.instanceId, name, fresh);
      await this.tell(tx, by, 'binding.created', {
        binding: fresh.bindingId,
        clientId: fresh.clientId,
        name,
      });
    });
    return fresh;
  }

  /** Answers the live bindings of an instance, oldest first. */
  list(instanceId: number): Promise<BindingRow[]> {
    return this.database.read((tx) => this.store.list(tx, instanceId));
  }

  /** Gives a binding a new secret beside its last one, which is accepted for `overlapS` more seconds. Throws NotFound where there is no such binding. */
  async rotate(by: BindingActor, bindingId: string, overlapS: number): Promise<RotatedBinding> {
    const { salt } = await this.database.read(async (tx) => {
      const { clientId } = await this.store.get(tx, by.instanceId, bindingId);
      const [stored] = await this.store.proofsOf(tx, clientId, 'password');
      return { salt: stored ? saltOf(stored.proof) : newSalt() };
    });
    const clientSecret = newSecret();
    const proof = await proofOf(clientSecret, salt);
    return this.change(async (tx) => {
      const binding = await this.store.get(tx, by.instanceId, bindingId);
      const previousUntil = await this.store.expireProofs(tx, bindingId, overlapS * SECOND_MS);
      await this.store.addProof(tx, bindingId, { kind: 'password', proof, expiresAt: null });
      await this.tell(tx, by, 'binding.rotated', { binding: bindingId, previousUntil });
      return { binding, clientSecret, previousUntil };
    });
  }

  /** Revokes a binding at once: no new tokens, and those that it has stop working. Throws NotFound, and Conflict for the one that asks. */
  async revoke(by: BindingActor, bindingId: string): Promise<void> {
    await this.change(async (tx) => {
      const { clientId } = await this.store.get(tx, by.instanceId, bindingId);
      if (clientId === by.actor) {
        throw new Conflict('A binding cannot revoke itself: use the credentials of another binding.');
      }
      await this.store.revoke(tx, bindingId);
      await this.tell(tx, by, 'binding.revoked', { binding: bindingId, clientId });
    });
  }

  /** Revokes every binding of an instance that is deleted, within the transaction that deletes it. */
  async revokeAll(tx: Tx, instanceId: number): Promise<void> {
    for (const { id } of await this.store.list(tx, instanceId)) await this.store.revoke(tx, id);
  }

  private async change<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.database.transaction(work);
    await this.feed.poll();
    return result;
  }

  private tell(tx: Tx, by: BindingActor, event: AuditEvent, details: object): Promise<void> {
    return this.audit.append(tx, { ...by, tenantId: null, event, details });
  }
}
