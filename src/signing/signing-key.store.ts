import { Injectable } from '@nestjs/common';
import { Conflict, NotFound, shown } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import { holdRows } from '../database/row-lock.js';
import { scopeSql, type RowScope } from '../database/scoped.js';
import type { Tx } from '../database/tx.js';
import { ChangeFeed } from '../tenant/change-feed.js';
import { SIGNING_KINDS, type SigningKind } from './signature.js';

/** The topic of these keys in the feed of changes; a change names the tenancy. */
export const WEBHOOK_KEYS = 'webhook-key';

/** A key by which calls of a tenancy are signed. */
export interface SigningKey {
  readonly id: string;
  readonly instanceId: number;
  readonly tenancyId: number;
  readonly kind: SigningKind;
  /** Sealed. */
  readonly secret: string;
  /** Of a pair; else null. */
  readonly publicKey: string | null;
  readonly createdAt: Instant;
}

interface Row {
  id: Buffer;
  instance_id: number;
  tenancy_id: number;
  kind: number;
  secret: string;
  public_key: string | null;
  created_at: number | string;
}

const COLUMNS = 'k.id, k.instance_id, k.tenancy_id, k.kind, k.secret, k.public_key, k.created_at';
const ORDER = 'ORDER BY k.created_at, k.id';

/** All SQL on the table `webhook_key`; every change is announced on the feed. */
@Injectable()
export class SigningKeyStore {
  constructor(private readonly feed: ChangeFeed) {}

  /** Returns the keys of a tenancy, oldest first. */
  list(tx: Tx, tenancyId: number): Promise<SigningKey[]> {
    return this.find(tx, 'k.tenancy_id = ?', [tenancyId]);
  }

  /** Returns every key of these tenancies, with null of all, oldest first. */
  listAll(tx: Tx, tenancyIds: readonly number[] | null): Promise<SigningKey[]> {
    if (tenancyIds === null) return this.find(tx, '1 = 1', []);
    if (tenancyIds.length === 0) return Promise.resolve([]);
    return this.find(tx, `k.tenancy_id IN (${marks(tenancyIds)})`, tenancyIds);
  }

  /** Returns a key of the scope. Throws NotFound where there is none for this caller. */
  async get(tx: Tx, scope: RowScope, id: string): Promise<SigningKey> {
    const { sql, parameters } = scopeSql(scope, 'k');
    const [key] = await this.find(tx, `k.id = ? AND ${sql}`, [uuidToBytes(id), ...parameters]);
    if (key) return key;
    throw new NotFound(`There is no signing key with the id ${shown(id)}.`);
  }

  /**
   * Holds the keys of tenancies until commit: they are made and deleted, and jobs come to be signed by them, one after the
   * other. Returns how many of the tenancies there are.
   */
  hold(tx: Tx, tenancyIds: readonly number[]): Promise<number> {
    return holdRows(tx, 'tenancy', `tenancy.id IN (${marks(tenancyIds)})`, tenancyIds);
  }

  /** Holds the keys of tenancies whose calls are to be signed. Throws Conflict where one of them has none. */
  async refuseWithout(tx: Tx, tenancyIds: readonly number[]): Promise<void> {
    const ids = [...new Set(tenancyIds)];
    await this.hold(tx, ids);
    const rows = await tx.query<{ id: number }>(
      `SELECT DISTINCT tenancy_id AS id FROM webhook_key WHERE tenancy_id IN (${marks(ids)})`,
      ids,
    );
    if (rows.length === ids.length) return;
    throw new Conflict(
      '\'signing\' needs a signing key, and the tenant has none: make one with POST /scheduler/signingKeys and { "kind": "v1" }, or leave \'signing\' out.',
    );
  }

  /** Inserts a key. */
  async insert(tx: Tx, key: SigningKey): Promise<void> {
    const { id, instanceId, tenancyId, kind, secret, publicKey, createdAt } = key;
    await tx.execute(
      `INSERT INTO webhook_key (id, instance_id, tenancy_id, kind, secret, public_key, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [uuidToBytes(id), instanceId, tenancyId, SIGNING_KINDS.indexOf(kind), secret, publicKey, createdAt],
    );
    await this.feed.append(tx, WEBHOOK_KEYS, String(tenancyId));
  }

  /** Deletes a key. */
  async delete(tx: Tx, { id, tenancyId }: Pick<SigningKey, 'id' | 'tenancyId'>): Promise<void> {
    await tx.execute('DELETE FROM webhook_key WHERE id = ?', [uuidToBytes(id)]);
    await this.feed.append(tx, WEBHOOK_KEYS, String(tenancyId));
  }

  /** Deletes the keys of a tenancy that is gone, and returns how many they were. */
  async deleteOfTenancy(tx: Tx, tenancyId: number): Promise<number> {
    const deleted = await tx.execute('DELETE FROM webhook_key WHERE tenancy_id = ?', [tenancyId]);
    if (deleted > 0) await this.feed.append(tx, WEBHOOK_KEYS, String(tenancyId));
    return deleted;
  }

  private async find(tx: Tx, where: string, parameters: readonly unknown[]): Promise<SigningKey[]> {
    const rows = await tx.query<Row>(
      `SELECT ${COLUMNS} FROM webhook_key k WHERE ${where} ${ORDER}`,
      parameters,
    );
    return rows.map((row) => ({
      id: uuidFromBytes(row.id),
      instanceId: row.instance_id,
      tenancyId: row.tenancy_id,
      kind: SIGNING_KINDS[row.kind] ?? 'v1',
      secret: row.secret,
      publicKey: row.public_key,
      createdAt: Number(row.created_at),
    }));
  }
}
