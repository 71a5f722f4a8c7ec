import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { HOUR_MS, MINUTE_MS, type Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Chores } from '../replica/chores.js';
import { ChangeFeedStore, TOPICS, type Topic } from './change-feed.store.js';

/** Something that is held in memory and follows the database through the feed. */
export interface Follower {
  /** Reads everything again. */
  reloadAll(tx: Tx): Promise<void>;
  /** Reads again what these references name; one that is gone is forgotten. */
  reload(tx: Tx, refs: readonly string[]): Promise<void>;
  /** Hears that what these references name was read again, outside of the work that read it. */
  reloaded?(refs: readonly string[]): void;
}

/** A revocation holds everywhere within 5 s; polling more often would be felt by an idle database. */
const POLL_MS = 4_000;
/** Changes are kept for this long; a replica that heard nothing for half of it reads everything again. */
const KEPT_MS = HOUR_MS;
const PRUNE_EVERY_MS = 10 * MINUTE_MS;

/**
 * Tells every replica of changed tenancies, bindings and keys, so that tokens are verified from memory alone and
 * a revocation still holds everywhere within 5 s (tenancy-and-oauth.md, "Subscription hooks").
 */
@Injectable()
export class ChangeFeed implements OnModuleInit, OnModuleDestroy {
  private readonly followers = new Map<Topic, Follower>();
  private seen = 0;
  private polledAt: Instant;
  private prunedAt: Instant;
  private running: Promise<void> | null = null;
  private queued: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: ChangeFeedStore,
    chores: Chores,
  ) {
    this.polledAt = this.prunedAt = clock.now();
    chores.register({ name: 'change-feed', everyMs: POLL_MS, run: () => this.poll() });
  }

  /** Names who follows a topic; call it in a constructor, so that the first load finds it. */
  follow(topic: Topic, follower: Follower): void {
    this.followers.set(topic, follower);
  }

  async onModuleInit(): Promise<void> {
    await this.reloadEverything();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.allSettled([this.running, this.queued]);
  }

  /** Holds the feed's lock until commit: what must happen once among all replicas is decided under it. */
  lock(tx: Tx): Promise<void> {
    return this.store.lock(tx);
  }

  /** Announces that something changed. It holds in this process once the transaction is over, in others within 5 s. */
  async append(tx: Tx, topic: Topic, ref: string): Promise<void> {
    tx.afterCommit(this.takeInOwn);
    await this.store.lock(tx);
    await this.store.append(tx, topic, ref, this.clock.now());
  }

  private readonly takeInOwn = (): Promise<void> => this.poll();

  /** Takes in every change that was committed before this call; calls at the same time share the work. */
  poll(): Promise<void> {
    if (!this.running) return this.start();
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = null;
        return this.start();
      });
    return this.queued;
  }

  /** Takes in what was changed up to a place of the feed, as somebody has seen it; costs nothing where that is known. */
  async catchUp(place: number): Promise<void> {
    if (place > this.seen) await this.poll();
  }

  private start(): Promise<void> {
    this.running = this.takeIn().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async takeIn(): Promise<void> {
    const now = this.clock.now();
    if (now - this.polledAt > KEPT_MS / 2) return this.reloadEverything();
    const changed = await this.database.read(async (tx) => {
      const changes = await this.store.listAfter(tx, this.seen);
      const changed = new Map<Topic, string[]>();
      for (const topic of TOPICS) {
        const refs = changes.filter((change) => change.topic === topic).map((change) => change.ref);
        if (refs.length > 0) changed.set(topic, [...new Set(refs)]);
      }
      for (const [topic, refs] of changed) await this.followers.get(topic)?.reload(tx, refs);
      this.seen = changes.at(-1)?.id ?? this.seen;
      return changed;
    }, 'upkeep');
    this.polledAt = now;
    for (const [topic, refs] of changed) this.followers.get(topic)?.reloaded?.(refs);
    if (now - this.prunedAt > PRUNE_EVERY_MS) await this.prune(now);
  }

  private async reloadEverything(): Promise<void> {
    const now = this.clock.now();
    await this.database.read(async (tx) => {
      // The place in the feed is read first: a change that commits meanwhile is taken in again by the next poll.
      const last = await this.store.last(tx);
      for (const follower of this.followers.values()) await follower.reloadAll(tx);
      this.seen = last;
    });
    this.polledAt = now;
  }

  private async prune(now: Instant): Promise<void> {
    this.prunedAt = now;
    await this.database.transaction((tx) => this.store.deleteOld(tx, now - KEPT_MS, this.seen));
  }
}
