import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../core/clock.js';
import { SECOND_MS, type Instant } from '../core/instant.js';
import { PlanChanges, type PlanChange } from '../schedule/plan/plan-changes.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Dispatcher, type Tick } from './dispatcher.js';

/**
 * How long before their time runs are claimed; they then wait in memory for their exact millisecond. Half of it is for
 * the claim: other work may keep it waiting for hundreds of milliseconds.
 */
const LOOKAHEAD_MS = 2 * SECOND_MS;
/**
 * How long after a claim the next look follows where nothing was left: what became due earliest is not known then, and
 * so one look serves all runs of half a second.
 */
const AFTER_CLAIM_MS = SECOND_MS / 2;
/**
 * The longest sleep of the loop, so that it sees plans made by other replicas; it sleeps longer where there are
 * none.
 */
const MOST_SLEEP_MS = SECOND_MS;
const MOST_SLEEP_ALONE_MS = 10 * SECOND_MS;
/** The same while claimed runs wait here: another replica may suspend their tenant, and a round finds that out. */
const MOST_SLEEP_HOLDING_MS = SECOND_MS / 2;
/** A claim of this many runs is worth its transaction: the next round follows at once. */
const WORTHWHILE_CLAIM = 200;
/**
 * After a smaller claim, how long to wait until there is more room; the wait is longer where nothing could be
 * claimed (tenants at their limits).
 */
const GATHER_MS = 15;
const FULL_SLEEP_MS = 50;
const RETRY_MS = SECOND_MS;
/** How long open calls may still take when the process is asked to stop. */
const STOP_GRACE_MS = 20 * SECOND_MS;

/**
 * Ticks the dispatcher and does nothing else: it sleeps until there is a reason to look, and stops when asked.
 * With DISPATCH=off it only keeps the heartbeat of this replica, so that the others know that it plans runs.
 */
@Injectable()
export class DispatchLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(DispatchLoop.name);
  private isStopping = false;
  private running: Promise<void> | null = null;
  private wake: () => void = () => undefined;
  private isWoken = false;
  private tickedAt: Instant | null = null;
  private nextRoundAt: Instant = 0;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly changes: PlanChanges,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** When the loop last completed a round; null before the first. */
  get lastTickAt(): Instant | null {
    return this.tickedAt;
  }

  onApplicationBootstrap(): void {
    if (this.config.isDispatching) {
      this.changes.listen((change) => this.planChanged(change));
      this.dispatcher.whenWoken(() => this.rouse());
    }
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.running) return;
    this.isStopping = true;
    this.rouse();
    await this.running;
    await this.dispatcher.stop(STOP_GRACE_MS);
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      this.isWoken = false;
      await this.sleep(await this.round());
    }
  }

  private async round(): Promise<number> {
    try {
      const pause = this.config.isDispatching
        ? this.pauseAfter(await this.dispatcher.tick(LOOKAHEAD_MS))
        : await this.dispatcher.standBy();
      this.tickedAt = this.clock.now();
      return pause;
    } catch (error) {
      logUnlessUnavailable(error, (reason) =>
        this.log.error(`A dispatch round failed, trying again: ${reason}`),
      );
      return RETRY_MS;
    }
  }

  private pauseAfter(tick: Tick): number {
    if (tick.isMoreDue && (tick.claimed >= WORTHWHILE_CLAIM || (tick.claimed > 0 && tick.isTurnLeft)))
      return 0;
    if (tick.isMoreDue) return tick.claimed > 0 ? GATHER_MS : FULL_SLEEP_MS;
    const most = Math.min(this.mostSleep(tick), tick.untilBeatMs);
    if (tick.nextAt === null) return most;
    if (tick.claimed > 0) return Math.min(most, AFTER_CLAIM_MS);
    const untilClaim = tick.nextAt - this.clock.now() - LOOKAHEAD_MS / 2;
    return Math.min(most, Math.max(FULL_SLEEP_MS, untilClaim));
  }

  private mostSleep({ isAlone, isHolding }: Tick): number {
    if (isAlone) return MOST_SLEEP_ALONE_MS;
    return isHolding ? MOST_SLEEP_HOLDING_MS : MOST_SLEEP_MS;
  }

  /** Ends the sleep when the next round would be too late for a new plan. */
  private planChanged(change: PlanChange): void {
    this.dispatcher.planChanged(change);
    if (change.earliestAt === null || change.earliestAt - LOOKAHEAD_MS > this.nextRoundAt) return;
    this.rouse();
  }

  private rouse(): void {
    if (this.isWoken) return;
    this.isWoken = true;
    this.wake();
  }

  /** Sleeps until it is woken or the time is over, and keeps the lease meanwhile. */
  private async sleep(ms: number): Promise<void> {
    this.nextRoundAt = this.clock.now() + ms;
    let left = ms;
    do {
      const part = Math.min(left, this.dispatcher.keepLeaseEveryMs);
      await this.pause(part);
      left -= part;
    } while (left > 0 && !this.isWoken && (await this.isLeaseKept()));
  }

  /** False where the next round is to come at once: it sends a heartbeat, or finds out what is wrong. */
  private isLeaseKept(): Promise<boolean> {
    return this.dispatcher.renewLease().catch(() => false);
  }

  private pause(ms: number): Promise<void> {
    if (this.isWoken || ms === 0) return new Promise((resolve) => setImmediate(resolve));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
