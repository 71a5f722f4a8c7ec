import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Clock } from '../../core/clock.js';
import { NotFound, shown } from '../../core/errors.js';
import type { Instant } from '../../core/instant.js';
import { isUuid } from '../../core/uuid.js';
import { uuidFromBytes } from '../../database/columns.js';
import { countWhere } from '../../database/count.js';
import type { Tx } from '../../database/tx.js';
import { BindingSecretRow, type SecretKind } from '../../database/entities/binding-secret.row.js';
import { BindingRow } from '../../database/entities/binding.row.js';
import type { Page, Part } from '../../http/page.js';
import { ChangeFeed } from '../../tenant/change-feed.js';

/** A proof that is stored, and until when it counts. */
export interface StoredProof {
  readonly kind: SecretKind;
  readonly proof: string;
  readonly expiresAt: Instant | null;
}

/** A new binding; of its secret only the proof is kept. */
export interface BindingDraft extends StoredProof {
  readonly id: string;
  /** Null for an operator's client. */
  readonly instanceId: number | null;
  readonly name: string;
  readonly clientId: string;
}

/** The only writer of bindings and their secrets; every change is announced on the feed. */
@Injectable()
export class BindingStore {
  constructor(
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {}

  /** Inserts a binding with its first proof. */
  async insert(tx: Tx, draft: BindingDraft): Promise<void> {
    const { id, instanceId, name, clientId } = draft;
    const createdAt = this.clock.now();
    await tx.manager.insert(BindingRow, { id, instanceId, name, clientId, createdAt, revokedAt: null });
    await this.addProof(tx, id, draft);
  }

  /** Returns a live binding of an instance, with null a client of the operator. Throws NotFound where there is none. */
  async get(tx: Tx, instanceId: number | null, id: string): Promise<BindingRow> {
    const owner = { instanceId: instanceId ?? IsNull() };
    const row = isUuid(id) ? await tx.manager.findOneBy(BindingRow, { id, ...owner }) : null;
    if (row?.revokedAt === null) return row;
    const what = instanceId === null ? "operator's client" : 'binding';
    throw new NotFound(`There is no ${what} with the id ${shown(id)}.`);
  }

  /** Returns a part of the live bindings of an instance, with null of the operator's clients, oldest first. */
  async page(tx: Tx, instanceId: number | null, { offset, pageSize }: Page): Promise<Part<BindingRow>> {
    const isOwned = instanceId === null ? 'instance_id IS NULL' : 'instance_id = ?';
    const owner = instanceId === null ? [] : [instanceId];
    const where = `${isOwned} AND revoked_at IS NULL`;
    const total = await countWhere(tx, 'binding', where, owner);
    const found = await tx.query<{ id: Buffer }>(
      `SELECT id FROM binding WHERE ${where} ORDER BY created_at, id LIMIT ? OFFSET ?`,
      [...owner, pageSize, offset],
    );
    const id = In(found.map((row) => uuidFromBytes(row.id)));
    const order = { createdAt: 'ASC', id: 'ASC' } as const;
    const results = found.length === 0 ? [] : await tx.manager.find(BindingRow, { where: { id }, order });
    return { total, results };
  }

  /** Returns all live bindings of an instance, with null the operator's clients, oldest first. */
  async list(tx: Tx, instanceId: number | null): Promise<BindingRow[]> {
    const where = { instanceId: instanceId ?? IsNull() };
    const rows = await tx.manager.find(BindingRow, { where, order: { createdAt: 'ASC' } });
    return rows.filter((row) => row.revokedAt === null);
  }

  /** Returns the proofs of a live client that count now; none where the client is unknown or revoked. */
  async proofsOf(tx: Tx, clientId: string, kind: SecretKind): Promise<BindingSecretRow[]> {
    const binding = await tx.manager.findOneBy(BindingRow, { clientId });
    // The second query is made in any case: an unknown client must take as long as a known one.
    const rows = await tx.manager.findBy(BindingSecretRow, { bindingId: binding?.id ?? NOBODY, kind });
    const now = this.clock.now();
    return rows.filter(
      (row) => binding?.revokedAt === null && (row.expiresAt === null || row.expiresAt > now),
    );
  }

  /** Returns the newest proof of a binding, null where it has none. */
  async lastProof(tx: Tx, bindingId: string): Promise<StoredProof | null> {
    return tx.manager.findOne(BindingSecretRow, { where: { bindingId }, order: { id: 'DESC' } });
  }

  /** Adds a proof beside those that are there. */
  async addProof(tx: Tx, bindingId: string, { kind, proof, expiresAt }: StoredProof): Promise<void> {
    const createdAt = this.clock.now();
    await tx.manager.insert(BindingSecretRow, { bindingId, kind, proof, createdAt, expiresAt });
    await this.feed.append(tx, 'binding', bindingId);
  }

  /** Lets the newest proof of a binding live for `forMs` more at most, deletes the older ones (with the next one two are alive), and returns until when. */
  async expireProofs(tx: Tx, bindingId: string, forMs: number): Promise<Instant> {
    const until = this.clock.now() + forMs;
    const rows = await tx.manager.find(BindingSecretRow, { where: { bindingId }, order: { id: 'DESC' } });
    for (const [age, row] of rows.entries()) {
      if (age > 0) await tx.manager.delete(BindingSecretRow, row.id);
      else {
        const expiresAt = Math.min(row.expiresAt ?? until, until);
        await tx.manager.update(BindingSecretRow, row.id, { expiresAt });
      }
    }
    return until;
  }

  /** Revokes a binding: no new tokens, and those that it has stop working. */
  async revoke(tx: Tx, bindingId: string): Promise<void> {
    await tx.manager.update(BindingRow, { id: bindingId }, { revokedAt: this.clock.now() });
    await tx.manager.delete(BindingSecretRow, { bindingId });
    await this.feed.append(tx, 'binding', bindingId);
  }
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
