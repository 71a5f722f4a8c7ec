import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/** What replicas keep in memory about access; stored as its place in this list: append only. */
export const TOPICS = ['tenancy', 'binding', 'key', 'webhook-key'] as const;
export type Topic = (typeof TOPICS)[number];

/** Something that changed. */
export interface AccessChange {
  /** Its place in the feed. */
  readonly id: number;
  readonly topic: Topic;
  /** Which one of the topic: what its follower knows it by. */
  readonly ref: string;
}

/** The rows of the change feed, and the lock that puts them in the order of their commits. */
@Injectable()
export class ChangeFeedStore {
  /** Holds the feed until commit. */
  async lock(tx: Tx): Promise<void> {
    await tx.execute('UPDATE access_lock SET revision = revision + 1 WHERE id = 1');
  }

  /** Appends a change. Hold the feed before, so that changes become visible in the order of their ids. */
  async append(tx: Tx, topic: Topic, ref: string, now: Instant): Promise<void> {
    await tx.execute('INSERT INTO access_change (topic, ref, at) VALUES (?, ?, ?)', [
      TOPICS.indexOf(topic),
      ref,
      now,
    ]);
  }

  /** Returns the place of the last change, 0 where there is none. */
  async last(tx: Tx): Promise<number> {
    const [row] = await tx.query<{ id: number | null }>('SELECT MAX(id) AS id FROM access_change');
    return Number(row?.id ?? 0);
  }

  /** Returns the changes that follow a place, in their order. */
  async listAfter(tx: Tx, place: number): Promise<AccessChange[]> {
    const rows = await tx.query<{ id: number; topic: number; ref: string }>(
      'SELECT id, topic, ref FROM access_change WHERE id > ? ORDER BY id',
      [place],
    );
    return rows.flatMap(({ id, topic: number, ref }) => {
      const topic = TOPICS[Number(number)];
      return topic ? [{ id: Number(id), topic, ref }] : [];
    });
  }

  /** Deletes the changes from before an instant, up to a place. */
  async deleteOld(tx: Tx, before: Instant, place: number): Promise<void> {
    await tx.execute('DELETE FROM access_change WHERE at < ? AND id < ?', [before, place]);
  }
}
