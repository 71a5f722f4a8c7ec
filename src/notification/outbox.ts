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
 * Messages that are still to be sent, for every receiver. They are written in the transaction of the change that
 * they report, and sent by their channel afterwards: at least once, unless the receiver is unavailable for too
 * long.
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

  /**
   * Adds a channel. Call it in a constructor. Where the channel is wanted, the outbox is checked for it from the
   * start of the application.
   */
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

  /**
   * Puts messages in, in the transaction of the change that they report; does nothing where their channel is not
   * wanted.
   */
  async put(tx: Tx, kind: string, messages: readonly NewMessage[], now: Instant): Promise<void> {
    if (messages.length === 0 || !this.loops.has(kind)) return;
    await this.store.insert(tx, kind, messages, now);
  }

  /**
   * Sends the waiting messages of a channel now, without waiting for the next check; never rejects. Resolves when
   * nothing more can be sent at present.
   */
  publish(kind: string): Promise<void> {
    return this.loops.get(kind)?.run() ?? Promise.resolve();
  }
}
