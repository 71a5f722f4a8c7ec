import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { pauseAfter } from '../../core/backoff.js';
import { Clock } from '../../core/clock.js';
import { grouped } from '../../core/grouped.js';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../core/instant.js';
import { logUnlessUnavailable } from '../../database/connection/availability.js';
import { Database } from '../../database/database.js';
import { isPlatformFailure } from '../../runner/platform-failure.js';
import type { TaskPlatform } from '../../runner/task-platform.js';
import { askedPauseOf, isOfOne } from './asked-pause.js';
import { StopOrderStore, type StopOrder } from './stop-order.store.js';
import { endOf } from './task-outcome.js';
import { NoRunner, TaskPlatforms } from './task-platforms.js';
import { SECOND_LOOK_MS } from './task-settlement.js';
import { LONGEST_STOP_MS, within } from './within.js';

const MOST_PER_ROUND = 200;
const PAUSES = { firstMs: SECOND_MS, longestMs: 10 * MINUTE_MS };
/** For how long a task is tried to be stopped: the platform ends it by itself, or somebody has to see to it. */
const GIVE_UP_AFTER_MS = DAY_MS;

/** Carries out the orders to stop tasks, until each is taken or there is nothing to stop. */
@Injectable()
export class TaskStops implements BeforeApplicationShutdown {
  private readonly log = new Logger(TaskStops.name);
  private readonly underWay = new Map<string, Promise<void>>();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly stops: StopOrderStore,
    private readonly platforms: TaskPlatforms,
    private readonly clock: Clock,
  ) {}

  /** Begins with the orders that are due. The requests go on by themselves: see `settled`. */
  async tick(): Promise<void> {
    // However many orders a slow platform has, those of the others are read.
    const busy = [...this.underWay.keys()];
    const due = await this.database.read(
      (tx) => this.stops.listDue(tx, this.clock.now(), MOST_PER_ROUND, busy),
      'upkeep',
    );
    if (this.isStopping) return;
    for (const [runnerId, orders] of grouped(due, (order) => order.runnerId)) {
      if (this.underWay.has(runnerId)) continue;
      const done = this.carryOut(runnerId, orders)
        .catch((error: unknown) =>
          this.isStopping
            ? undefined
            : logUnlessUnavailable(error, (reason) =>
                this.log.error(`Tasks could not be stopped: ${reason}`),
              ),
        )
        .finally(() => this.underWay.delete(runnerId));
      this.underWay.set(runnerId, done);
    }
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.values());
  }

  /** What is not carried out by now stays ordered. */
  beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    return within(LONGEST_STOP_MS, this.settled(), undefined);
  }

  /** Where the platform does not answer, the other orders do not wait for that one by one. */
  private async carryOut(runnerId: string, orders: readonly StopOrder[]): Promise<void> {
    const platform = await this.platformOf(runnerId);
    if (platform === null) return this.forget(orders);
    for (const [place, order] of orders.entries()) {
      if (this.isStopping) return;
      try {
        await this.stop(platform, order);
      } catch (error) {
        if (!isPlatformFailure(error)) throw error;
        await this.putOff(isOfOne(error) ? [order] : orders.slice(place), askedPauseOf(error));
        if (!isOfOne(error)) return;
      }
    }
  }

  private platformOf(runnerId: string): Promise<TaskPlatform | null> {
    return this.platforms.of(runnerId).catch((error: unknown) => {
      if (error instanceof NoRunner) return null;
      throw error;
    });
  }

  /** Nobody can stop these any more: their runner went with its instance. */
  private async forget(orders: readonly StopOrder[]): Promise<void> {
    await this.database.single((tx) => this.stops.delete(tx, orders), 'upkeep');
  }

  private async stop(platform: TaskPlatform, order: StopOrder): Promise<void> {
    const guids = order.guid === null ? await this.listOfRun(platform, order) : [order.guid];
    for (const guid of guids ?? []) await platform.stop(guid);
    const now = this.clock.now();
    const isToLookAgain = guids === null && order.lookedAt === null;
    await this.database.single(
      (tx) =>
        isToLookAgain
          ? this.stops.noteAbsent(tx, order, now, now + SECOND_LOOK_MS)
          : this.stops.delete(tx, [order]),
      'upkeep',
    );
  }

  /** Returns the tasks of a run that have not ended; null where it has none, at least not yet. */
  private async listOfRun(platform: TaskPlatform, { appId, runId }: StopOrder): Promise<string[] | null> {
    const tasks = await platform.listOfRun(appId, runId);
    if (tasks.length === 0) return null;
    return tasks.filter((task) => endOf(task) === null).map(({ guid }) => guid);
  }

  /** They are tried again after a while, not before the platform wants to be asked again (`askedMs`), or given up. */
  private async putOff(orders: readonly StopOrder[], askedMs: number | null): Promise<void> {
    const now = this.clock.now();
    const givenUp = orders.filter(({ orderedAt }) => now - orderedAt >= GIVE_UP_AFTER_MS);
    for (const { runId, guid } of givenUp) {
      this.log.warn(
        `The task ${guid ?? 'of an unknown GUID'} of run ${runId} could not be stopped for 24 h.`,
      );
    }
    const kept = orders.filter((order) => !givenUp.includes(order));
    const tries = Math.max(1, ...kept.map((order) => order.tries + 1));
    await this.database.transaction(async (tx) => {
      await this.stops.delete(tx, givenUp);
      await this.stops.postpone(tx, kept, now + Math.max(askedMs ?? 0, pauseAfter(tries, PAUSES)));
    }, 'upkeep');
  }
}
