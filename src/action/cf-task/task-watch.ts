import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { grouped } from '../../core/grouped.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { logUnlessUnavailable } from '../../database/connection/availability.js';
import { Database } from '../../database/database.js';
import { isPlatformFailure } from '../../runner/platform-failure.js';
import type { TaskPlatform } from '../../runner/task-platform.js';
import { RunnerWatch } from './runner-watch.js';
import { TaskEnds } from './task-ends.js';
import { NoRunner, TaskPlatforms } from './task-platforms.js';
import { TaskRunStore, type OpenTask } from './task-run.store.js';
import { TaskSettlement } from './task-settlement.js';
import { LONGEST_STOP_MS, within } from './within.js';

/** How long the last look at a task may take: its run ends within 5 s of its limit. */
const LAST_LOOK_MS = 2 * SECOND_MS;
/** Where more tasks than these are open, only every other second reads which: that is most of what watching them costs. */
const MANY = 200;
const REST_MS = 1.5 * SECOND_MS;

/**
 * Watches all open tasks. Each second it reads which tasks are open, and lets the watch of each
 * runner look at its own: none waits for the platform of another.
 */
@Injectable()
export class TaskWatch implements BeforeApplicationShutdown {
  private readonly log = new Logger(TaskWatch.name);
  private readonly watches = new Map<string, RunnerWatch>();
  /** What is under way, by runner: a round, and apart from it the tasks whose time is over. */
  private readonly underWay = new Map<string, Promise<void>>();
  private isStopping = false;
  private listedAt: Instant = Number.NEGATIVE_INFINITY;
  private openCount = 0;

  constructor(
    private readonly database: Database,
    private readonly tasks: TaskRunStore,
    private readonly ends: TaskEnds,
    private readonly settlement: TaskSettlement,
    private readonly platforms: TaskPlatforms,
    private readonly clock: Clock,
  ) {}

  /** Begins what it is time for, and returns how many tasks are open. What it asks platforms for goes on by itself: see `settled`. */
  async tick(): Promise<number> {
    const now = this.clock.now();
    if (this.openCount > MANY && Math.abs(now - this.listedAt) < REST_MS) return this.openCount;
    const all = await this.database.read((tx) => this.tasks.listOpen(tx), 'upkeep');
    [this.listedAt, this.openCount] = [now, all.length];
    await this.ends.stop(all.filter(({ isOver }) => isOver).map(({ runId }) => runId));
    const byRunner = grouped(
      all.filter(({ isOver }) => !isOver),
      ({ runnerId }) => runnerId,
    );
    for (const runnerId of this.watches.keys()) if (!byRunner.has(runnerId)) this.watches.delete(runnerId);
    for (const [runnerId, tasks] of byRunner) this.watchRunner(runnerId, tasks);
    return this.openCount;
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.values());
  }

  /** What is not seen by now is seen by the next who watches. */
  beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    return within(LONGEST_STOP_MS, this.settled(), undefined);
  }

  private watchRunner(runnerId: string, tasks: readonly OpenTask[]): void {
    const watch = this.watchOf(runnerId);
    const now = this.clock.now();
    const overdue = tasks.filter(({ endsBy }) => endsBy <= now);
    if (overdue.length > 0) this.begin(`${runnerId} overdue`, () => this.timeOut(watch, overdue));
    const open = tasks.filter(({ endsBy, state }) => endsBy > now && state !== 'TRIGGERED');
    this.begin(runnerId, () => this.round(watch, open));
  }

  private watchOf(runnerId: string): RunnerWatch {
    const known = this.watches.get(runnerId);
    if (known) return known;
    const { ends, settlement, clock } = this;
    const look = <T>(work: (platform: TaskPlatform) => Promise<T>) => this.platforms.look(runnerId, work);
    const watch = new RunnerWatch({ look, ends, settlement, clock, isStopping: () => this.isStopping });
    this.watches.set(runnerId, watch);
    return watch;
  }

  private begin(name: string, work: () => Promise<void>): void {
    if (this.isStopping || this.underWay.has(name)) return;
    const done = work()
      .catch((error: unknown) =>
        this.isStopping
          ? undefined
          : logUnlessUnavailable(error, (reason) => this.log.error(`Tasks could not be watched: ${reason}`)),
      )
      .finally(() => this.underWay.delete(name));
    this.underWay.set(name, done);
  }

  /** What the platform does is the runner's state, which is noted where it is spoken to, and said once. */
  private async round(watch: RunnerWatch, open: readonly OpenTask[]): Promise<void> {
    await watch.round(open).catch((error: unknown) => {
      if (!isPlatformFailure(error) && !(error instanceof NoRunner)) throw error;
    });
  }

  /** Ends runs whose time is over. A platform that does not say at once how they ended has had its time. */
  private async timeOut(watch: RunnerWatch, overdue: readonly OpenTask[]): Promise<void> {
    const look = watch.lastLook(overdue).catch(() => []);
    const ended = await within(LAST_LOOK_MS, look, []);
    await this.ends.record(ended);
    // The look may have been broken off: who watches next looks at the others.
    if (this.isStopping) return;
    const known = new Set(ended.map(({ runId }) => runId));
    await this.ends.timeOut(overdue.map(({ runId }) => runId).filter((runId) => !known.has(runId)));
  }
}
