import { Injectable, Logger } from '@nestjs/common';
import { pauseAfter } from '../core/backoff.js';
import { Clock } from '../core/clock.js';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../core/instant.js';
import { Chores } from '../replica/chores.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Registry } from './registry.js';
import { StatusCallbackStore, type DueReport } from './status-callback.store.js';

const NAME = 'status-callbacks';
const LOOK_MS = 2 * SECOND_MS;
const LEASE_MS = 2 * MINUTE_MS;
const BATCH = 20;
const PAUSES = { firstMs: SECOND_MS, longestMs: 15 * MINUTE_MS };

/** Decides what becomes of a report after a try. */
@Injectable()
export class StatusCallbackRetry {
  private readonly log = new Logger('StatusCallbacks');

  constructor(
    readonly store: StatusCallbackStore,
    private readonly clock: Clock,
  ) {}

  /** Forgets a report that was accepted, or that a day was not enough for, and puts any other off: 1 s, 2 s, 4 s, ... up to 15 minutes. */
  async settle(tx: Tx, report: DueReport, isAccepted: boolean): Promise<void> {
    const now = this.clock.now();
    const isGivenUp = !isAccepted && now - report.createdAt >= DAY_MS;
    if (isGivenUp)
      this.log.error(`The registry accepted no report at ${report.path} for a day: it is given up.`);
    if (isAccepted || isGivenUp) return this.store.remove(tx, report.id);
    return this.store.putOff(tx, report.id, now + pauseAfter(report.tries + 1, PAUSES));
  }
}

/** Tells the registry how asynchronous hooks ended: again and again, ever more slowly, until it accepts or a day is over. */
@Injectable()
export class StatusCallbacks {
  private readonly log = new Logger('StatusCallbacks');

  constructor(
    private readonly database: Database,
    private readonly retry: StatusCallbackRetry,
    private readonly registry: Registry,
    chores: Chores,
  ) {
    if (!registry.isConfigured()) return;
    const lease = { name: NAME, forMs: LEASE_MS };
    chores.register({ name: NAME, everyMs: LOOK_MS, lease, run: () => this.sendDue() });
  }

  /** Sends what is due; resolves when all of it was tried once. */
  private async sendDue(): Promise<void> {
    const due = await this.database.read((tx) => this.retry.store.listDue(tx, BATCH));
    // One after the other: the registry is one, and its patience is known to nobody.
    for (const report of due) await this.send(report);
  }

  private async send(report: DueReport): Promise<void> {
    const isAccepted = await this.registry.report(report.path, report.body).catch((error: unknown) => {
      this.log.warn(`The registry cannot be told of ${report.path}: ${String(error)}`);
      return false;
    });
    await this.database.transaction((tx) => this.retry.settle(tx, report, isAccepted));
  }
}
