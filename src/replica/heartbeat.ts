import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { LEAST_ABSENCE_MS, type Outage } from '../core/plan/catch-up.js';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { DatabaseClock } from '../database/connection/database-clock.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { HeartbeatStore } from './heartbeat.store.js';

/** Between two beats the lease alone is renewed, so many times; what others do is read with a beat, at the latest after this time. */
const MOST_BETWEEN_BEATS_MS = 20_000;
const MOST_BETWEEN_RENEWALS_MS = 10_000;

/**
 * The heartbeat of this replica. It is the lease of every run that the replica holds: one row is renewed, however
 * many runs there are. The heartbeat that all replicas share measures outages, and the database's clock corrects
 * the host's clock (runs-and-behaviour.md, "Guarantees", "Outages").
 */
@Injectable()
export class Heartbeat {
  private readonly log = new Logger(Heartbeat.name);
  /** The random part makes the name unique: containers of one image may have the same host name and process id. */
  private readonly name = `${hostname().slice(0, 128)}/${process.pid}/${randomUUID()}`;
  private beatAt: Instant = Number.NEGATIVE_INFINITY;
  /** When the lease was renewed, by a beat or between two of them. */
  private renewedAt: Instant = Number.NEGATIVE_INFINITY;
  private id = 0;
  private live: readonly number[] = [];
  private known: readonly Outage[] = [];
  /** When the lease of the first of the other replicas is over, should that one not beat until then. */
  private lapsesAt: Instant = Infinity;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: HeartbeatStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The row id of this replica; 0 before the first heartbeat. It gets a new id when the lease was lost. */
  get replicaId(): number {
    return this.id;
  }

  /** The replicas whose lease is valid, including this one. */
  get liveReplicaIds(): readonly number[] {
    return this.live;
  }

  get outages(): readonly Outage[] {
    return this.known;
  }

  /** How many milliseconds lie between two heartbeats at most. */
  get everyMs(): number {
    return Math.min(this.config.leaseMs, MOST_BETWEEN_BEATS_MS);
  }

  /** How many milliseconds lie between two renewals of the lease: it survives five that fail. */
  get renewEveryMs(): number {
    return Math.min(this.config.leaseMs / 6, MOST_BETWEEN_RENEWALS_MS);
  }

  /** Returns whether to beat now: the time has come, the lease is lost, or another replica may be gone and its runs are to be taken over. */
  isDue(now: Instant): boolean {
    return !this.isHolding(now) || now - this.beatAt >= this.everyMs || now >= this.lapsesAt;
  }

  /** Returns whether the lease is to be renewed now. */
  isRenewalDue(now: Instant): boolean {
    return now - this.renewedAt >= this.renewEveryMs;
  }

  /**
   * Returns whether this replica still holds its runs: false after a pause longer than the lease, until the next
   * heartbeat.
   */
  isHolding(now: Instant): boolean {
    return this.id !== 0 && !this.isClockInDoubt && now - this.renewedAt < this.config.leaseMs;
  }

  /** Whether the lease may be lost unnoticed: a host that slept may not have counted the time. */
  private get isClockInDoubt(): boolean {
    return this.clock instanceof DatabaseClock && this.clock.hasStepped;
  }

  /** Returns whether no other replica is alive: then every plan is made, and announced, in this process. */
  get isAlone(): boolean {
    return this.live.length <= 1;
  }

  /**
   * Sends one heartbeat: renews the lease, records an outage, and reads which replicas are alive. Throws the
   * driver's error where the database is unavailable. A replica that only serves the API renews its own row and
   * does not update the shared heartbeat.
   */
  async beat(): Promise<void> {
    if (this.clock instanceof DatabaseClock) await this.clock.check();
    const now = this.clock.now();
    const seen = await this.database.transaction(async (tx) => {
      const known = this.config.isDispatching ? await this.beatForAll(tx, now) : this.known;
      const id = await this.renew(tx, now);
      const others = await this.store.listOthers(tx, id, now - this.config.leaseMs);
      return { id, known, others };
    }, 'upkeep');
    this.id = seen.id;
    this.live = [seen.id, ...seen.others.map(({ id }) => id)];
    this.lapsesAt = Math.min(...seen.others.map(({ beatAt }) => beatAt)) + this.config.leaseMs;
    this.known = seen.known;
    this.beatAt = this.renewedAt = now;
  }

  /**
   * Renews the lease where it still holds, in one statement. One that is lost is left to the next heartbeat, because
   * what this replica held may have been taken over. Throws the driver's error where the database is unavailable.
   */
  async renewLease(): Promise<void> {
    const { id } = this;
    const now = this.clock.now();
    if (!this.isHolding(now)) return;
    const isKept = await this.database.single((tx) => this.store.renew(tx, id, now), 'upkeep');
    if (isKept) this.renewedAt = Math.max(this.renewedAt, now);
    else this.renewedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Returns the replicas that are alive now, including this one, as the database has them. What was read with the last
   * heartbeat may be older than a replica that has started since and holds runs.
   */
  async listLive(tx: Tx): Promise<readonly number[]> {
    const others = await this.store.listOthers(tx, this.id, this.clock.now() - this.config.leaseMs);
    return [this.id, ...others.map(({ id }) => id)];
  }

  /**
   * Updates the shared heartbeat and returns the known outages. Only a replica that was itself absent can find an
   * outage.
   */
  private async beatForAll(tx: Tx, now: Instant): Promise<readonly Outage[]> {
    if (now - this.beatAt > LEAST_ABSENCE_MS) {
      const others = await this.store.listOthers(tx, this.id, now - this.config.leaseMs);
      return this.store.raiseAfterAbsence(tx, now, others.length > 0);
    }
    await this.store.raise(tx, now);
    return this.known;
  }

  /**
   * Gives the lease up, so that other replicas at once take over the runs that this one still holds. Where the
   * database is unavailable, the lease expires.
   */
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
