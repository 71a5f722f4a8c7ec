import { Injectable } from '@nestjs/common';
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

/** Entries of this process in the audit log within a minute: whoever guesses must not fill the disk. */
const MOST_A_MINUTE = 20;

/** Notes in the audit log who was refused. */
@Injectable()
export class RefusedSignIns {
  private since: Instant = 0;
  private noted = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Notes a refusal, unless there were too many of them. */
  async note({ way, instanceId, clientId, address }: RefusedSignIn): Promise<void> {
    const now = this.clock.now();
    if (now - this.since >= MINUTE_MS) [this.since, this.noted] = [now, 0];
    this.noted += 1;
    if (this.noted > MOST_A_MINUTE) return;
    const entry = {
      instanceId,
      tenantId: null,
      actor: clientId ?? 'unknown',
      event: 'session.refused',
    } as const;
    await this.database.transaction((tx) => this.audit.append(tx, { ...entry, details: { way, address } }));
  }
}
