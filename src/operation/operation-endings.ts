import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { NotificationPublisher } from '../notification/notification.publisher.js';
import { NotificationStore } from '../notification/notification.store.js';
import { EventStore } from '../event/event.store.js';
import { operationUri } from './operation-uri.js';
import { OperationStore, type OperationEnding, type OperationPlace } from './operation.store.js';

/**
 * Ends operations, whatever they were: status, event and notification in one transaction, so that who polls, who
 * listens and who comes back later learn the same. Who wants to hear of new events at once joins by `onCommit`.
 */
@Injectable()
export class OperationEndings {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly operations: OperationStore,
    private readonly events: EventStore,
    private readonly notifications: NotificationStore,
    private readonly publisher: NotificationPublisher,
  ) {}

  /** Names what is called after each commit of endings of this process. */
  onCommit(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Ends open operations. It holds the numbers of events until commit: do it last. */
  async end(tx: Tx, ended: readonly (OperationEnding & OperationPlace)[]): Promise<void> {
    if (ended.length === 0) return;
    await this.operations.end(tx, ended);
    const at = Math.max(...ended.map(({ endedAt }) => endedAt));
    await this.notifications.append(
      tx,
      ended.map(({ id, tenancyId }) => ({ tenancyId, type: 'job-completion', uri: operationUri(id), at })),
    );
    await this.events.append(tx, ended, at);
  }

  /** Says that the transaction of `end` has committed. */
  afterCommit(): void {
    for (const listener of this.listeners) listener();
    void this.publisher.publish();
  }
}
