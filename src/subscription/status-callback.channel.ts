import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../core/instant.js';
import type { Tx } from '../database/tx.js';
import type { Channel, OutgoingMessage } from '../notification/channel.js';
import { Outbox } from '../notification/outbox.js';
import { Registry } from './registry.js';

/** What a registry is to be told. */
export interface StatusReport {
  readonly path: string;
  readonly body: object;
  /** The tenancy that must be emptied before, null where nothing must. */
  readonly tenancyId: number | null;
}

interface Payload {
  readonly path: string;
  /** The JSON text to send. */
  readonly body: string;
}

/** Tells the registry how asynchronous hooks ended: again and again, ever more slowly, until it accepts or a day is over. */
@Injectable()
export class StatusCallbackChannel implements Channel {
  readonly kind = 'status-callback';
  readonly isWanted: boolean;
  readonly everyMs = 2 * SECOND_MS;
  readonly leaseMs = 2 * MINUTE_MS;
  /** So many per look, one after the other: the registry is one, and its patience is known to nobody. */
  readonly batch = 20;
  readonly backoff = { of: 'message', firstMs: SECOND_MS, longestMs: 15 * MINUTE_MS } as const;
  readonly givenUpAfterMs = DAY_MS;
  private readonly log = new Logger('StatusCallbacks');

  constructor(
    private readonly outbox: Outbox,
    private readonly registry: Registry,
    private readonly clock: Clock,
  ) {
    this.isWanted = registry.isConfigured();
    outbox.register(this);
  }

  /** Puts a report into the outbox, within the transaction of what it tells of. */
  put(tx: Tx, { path, body, tenancyId }: StatusReport): Promise<void> {
    const payload: Payload = { path, body: JSON.stringify(body) };
    const message = { payload, tenancyId: null, waitsFor: tenancyId };
    return this.outbox.put(tx, this.kind, [message], this.clock.now());
  }

  send(messages: readonly OutgoingMessage[]): Promise<readonly boolean[]> {
    return Promise.all(messages.map((message) => this.report(payloadOf(message))));
  }

  nameOf(message: OutgoingMessage): string {
    return `The report to the registry at ${payloadOf(message).path}`;
  }

  private async report({ path, body }: Payload): Promise<boolean> {
    return this.registry.report(path, body).catch((error: unknown) => {
      this.log.warn(`The registry cannot be told of ${path}: ${String(error)}`);
      return false;
    });
  }
}

/** Written by `put` above, or by the migration from what the version before wrote. */
function payloadOf({ payload }: OutgoingMessage): Payload {
  return JSON.parse(payload) as Payload;
}
