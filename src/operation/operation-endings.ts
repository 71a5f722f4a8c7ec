import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { EventFeed } from '../event/event-feed.js';
import { operationUri } from '../event/event-text.js';
import type { OperationPlace } from '../event/event.store.js';
import { AmqpChannel } from '../notification/amqp.channel.js';
import { OperationStore, type OperationEnding } from './operation.store.js';

/**
 * Ends operations, whatever they were: status, event and notification in one transaction, so that who polls, who
 * listens and who comes back later learn the same.
 */
@Injectable()
export class OperationEndings {
  constructor(
    private readonly operations: OperationStore,
    private readonly events: EventFeed,
    private readonly notifications: AmqpChannel,
  ) {}

  /** Ends open operations. It holds the numbers of events until commit: do it last. */
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

  /** The broker's answer is nobody's to wait for. */
  private readonly publish = (): void => void this.notifications.publish();
}
