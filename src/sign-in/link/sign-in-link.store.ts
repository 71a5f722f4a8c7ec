import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { grantsFromText, grantsToText, type Grant } from '../grants.js';

/** A link that was not used yet: as what it signs in, and until when. */
export interface StoredLink {
  readonly grants: readonly Grant[];
  readonly expiresAt: Instant;
}

/** All SQL of the table `sign_in_link`. */
@Injectable()
export class SignInLinkStore {
  /** Inserts a link. */
  async insert(tx: Tx, digest: string, { grants, expiresAt }: StoredLink): Promise<void> {
    await tx.execute('INSERT INTO sign_in_link (digest, granted, expires_at) VALUES (?, ?, ?)', [
      digest,
      grantsToText(grants),
      expiresAt,
    ]);
  }

  /** Returns a link that can be used, null where there is none: unknown, used or expired. */
  async find(tx: Tx, digest: string, now: Instant): Promise<StoredLink | null> {
    const [row] = await tx.query<{ granted: string; expires_at: number | string }>(
      'SELECT granted, expires_at FROM sign_in_link WHERE digest = ? AND expires_at > ?',
      [digest, now],
    );
    return row ? { grants: grantsFromText(row.granted), expiresAt: Number(row.expires_at) } : null;
  }

  /** Deletes a link; false where somebody else has used it meanwhile. */
  async take(tx: Tx, digest: string): Promise<boolean> {
    return (await tx.execute('DELETE FROM sign_in_link WHERE digest = ?', [digest])) === 1;
  }

  /** Deletes up to `limit` links that have expired; returns how many. */
  async deleteExpired(tx: Tx, now: Instant, limit: number): Promise<number> {
    const rows = await tx.query<{ digest: string }>(
      'SELECT digest FROM sign_in_link WHERE expires_at <= ? LIMIT ?',
      [now, limit],
    );
    const digests = rows.map(({ digest }) => digest);
    if (digests.length === 0) return 0;
    return tx.execute(`DELETE FROM sign_in_link WHERE digest IN (${marks(digests)})`, digests);
  }
}
