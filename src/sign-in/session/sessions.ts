import { Inject, Injectable } from '@nestjs/common';
import { BindingIndex } from '../../auth/binding/binding-index.js';
import { CONFIG, type Config } from '../../config/config.js';
import { BoundedMap } from '../../core/bounded-map.js';
import { Clock } from '../../core/clock.js';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import { isUnavailable } from '../../database/connection/availability.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import type { Grant } from '../grants.js';
import { digestOf, newCode } from './secret-code.js';
import { SessionStore, type StoredSession, type Way } from './session.store.js';

/** For how long a replica believes what it has read: a session that ended elsewhere is over here as soon. */
const KNOWN_MS = 5 * SECOND_MS;
const MOST_KNOWN = 10_000;
const IDLE_MS = 8 * HOUR_MS;
const WRITTEN_EVERY_MS = MINUTE_MS;

/** Who signs in, how and as what. */
export interface NewSession {
  readonly person: string;
  readonly way: Way;
  readonly grants: readonly Grant[];
  /** The typed credentials that it dies with; null for a link. */
  readonly client: { readonly clientId: string; readonly secretId: number; readonly until: Instant } | null;
}

/** A session that has begun, with what its cookie holds. */
export interface StartedSession {
  readonly token: string;
  readonly session: StoredSession;
}

interface Known {
  readonly session: StoredSession;
  readonly readAt: Instant;
  /** The version of the bindings in memory before it was read. */
  readonly bindings: number;
}

/** The sessions of people who are signed in. Any replica serves each of them: the database has them all. */
@Injectable()
export class Sessions {
  private readonly known = new BoundedMap<Known>(MOST_KNOWN);
  /** How many sessions this process has ended: what was read before the last one may be out of date. */
  private ends = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: SessionStore,
    private readonly bindings: BindingIndex,
  ) {}

  /** Starts a session within the transaction of its sign-in. */
  async start(tx: Tx, { client, ...wanted }: NewSession): Promise<StartedSession> {
    const token = newCode();
    const startedAt = this.clock.now();
    const most = startedAt + this.config.dashboard.sessionMs;
    const expiresAt = Math.min(most, client?.until ?? most);
    const session: StoredSession = {
      ...wanted,
      digest: digestOf(token),
      clientId: client?.clientId ?? null,
      startedAt,
      expiresAt,
      idleExpiresAt: Math.min(startedAt + IDLE_MS, expiresAt),
    };
    await this.store.insert(tx, { ...session, secretId: client?.secretId ?? null });
    // Its cookie is no guess, however many guesses come from its address; what is believed of it is read at its first use.
    tx.afterCommit(() => this.known.set(session.digest, { session, readAt: -Infinity, bindings: -1 }));
    return { token, session };
  }

  /** Returns whether a cookie held a session when this process last looked, or was given out by it: it is no guess. */
  hasSeen(token: string): boolean {
    return this.known.get(digestOf(token)) !== null;
  }

  /** Returns the session of a cookie, null where it is over; to look after it is no use of it. */
  async find(token: string, isUse: boolean): Promise<StoredSession | null> {
    const digest = digestOf(token);
    const known = this.stillKnown(digest) ?? (await this.read(digest));
    if (!known || this.clock.now() >= known.session.idleExpiresAt) return null;
    return isUse ? this.used(known) : known.session;
  }

  /** Ends the session of a digest; the other replicas know it within 5 s. */
  async end(tx: Tx, digest: string): Promise<void> {
    await this.store.delete(tx, digest);
    tx.afterCommit(() => {
      this.ends += 1;
      this.known.delete(digest);
    });
  }

  private stillKnown(digest: string): Known | null {
    const known = this.known.get(digest);
    if (!known) return null;
    const age = this.clock.now() - known.readAt;
    const { clientId } = known.session;
    const isSame = clientId === null || this.bindings.version === known.bindings;
    return isSame && age >= 0 && age < KNOWN_MS ? known : null;
  }

  private async read(digest: string): Promise<Known | null> {
    const { ends } = this;
    const [readAt, bindings] = [this.clock.now(), this.bindings.version];
    const session = await this.database.read((tx) => this.store.find(tx, digest));
    if (!session) {
      this.known.delete(digest);
      return null;
    }
    const known = { session, readAt, bindings };
    // Someone may have signed out while it was read.
    if (ends === this.ends) this.known.set(digest, known);
    return known;
  }

  /** Notes that a session is used, once a minute at most. */
  private async used(known: Known): Promise<StoredSession> {
    const { session } = known;
    const idleExpiresAt = Math.min(this.clock.now() + IDLE_MS, session.expiresAt);
    if (idleExpiresAt - session.idleExpiresAt < WRITTEN_EVERY_MS) return session;
    // It has ended meanwhile, or another request is writing it.
    if (this.known.get(session.digest) !== known) return session;
    const used = { ...session, idleExpiresAt };
    this.known.set(session.digest, { ...known, session: used });
    try {
      await this.database.transaction((tx) => this.store.prolong(tx, session.digest, idleExpiresAt));
      return used;
    } catch (error) {
      // A database that only reads, as with a full disk, is to be looked at all the same: the next use is noted.
      if (isUnavailable(error)) return session;
      throw error;
    }
  }
}
