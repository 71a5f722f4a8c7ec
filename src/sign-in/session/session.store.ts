import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { uuidToBytes } from '../../database/columns.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { grantsFromText, grantsToText, type Grant } from '../grants.js';

/** How a person signed in; stored as its place in this list: append only. */
export const WAYS = ['link', 'credentials'] as const;
export type Way = (typeof WAYS)[number];

/** A session as it is stored. */
export interface StoredSession {
  readonly digest: string;
  readonly person: string;
  readonly way: Way;
  readonly grants: readonly Grant[];
  /** The client whose credentials were typed, null for a link. */
  readonly clientId: string | null;
  readonly startedAt: Instant;
  readonly expiresAt: Instant;
  /** When it ends unless it is used; never later than `expiresAt`. */
  readonly idleExpiresAt: Instant;
}

/** A new session; `secretId` is the newest secret of its client. */
export interface SessionDraft extends StoredSession {
  readonly secretId: number | null;
}

/** A secret of a client, as far as sessions depend on it. */
export interface ClientSecret {
  readonly id: number;
  readonly expiresAt: Instant | null;
}

interface Row {
  person: string;
  way: number;
  granted: string;
  client_id: string | null;
  secret_id: number | string | null;
  newest_secret_id: number | string | null;
  started_at: number;
  expires_at: number;
  idle_expires_at: number;
}

/** All SQL of the table `web_session`. */
@Injectable()
export class SessionStore {
  /** Inserts a session. */
  async insert(tx: Tx, draft: SessionDraft): Promise<void> {
    await tx.execute(
      `INSERT INTO web_session
         (digest, person, way, granted, client_id, secret_id, started_at, expires_at, idle_expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        draft.digest,
        draft.person,
        WAYS.indexOf(draft.way),
        grantsToText(draft.grants),
        draft.clientId,
        draft.secretId,
        draft.startedAt,
        draft.expiresAt,
        draft.idleExpiresAt,
      ],
    );
  }

  /** Returns a session whatever its age; null where it is unknown, or its client was revoked or got another secret since. */
  async find(tx: Tx, digest: string): Promise<StoredSession | null> {
    const [row] = await tx.query<Row>(
      `SELECT s.person, s.way, s.granted, s.client_id, s.secret_id, s.started_at, s.expires_at, s.idle_expires_at,
         (SELECT MAX(p.id) FROM binding_secret p JOIN binding b ON b.id = p.binding_id
          WHERE b.client_id = s.client_id AND b.revoked_at IS NULL) AS newest_secret_id
       FROM web_session s WHERE s.digest = ?`,
      [digest],
    );
    const way = row && WAYS[Number(row.way)];
    if (!way) return null;
    if (row.client_id !== null && Number(row.secret_id) !== Number(row.newest_secret_id)) return null;
    return {
      digest,
      person: row.person,
      way,
      grants: grantsFromText(row.granted),
      clientId: row.client_id,
      startedAt: Number(row.started_at),
      expiresAt: Number(row.expires_at),
      idleExpiresAt: Number(row.idle_expires_at),
    };
  }

  /** Returns the secrets of a binding, oldest first; none where it is revoked. */
  async listSecrets(tx: Tx, bindingId: string): Promise<ClientSecret[]> {
    const rows = await tx.query<{ id: number; expires_at: number | string | null }>(
      'SELECT id, expires_at FROM binding_secret WHERE binding_id = ? ORDER BY id',
      [uuidToBytes(bindingId)],
    );
    return rows.map((row) => ({
      id: Number(row.id),
      expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    }));
  }

  /** Moves the end of a session that is used; never back, as replicas do it side by side. */
  async prolong(tx: Tx, digest: string, idleExpiresAt: Instant): Promise<void> {
    await tx.execute('UPDATE web_session SET idle_expires_at = ? WHERE digest = ? AND idle_expires_at < ?', [
      idleExpiresAt,
      digest,
      idleExpiresAt,
    ]);
  }

  /** Deletes a session. */
  async delete(tx: Tx, digest: string): Promise<void> {
    await tx.execute('DELETE FROM web_session WHERE digest = ?', [digest]);
  }

  /** Deletes up to `limit` sessions that are over; returns how many. */
  async deleteOver(tx: Tx, now: Instant, limit: number): Promise<number> {
    const rows = await tx.query<{ digest: string }>(
      'SELECT digest FROM web_session WHERE idle_expires_at <= ? LIMIT ?',
      [now, limit],
    );
    const digests = rows.map(({ digest }) => digest);
    if (digests.length === 0) return 0;
    return tx.execute(`DELETE FROM web_session WHERE digest IN (${marks(digests)})`, digests);
  }
}
