import { Injectable } from '@nestjs/common';
import { MINUTE_MS, type Instant } from '../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { chunks, marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { RowScope } from '../database/scoped.js';
import type { StreamIdentity } from './event-stream.js';

/** How long a stream can be opened after it was created, or opened again after it was last open. */
export const STREAM_LIFE_MS = 5 * MINUTE_MS;

const COLUMNS = [
  ...['id', 'instance_id', 'tenancy_id', 'is_instance', 'generation', 'opened_at', 'expires_at'],
  ...['client_id', 'ends_at'],
];

/** Whose stream it is, and with what it ends. */
export interface StreamOwner extends Pick<StreamIdentity, 'clientId' | 'endsAt'> {
  readonly scope: RowScope;
}

/** The streams that replicas share: the scope of each stream id, and which opening of it is the latest. */
@Injectable()
export class StreamStore {
  /** Stores a stream so that it can be opened from now on. One of the same id, expired or not, keeps its generation. */
  async put(tx: Tx, id: string, { scope, clientId, endsAt }: StreamOwner, now: Instant): Promise<void> {
    const isInstance = scope.kind === 'instance' ? 1 : 0;
    const key = uuidToBytes(id);
    const expiresAt = now + STREAM_LIFE_MS;
    const owner = [scope.instanceId, scope.tenancyId, isInstance];
    await tx.dialect.insertIgnore(tx, 'event_stream', COLUMNS, [
      [key, ...owner, 0, now, expiresAt, clientId, endsAt],
    ]);
    await tx.execute(
      `UPDATE event_stream SET instance_id = ?, tenancy_id = ?, is_instance = ?, expires_at = ?, client_id = ?, ends_at = ?
       WHERE id = ?`,
      [...owner, expiresAt, clientId, endsAt, key],
    );
  }

  /**
   * Records that a stream is opened and returns its identity; null where it is unknown, has expired, its tenant is
   * deleted or suspended, its binding is revoked, or its token has ended.
   */
  async open(tx: Tx, id: string, now: Instant): Promise<StreamIdentity | null> {
    const key = uuidToBytes(id);
    const matched = await tx.execute(
      `UPDATE event_stream SET generation = generation + 1, opened_at = ?, expires_at = ?
       WHERE id = ? AND expires_at >= ? AND (ends_at IS NULL OR ends_at > ?)`,
      [now, now + STREAM_LIFE_MS, key, now, now],
    );
    if (matched === 0) return null;
    const [row] = await tx.query<{
      instance_id: number;
      tenancy_id: number;
      is_instance: number;
      generation: number;
      client_id: string | null;
      ends_at: number | null;
    }>(
      `SELECT s.instance_id, s.tenancy_id, s.is_instance, s.generation, s.client_id, s.ends_at FROM event_stream s
       JOIN tenancy t ON t.id = s.tenancy_id LEFT JOIN binding b ON b.client_id = s.client_id
       WHERE s.id = ? AND t.suspended_at IS NULL
         AND (s.client_id IS NULL OR (b.client_id IS NOT NULL AND b.revoked_at IS NULL))`,
      [key],
    );
    if (!row) return null;
    const kind = row.is_instance === 1 ? 'instance' : 'tenant';
    const scope = { kind, instanceId: row.instance_id, tenancyId: row.tenancy_id } as const;
    const endsAt = row.ends_at === null ? null : Number(row.ends_at);
    return { id, generation: row.generation, scope, clientId: row.client_id, endsAt };
  }

  /** Returns the streams that were opened since an instant, with the number of times that each one was opened. */
  async listOpenedSince(tx: Tx, since: Instant): Promise<{ id: string; generation: number }[]> {
    const rows = await tx.query<{ id: Buffer; generation: number }>(
      'SELECT id, generation FROM event_stream WHERE opened_at >= ?',
      [since],
    );
    return rows.map(({ id, generation }) => ({ id: uuidFromBytes(id), generation }));
  }

  /** Returns which of these tenancies exist and are not suspended. */
  listLive(tx: Tx, tenancyIds: readonly number[]): Promise<Set<number>> {
    return found(tx, 'SELECT id AS value FROM tenancy WHERE suspended_at IS NULL AND id', tenancyIds);
  }

  /** Returns which of these bindings are there and not revoked. */
  listLiveBindings(tx: Tx, clientIds: readonly string[]): Promise<Set<string>> {
    return found(
      tx,
      'SELECT client_id AS value FROM binding WHERE revoked_at IS NULL AND client_id',
      clientIds,
    );
  }

  /** Extends the time in which open streams can be opened again. */
  async renew(tx: Tx, ids: readonly string[], now: Instant): Promise<void> {
    for (const part of chunks(ids)) {
      await tx.execute(`UPDATE event_stream SET expires_at = ? WHERE id IN (${marks(part)})`, [
        now + STREAM_LIFE_MS,
        ...part.map(uuidToBytes),
      ]);
    }
  }

  /** Deletes up to `limit` streams that can no longer be opened; returns how many. */
  async deleteExpired(tx: Tx, now: Instant, limit: number): Promise<number> {
    const rows = await tx.query<{ id: Buffer }>('SELECT id FROM event_stream WHERE expires_at < ? LIMIT ?', [
      now,
      limit,
    ]);
    const ids = rows.map((row) => row.id);
    if (ids.length > 0) await tx.execute(`DELETE FROM event_stream WHERE id IN (${marks(ids)})`, ids);
    return ids.length;
  }
}

/** Returns which of these values a query finds; it ends with the column that they are looked up in. */
async function found<Value extends number | string>(
  tx: Tx,
  query: string,
  values: readonly Value[],
): Promise<Set<Value>> {
  const all = new Set<Value>();
  for (const part of chunks(values)) {
    const rows = await tx.query<{ value: Value }>(`${query} IN (${marks(part)})`, part);
    for (const row of rows) all.add(row.value);
  }
  return all;
}
