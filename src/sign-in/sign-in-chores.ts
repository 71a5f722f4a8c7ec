import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { HOUR_MS, MINUTE_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores } from '../replica/chores.js';
import { SignInLinkStore } from './link/sign-in-link.store.js';
import { SessionStore } from './session/session.store.js';

const NAME = 'sign-in-clean-up';
/** Rows that one transaction handles at most. */
const BATCH = 500;

/** Deletes sessions that are over and links that have expired. */
@Injectable()
export class SignInChores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sessions: SessionStore,
    private readonly links: SignInLinkStore,
    chores: Chores,
  ) {
    const lease = { name: NAME, forMs: 5 * MINUTE_MS };
    chores.register({ name: NAME, everyMs: HOUR_MS, lease, run: () => this.cleanUp() });
  }

  /** Deletes what is over, and returns how much. */
  async cleanUp(): Promise<number> {
    const now = this.clock.now();
    const sessions = await untilNone(this.database, (tx) => this.sessions.deleteOver(tx, now, BATCH));
    const links = await untilNone(this.database, (tx) => this.links.deleteExpired(tx, now, BATCH));
    return sessions + links;
  }
}
