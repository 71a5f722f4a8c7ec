import { Logger } from '@nestjs/common';
import { pauseAfter } from '../core/backoff.js';
import type { Clock } from '../core/clock.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import type { Database } from '../database/database.js';
import type { ChoreLease } from '../replica/chore-lease.js';
import type { Channel, OutgoingMessage } from './channel.js';
import type { OutboxStore } from './outbox.store.js';

/** The services that every loop uses. */
export interface LoopTools {
  readonly database: Database;
  readonly store: OutboxStore;
  readonly lease: ChoreLease;
  readonly clock: Clock;
}

/**
 * Sends the waiting messages of one channel, on one replica at a time, each message at least once. Callers need
 * not wait for it.
 */
export class ChannelLoop {
  private readonly log = new Logger('Outbox');
  private running: Promise<void> | null = null;
  private isAgain = false;
  private isStopping = false;
  private failures = 0;
  private pausedUntil = 0;

  constructor(
    private readonly channel: Channel,
    private readonly tools: LoopTools,
  ) {}

  /**
   * Sends the messages that are due, unless the channel pauses after a failure; never rejects. Resolves when
   * nothing more can be sent at present.
   */
  run(): Promise<void> {
    this.isAgain = true;
    return (this.running ??= this.sendAll().finally(() => {
      this.running = null;
    }));
  }

  /** Stops after the current batch, and closes the connection to the receiver. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
    this.channel.close?.();
  }

  private async sendAll(): Promise<void> {
    while (this.isAgain && !this.isStopping && performance.now() >= this.pausedUntil) {
      this.isAgain = false;
      try {
        while (!this.isStopping && (await this.sendSome()));
      } catch (error) {
        logUnlessUnavailable(error, (reason) =>
          this.log.error(`The outbox of '${this.channel.kind}' cannot be worked on: ${reason}`),
        );
      }
    }
  }

  /** Sends one batch. Returns whether there may be more to send at once. */
  private async sendSome(): Promise<boolean> {
    const { kind, batch, leaseMs, backoff } = this.channel;
    const { database, store, lease, clock } = this.tools;
    const due = await database.read((tx) => store.listDue(tx, kind, clock.now(), batch));
    if (due.length === 0 || !(await lease.mayDo(`outbox-${kind}`, leaseMs))) return false;
    if (backoff.of === 'channel') return this.sendTogether(due);
    for (const message of due) if (!this.isStopping) await this.sendAlone(message);
    return false;
  }

  /** Sends all messages at once. When one of them is not accepted, the channel pauses. */
  private async sendTogether(due: readonly OutgoingMessage[]): Promise<boolean> {
    const { taken, reason } = await this.send(due);
    const done = due.filter((_, place) => taken[place]).map(({ id }) => id);
    await this.tools.database.transaction((tx) => this.tools.store.delete(tx, done));
    if (done.length < due.length) return this.pause(reason);
    if (this.failures > 0) this.log.log(`'${this.channel.kind}' tells again what waited.`);
    this.failures = 0;
    return due.length === this.channel.batch;
  }

  /**
   * Sends one message and deletes it where it was accepted, or was not accepted for too long; otherwise postpones
   * it.
   */
  private async sendAlone(message: OutgoingMessage): Promise<void> {
    const { database, store, clock } = this.tools;
    const { backoff, givenUpAfterMs } = this.channel;
    const { taken, reason } = await this.send([message]);
    const now = clock.now();
    const isGivenUp = !taken[0] && now - message.createdAt >= givenUpAfterMs;
    if (isGivenUp) this.log.error(`${this.channel.nameOf(message)} is given up. ${reason}`);
    const nextAt = now + pauseAfter(message.tries + 1, backoff);
    await database.transaction((tx) =>
      taken[0] || isGivenUp ? store.delete(tx, [message.id]) : store.putOff(tx, message.id, nextAt),
    );
  }

  private async send(due: readonly OutgoingMessage[]) {
    try {
      return { taken: await this.channel.send(due), reason: 'It was not taken.' };
    } catch (error) {
      return { taken: [], reason: String(error) };
    }
  }

  private pause(reason: string): false {
    const { kind, backoff } = this.channel;
    if (this.failures === 0) this.log.warn(`What '${kind}' is to tell waits until it is taken. ${reason}`);
    this.failures += 1;
    this.pausedUntil = performance.now() + pauseAfter(this.failures, backoff);
    this.channel.close?.();
    return false;
  }
}
