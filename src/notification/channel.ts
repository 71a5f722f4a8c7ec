import type { Backoff } from '../core/backoff.js';
import type { Instant } from '../core/instant.js';

/** A message in the outbox, as it is given to its channel to send. */
export interface OutgoingMessage {
  readonly id: number;
  /** What the channel put into the outbox, as JSON text. */
  readonly payload: string;
  readonly createdAt: Instant;
  /** How often the message was sent and not accepted. */
  readonly tries: number;
  /** The owner; null where the tenant no longer exists, or where the message never had an owner. */
  readonly owner: { readonly instanceId: string; readonly tenantId: string } | null;
}

/** How a message that was not accepted is sent again. */
export interface ChannelBackoff extends Backoff {
  /**
   * `channel`: there is one receiver, and a message that it does not accept makes the others wait too, so that
   * their order is kept. `message`: each message is postponed on its own, and its number of tries is stored.
   */
  readonly of: 'channel' | 'message';
}

/**
 * How messages leave the service: one class for each kind of receiver. A channel registers with the outbox when
 * it is created, and has its own method to put messages in.
 */
export interface Channel {
  /** Names the channel in the outbox. Messages stay there when the version changes, so this name never changes. */
  readonly kind: string;
  /** False where no receiver is configured: then nothing is written and nothing is looked for. */
  readonly isWanted: boolean;
  /** How often the outbox is checked; and for how long a replica that died prevents others from sending. */
  readonly everyMs: number;
  readonly leaseMs: number;
  /**
   * Maximum number of messages per check. `send` gets them together where they are postponed together, otherwise
   * one by one.
   */
  readonly batch: number;
  readonly backoff: ChannelBackoff;
  /** After how long a message that was not accepted is given up. */
  readonly givenUpAfterMs: number;
  /** Sends messages, the oldest first, and returns which of them were accepted. Rejects where none was. */
  send(messages: readonly OutgoingMessage[]): Promise<readonly boolean[]>;
  /** Returns the name of a message for the log: without secrets and without its content. */
  nameOf(message: OutgoingMessage): string;
  /** Closes open connections; the next `send` opens them again. */
  close?(): void;
}
