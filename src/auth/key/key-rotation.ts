import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../core/instant.js';
import { Chores } from '../../replica/chores.js';
import { Resealing } from '../../replica/resealing.js';
import { KeyRing } from './key-ring.js';
import { PUBLISHED_AHEAD_MS } from './key-times.js';

const NAME = 'key-rotation';
const LOOK_MS = HOUR_MS;
/** A key signs for so long before another takes over. */
const SIGNS_MS = 90 * DAY_MS;

/** Replaces the signing key once in 90 days and drops old ones: once among all replicas, and without an outage. */
@Injectable()
export class KeyRotation {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: KeyRing,
    chores: Chores,
    resealing: Resealing,
  ) {
    const lease = { name: NAME, forMs: LOOK_MS };
    chores.register({ name: NAME, everyMs: LOOK_MS, lease, run: () => this.rotate() });
    resealing.register({ table: 'signing_key', column: 'private_key', key: ['kid'], beforeFirst: [''] });
  }

  /** Rotates where it is time, and drops the keys whose last token has expired. */
  private async rotate(): Promise<void> {
    await this.keys.rotate(SIGNS_MS);
    const lastTokenMs = this.config.tokenLifetimeS * SECOND_MS + PUBLISHED_AHEAD_MS + HOUR_MS;
    await this.keys.dropRetired(lastTokenMs);
  }
}
