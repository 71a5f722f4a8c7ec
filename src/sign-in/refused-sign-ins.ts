import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../core/bounded-map.js';
import { Clock } from '../core/clock.js';
import { MINUTE_MS, type Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import { AuditLog } from '../tenant/audit-log.store.js';
import type { Way } from './session/session.store.js';

/** A sign-in that was refused. */
export interface RefusedSignIn {
  readonly way: Way;
  /** The instance of the client that was named, null where there is none. */
  readonly instanceId: number | null;
  /** The client that was named, where there is one; what strangers type is kept nowhere. */
  readonly clientId: string | null;
  readonly address: string;
}

/**
 * Entries of this process in the audit log within a minute, for the clients of each instance and for unknown ones:
 * whoever guesses must neither fill the disk nor hide behind other names what was tried with a client's.
 */
const MOST_A_MINUTE = 20;
const MOST_COUNTED = 1_000;

interface Minute {
  readonly since: Instant;
  noted: number;
}

/** Notes in the audit log who was refused. */
@Injectable()
export class RefusedSignIns {
  private readonly minutes = new BoundedMap<Minute>(MOST_COUNTED);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Notes a refusal, unless there were too many of them. */
  async note({ way, instanceId, clientId, address }: RefusedSignIn): Promise<void> {
    const minute = this.minuteOf(clientId === null ? 'unknown' : `instance ${instanceId}`);
    minute.noted += 1;
    if (minute.noted > MOST_A_MINUTE) return;
    const entry = {
      instanceId,
      tenantId: null,
      actor: clientId ?? 'unknown',
      event: 'session.refused',
    } as const;
    await this.database.transaction((tx) => this.audit.append(tx, { ...entry, details: { way, address } }));
  }

  private minuteOf(key: string): Minute {
    const now = this.clock.now();
    const known = this.minutes.get(key);
    // A clock that was set back begins a new minute too: the old one would last until it has caught up.
    if (known && now >= known.since && now - known.since < MINUTE_MS) return known;
    const fresh = { since: now, noted: 0 };
    this.minutes.set(key, fresh);
    return fresh;
  }
}
