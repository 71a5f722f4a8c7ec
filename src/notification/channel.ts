import type { Backoff } from '../core/backoff.js';
import type { Instant } from '../core/instant.js';

/** Something that waits in the outbox, as its channel is given it to send. */
export interface OutgoingMessage {
  readonly id: number;
  /** What the channel put into the outbox, as JSON text. */
  readonly payload: string;
  readonly createdAt: Instant;
  /** How often it was sent and not taken. */
  readonly tries: number;
  /** Whose it is; null where the tenant is gone, or where it never was anybody's. */
  readonly owner: { readonly instanceId: string; readonly tenantId: string } | null;
}

/** How what was not taken is tried again. */
export interface ChannelBackoff extends Backoff {
  /**
   * `channel`: there is one receiver, and one message that it does not take lets the others wait too: their order is
   * kept. `message`: each is put off by itself, and its tries outlive the process.
   */
  readonly of: 'channel' | 'message';
}

/**
 * How something that is told leaves the house: one class for each kind of receiver. It registers with the outbox when
 * it is made, and has a verb of its own to put messages in.
 */
export interface Channel {
  /** Names it in the outbox, where the messages outlive this version: it never changes. */
  readonly kind: string;
  /** False where nobody is configured to be told: nothing is written then, and nothing looked for. */
  readonly isWanted: boolean;
  /** How often the outbox is looked at; for how long a replica that died keeps others from sending. */
  readonly everyMs: number;
  readonly leaseMs: number;
  /** How many messages one look takes at most. `send` is given them together where they are put off together, else one by one. */
  readonly batch: number;
  readonly backoff: ChannelBackoff;
  /** After how long a message that was not taken is given up. */
  readonly givenUpAfterMs: number;
  /** Sends messages, the oldest first, and returns which of them were taken. Rejects where none was. */
  send(messages: readonly OutgoingMessage[]): Promise<readonly boolean[]>;
  /** Returns what the log calls a message: without secrets and without what it says. */
  nameOf(message: OutgoingMessage): string;
  /** Lets go of what it holds open; the next `send` opens it again. */
  close?(): void;
}
