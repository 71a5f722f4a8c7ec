import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../core/instant.js';
import { ChoreLease } from '../../replica/chore-lease.js';
import { PUBLISHED_AHEAD_MS } from './key-times.js';
import { KeyRing } from './key-ring.js';

/** A key signs for so long before another takes over. */
const SIGNS_MS = 90 * DAY_MS;
const LOOK_MS = HOUR_MS;

/** Replaces the signing key once in 90 days and drops old ones: once among all replicas, and without an outage. */
@Injectable()
export class KeyRotation implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('KeyRotation');
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly lease: ChoreLease,
    private readonly keys: KeyRing,
  ) {}

  onApplicationBootstrap(): void {
    const tell = (error: unknown) => this.log.error(`Keys cannot be looked after: ${String(error)}`);
    this.timer = setInterval(() => void this.tick().catch(tell), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Rotates where it is time, and drops the keys whose last token has expired; does nothing where another replica does it. */
  async tick(): Promise<void> {
    if (!(await this.lease.mayDo('key-rotation', LOOK_MS))) return;
    await this.keys.rotate(SIGNS_MS);
    const lastTokenMs = this.config.tokenLifetimeS * SECOND_MS + PUBLISHED_AHEAD_MS + HOUR_MS;
    await this.keys.dropRetired(lastTokenMs);
  }
}
