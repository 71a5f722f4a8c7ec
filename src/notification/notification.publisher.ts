import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { pauseAfter } from '../core/backoff.js';
import { SECOND_MS } from '../core/instant.js';
import { ChoreLease } from '../replica/chore-lease.js';
import { Chores } from '../replica/chores.js';
import { Database } from '../database/database.js';
import { AmqpSender } from './amqp-sender.js';
import { NotificationStore, type UnsentNotification } from './notification.store.js';

const CHORE = 'notification';
const LEASE_MS = 30 * SECOND_MS;
const LOOK_EVERY_MS = SECOND_MS;
const BATCH = 100;
const PAUSES = { firstMs: SECOND_MS, longestMs: 10 * SECOND_MS };

/**
 * Sends the notifications that wait in the outbox to the configured broker, on one replica at a time, the oldest
 * first, each at least once. A broker that is away is tried again after growing pauses; nobody waits for it.
 */
@Injectable()
export class NotificationPublisher implements BeforeApplicationShutdown {
  private readonly log = new Logger(NotificationPublisher.name);
  private link: AmqpSender | null = null;
  private running: Promise<void> | null = null;
  private isAgain = false;
  private failures = 0;
  private pausedUntil = 0;

  constructor(
    private readonly database: Database,
    private readonly store: NotificationStore,
    private readonly lease: ChoreLease,
    @Inject(CONFIG) private readonly config: Config,
    chores: Chores,
  ) {
    if (config.amqpUrl === null) return;
    chores.register({ name: CHORE, everyMs: LOOK_EVERY_MS, run: () => this.publish() });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isAgain = false;
    this.pausedUntil = Number.POSITIVE_INFINITY;
    await this.running;
    this.link?.close();
  }

  /** Sends what waits, unless the broker was away just now; never rejects. Resolves when nothing more can be sent at present. */
  publish(): Promise<void> {
    if (this.config.amqpUrl === null) return Promise.resolve();
    this.isAgain = true;
    return (this.running ??= this.publishAll(this.config.amqpUrl).finally(() => {
      this.running = null;
    }));
  }

  private async publishAll(url: string): Promise<void> {
    while (this.isAgain && performance.now() >= this.pausedUntil) {
      this.isAgain = false;
      try {
        while (await this.publishSome(url));
      } catch (error) {
        this.pause(error);
      }
    }
  }

  /** Answers whether there may be more to send. */
  private async publishSome(url: string): Promise<boolean> {
    const waiting = await this.database.read((tx) => this.store.list(tx, BATCH));
    if (waiting.length === 0 || !(await this.lease.mayDo(CHORE, LEASE_MS))) return false;
    if (this.link?.hasFailed) this.link = null;
    this.link ??= await AmqpSender.open(url);
    const meant = waiting.filter(({ owner }) => owner !== null);
    const taken = await this.link.send(meant.map(messageOf));
    // What has no owner any more is told to nobody.
    const done = waiting.filter((each) => each.owner === null || taken[meant.indexOf(each)]);
    await this.database.transaction((tx) =>
      this.store.delete(
        tx,
        done.map(({ id }) => id),
      ),
    );
    if (done.length < waiting.length) throw new Error('The broker has not taken every notification.');
    if (this.failures > 0) this.log.log('The broker takes notifications again.');
    this.failures = 0;
    return waiting.length === BATCH;
  }

  private pause(reason: unknown): void {
    if (this.failures === 0) {
      this.log.warn(`Notifications wait until the broker takes them. ${String(reason)}`);
    }
    this.failures += 1;
    this.pausedUntil = Math.max(this.pausedUntil, performance.now() + pauseAfter(this.failures, PAUSES));
    this.link?.close();
    this.link = null;
  }
}

/** The message as a JMS client reads it: two properties and an empty body; the subject is what topics are filtered by. */
function messageOf({ owner, type, uri }: UnsentNotification) {
  return {
    durable: true,
    subject: `carillon.jobs.${owner?.instanceId}.${owner?.tenantId}`,
    application_properties: { 'notification-type': type, 'job-uri': uri },
    body: null,
  };
}
