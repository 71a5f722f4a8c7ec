import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { SKIPPING_OUTAGE_MS, type Outage } from '../core/plan/catch-up.js';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { DatabaseClock } from '../database/connection/database-clock.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { HeartbeatStore } from './heartbeat.store.js';

/**
 * This replica's sign of life. A replica's heartbeat is the lease of every run that it holds: one row is
 * renewed, however many runs there are. The heartbeat that all replicas share measures outages, and the
 * database's clock corrects the host's (runs-and-behaviour.md, "Guarantees", "Outages").
 */
@Injectable()
export class Heartbeat {
  private readonly log = new Logger(Heartbeat.name);
  /** Containers of one image may have host name and process id in common. */
  private readonly name = `${hostname().slice(0, 128)}/${process.pid}/${randomUUID()}`;
  private beatAt: Instant = Number.NEGATIVE_INFINITY;
  private id = 0;
  private live: readonly number[] = [];
  private known: readonly Outage[] = [];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: HeartbeatStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The row id of this replica; 0 before the first beat. A new one is taken when the lease was lost. */
  get replicaId(): number {
    return this.id;
  }

  /** The replicas whose lease holds, this one included. */
  get liveReplicaIds(): readonly number[] {
    return this.live;
  }

  get outages(): readonly Outage[] {
    return this.known;
  }

  /** How often to beat: a lease survives five beats that fail. */
  get everyMs(): number {
    return Math.min(this.config.leaseMs / 6, 10_000);
  }

  isDue(now: Instant): boolean {
    return this.isClockInDoubt || now - this.beatAt >= this.everyMs;
  }

  /** Returns whether what this replica holds is still its own: false after a pause longer than the lease, until the next beat. */
  isHolding(now: Instant): boolean {
    return this.id !== 0 && !this.isClockInDoubt && now - this.beatAt < this.config.leaseMs;
  }

  /** A host that slept may have lost its lease without having counted the time. */
  private get isClockInDoubt(): boolean {
    return this.clock instanceof DatabaseClock && this.clock.hasStepped;
  }

  /** Returns whether no other replica lives: then every plan is made, and announced, in this process. */
  get isAlone(): boolean {
    return this.live.length <= 1;
  }

  /**
   * Beats once: renews the lease, notes an outage, learns which replicas live. Throws the driver's error where the
   * database is away. A replica that only serves the API renews its row and leaves the shared heartbeat alone.
   */
  async beat(): Promise<void> {
    if (this.clock instanceof DatabaseClock) await this.clock.check();
    const now = this.clock.now();
    const seen = await this.database.transaction(async (tx) => {
      const known = this.config.isDispatching ? await this.beatForAll(tx, now) : this.known;
      const id = await this.renew(tx, now);
      const live = await this.store.listLive(tx, id, now - this.config.leaseMs);
      return { id, known, live };
    }, 'upkeep');
    this.id = seen.id;
    this.live = seen.live;
    this.known = seen.known;
    this.beatAt = now;
  }

  /** Raises the shared heartbeat and returns the known outages. Only a replica that was away itself can find one. */
  private async beatForAll(tx: Tx, now: Instant): Promise<readonly Outage[]> {
    if (now - this.beatAt >= SKIPPING_OUTAGE_MS) return this.store.raiseAfterAbsence(tx, now);
    await this.store.raise(tx, now);
    return this.known;
  }

  /** Gives the lease up, so that other replicas take over at once what this one still holds; where the database is away, it runs out. */
  async end(): Promise<void> {
    if (this.id === 0) return;
    const { id } = this;
    this.id = 0;
    await this.database
      .transaction((tx) => this.store.remove(tx, id), 'upkeep')
      .catch((error: unknown) =>
        logUnlessUnavailable(error, (reason) => this.log.warn(`The lease runs out: ${reason}`)),
      );
  }

  private async renew(tx: Tx, now: Instant): Promise<number> {
    if (this.id !== 0 && (await this.store.renew(tx, this.id, now))) return this.id;
    return this.store.add(tx, this.name, now);
  }
}
