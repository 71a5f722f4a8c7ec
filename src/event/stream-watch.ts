import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { OpenStreams } from './open-streams.js';
import { StreamStore } from './stream.store.js';

/** Streams opened within this time are checked repeatedly, so that clocks may differ by some seconds. */
const RECENT_MS = 30 * SECOND_MS;
const RENEW_EVERY_MS = MINUTE_MS;
/** A stream is closed after this time: its client connects again, with credentials that are still valid. */
const MOST_AGE_MS = HOUR_MS;

/**
 * Closes streams that must not continue: those that were opened again elsewhere, those of a tenant that is
 * deleted or suspended, those whose binding is revoked or whose token has ended, and those of the maximum age. Needs a few statements per second in all,
 * however many streams are open.
 */
@Injectable()
export class StreamWatch {
  private readonly log = new Logger(StreamWatch.name);
  private looking: Promise<void> | null = null;
  private renewedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: StreamStore,
  ) {}

  /** Starts a check, unless the last one is still running. */
  look(streams: OpenStreams): void {
    this.looking ??= this.lookOnce(streams)
      .catch((error: unknown) =>
        logUnlessUnavailable(error, (reason) => this.log.warn(`Streams are looked after later: ${reason}`)),
      )
      .finally(() => {
        this.looking = null;
      });
  }

  async settled(): Promise<void> {
    await this.looking;
  }

  private async lookOnce(streams: OpenStreams): Promise<void> {
    const open = streams.list();
    const now = this.clock.now();
    const tenancies = [...new Set(open.map(({ identity }) => identity.scope.tenancyId))];
    const clients = [...new Set(open.flatMap(({ identity }) => identity.clientId ?? []))];
    const { recent, live, bindings } = await this.database.read(async (tx) => ({
      recent: await this.store.listOpenedSince(tx, now - RECENT_MS),
      live: await this.store.listLive(tx, tenancies),
      bindings: await this.store.listLiveBindings(tx, clients),
    }));
    for (const { id, generation } of recent) {
      const stream = streams.find(id);
      if (stream && stream.identity.generation < generation) stream.close();
    }
    const at = performance.now();
    for (const stream of open) {
      const { scope, clientId, endsAt } = stream.identity;
      const isBound = clientId === null || bindings.has(clientId);
      const isLive = live.has(scope.tenancyId) && isBound && (endsAt === null || now < endsAt);
      if (!isLive || at - stream.openedAt > MOST_AGE_MS) stream.close();
    }
    if (at - this.renewedAt < RENEW_EVERY_MS) return;
    this.renewedAt = at;
    const ids = streams.list().map(({ identity }) => identity.id);
    await this.database.transaction((tx) => this.store.renew(tx, ids, now));
  }
}
