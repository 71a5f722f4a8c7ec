import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { DAY_MS, SECOND_MS, type Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';
import { AmqpSender } from './amqp-sender.js';
import type { Channel, OutgoingMessage } from './channel.js';
import { Outbox } from './outbox.js';

/** What is sent to a broker, with the names that the job API uses. */
export interface Notification {
  readonly tenancyId: number;
  readonly type: 'job-completion';
  /** Path of the object that the notification is about. */
  readonly uri: string;
}

type Payload = Pick<Notification, 'type' | 'uri'>;

/**
 * Sends notifications to the configured broker, over AMQP 1.0. A notification whose owner no longer exists is not
 * sent.
 */
@Injectable()
export class AmqpChannel implements Channel {
  readonly kind = 'amqp';
  readonly isWanted: boolean;
  readonly everyMs = SECOND_MS;
  readonly leaseMs = 30 * SECOND_MS;
  readonly batch = 100;
  readonly backoff = { of: 'channel', firstMs: SECOND_MS, longestMs: 10 * SECOND_MS } as const;
  /**
   * Longer than a broker that is down over a weekend, and shorter than the retention time of the run log to which
   * a notification points.
   */
  readonly givenUpAfterMs = 7 * DAY_MS;
  private link: AmqpSender | null = null;

  constructor(
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.isWanted = config.amqpUrl !== null;
    outbox.register(this);
  }

  /** Puts notifications into the outbox; does nothing where no broker is configured. */
  put(tx: Tx, notifications: readonly Notification[], now: Instant): Promise<void> {
    const messages = notifications.map(({ tenancyId, type, uri }) => {
      const payload: Payload = { type, uri };
      return { payload, tenancyId, waitsFor: null };
    });
    return this.outbox.put(tx, this.kind, messages, now);
  }

  /** Sends the waiting notifications now; never rejects. */
  publish(): Promise<void> {
    return this.outbox.publish(this.kind);
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly boolean[]> {
    if (this.link?.hasFailed) this.link = null;
    this.link ??= await AmqpSender.open(this.config.amqpUrl ?? '');
    const meant = messages.filter(({ owner }) => owner !== null);
    const taken = await this.link.send(meant.map(messageOf));
    return messages.map((message) => message.owner === null || taken[meant.indexOf(message)] === true);
  }

  nameOf({ id }: OutgoingMessage): string {
    return `The notification ${id} to the broker`;
  }

  close(): void {
    this.link?.close();
    this.link = null;
  }
}

/**
 * Returns the message as a JMS client reads it: two properties and an empty body. Topics are filtered by the
 * subject.
 */
function messageOf({ owner, payload }: OutgoingMessage) {
  // Written by `put` above, or by the migration from the data of the previous version.
  const { type, uri } = JSON.parse(payload) as Payload;
  return {
    durable: true,
    subject: `carillon.jobs.${owner?.instanceId}.${owner?.tenantId}`,
    application_properties: { 'notification-type': type, 'job-uri': uri },
    body: null,
  };
}
