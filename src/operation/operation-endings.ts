import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { EventFeed } from '../event/event-feed.js';
import { operationUri } from '../event/event-text.js';
import type { OperationPlace } from '../event/event.store.js';
import { AmqpChannel } from '../notification/amqp.channel.js';
import { OperationStore, type OperationEnding } from './operation.store.js';

/**
 * Ends operations of every kind. Status, event and notification are written in one transaction, so that clients
 * that poll, clients that listen and clients that return later all see the same result.
 */
@Injectable()
export class OperationEndings {
  constructor(
    private readonly operations: OperationStore,
    private readonly events: EventFeed,
    private readonly notifications: AmqpChannel,
  ) {}

  /** Ends open operations. Call this last in the transaction: it locks the numbers of events until commit. */
  async end(tx: Tx, ended: readonly (OperationEnding & OperationPlace)[]): Promise<void> {
    if (ended.length === 0) return;
    await this.operations.end(tx, ended);
    const at = Math.max(...ended.map(({ endedAt }) => endedAt));
    await this.notifications.put(
      tx,
      ended.map(({ id, tenancyId }) => ({ tenancyId, type: 'job-completion', uri: operationUri(id) })),
      at,
    );
    await this.events.append(tx, ended, at);
    tx.afterCommit(this.publish);
  }

  /** Publishes without waiting: nobody waits for the broker's answer. */
  private readonly publish = (): void => void this.notifications.publish();
}
