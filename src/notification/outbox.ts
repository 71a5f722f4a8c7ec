import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { ChoreLease } from '../replica/chore-lease.js';
import { Chores } from '../replica/chores.js';
import { ChannelLoop } from './channel-loop.js';
import type { Channel } from './channel.js';
import { OutboxStore, type NewMessage } from './outbox.store.js';

/**
 * What is still to be told, whoever is told it: written in the transaction of what it tells of, and sent by its channel
 * afterwards, at least once, unless the receiver is away for too long.
 */
@Injectable()
export class Outbox implements BeforeApplicationShutdown {
  private readonly channels = new Map<string, Channel>();
  private readonly loops = new Map<string, ChannelLoop>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: OutboxStore,
    private readonly lease: ChoreLease,
    private readonly chores: Chores,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.loops.values()].map((loop) => loop.stop()));
  }

  /** Adds a channel; call it in a constructor. Where it is wanted, the outbox is looked at for it from the start on. */
  register(channel: Channel): void {
    const { kind, everyMs, isWanted } = channel;
    if (this.channels.has(kind)) throw new Error(`There is a channel of the kind '${kind}' already.`);
    this.channels.set(kind, channel);
    if (!isWanted) return;
    const { database, store, lease, clock } = this;
    const loop = new ChannelLoop(channel, { database, store, lease, clock });
    this.loops.set(kind, loop);
    this.chores.register({ name: `outbox-${kind}`, everyMs, run: () => loop.run() });
  }

  /** Returns every channel, wanted or not. */
  list(): readonly Channel[] {
    return [...this.channels.values()];
  }

  /** Puts messages in, within the transaction of what they tell of; nothing where their channel is not wanted. */
  async put(tx: Tx, kind: string, messages: readonly NewMessage[], now: Instant): Promise<void> {
    if (messages.length === 0 || !this.loops.has(kind)) return;
    await this.store.insert(tx, kind, messages, now);
  }

  /** Sends what waits for a channel now, without waiting for its next look; never rejects. Resolves when nothing more can be sent at present. */
  publish(kind: string): Promise<void> {
    return this.loops.get(kind)?.run() ?? Promise.resolve();
  }
}
