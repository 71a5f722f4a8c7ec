import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { MINUTE_MS, type Instant } from '../../core/instant.js';
import { Database } from '../../database/database.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';
import type { TaskPlatform, TaskSeen } from '../../runner/task-platform.js';
import { SETTLED_AFTER_MS, StopOrderStore } from './stop-order.store.js';
import { acknowledgement, endOf } from './task-outcome.js';
import { TaskRunStore, type TaskRun } from './task-run.store.js';

/** How far apart the two looks are that find no task before there is none. */
export const SECOND_LOOK_MS = MINUTE_MS;

/** What became of a request that nobody saw answered: there is a task, there is none, or that is not known before an instant. */
export type Settled =
  | { readonly kind: 'found'; readonly task: TaskSeen }
  | { readonly kind: 'absent' }
  | { readonly kind: 'open'; readonly until: Instant };

/** Returns when a task may be looked for by its label. */
export function labelLookAt({ sentAt, lookedAt }: TaskRun): Instant {
  return lookedAt === null ? sentAt + SETTLED_AFTER_MS : lookedAt + SECOND_LOOK_MS;
}

/**
 * Finds out whether a request whose answer nobody saw has made a task: one of two looks for the label of its run finds
 * it, or there is none (cf-tasks.md, "One task per run").
 */
@Injectable()
export class TaskSettlement {
  constructor(
    private readonly database: Database,
    private readonly tasks: TaskRunStore,
    private readonly stops: StopOrderStore,
    private readonly endings: RunEndingService,
    private readonly clock: Clock,
  ) {}

  /** Looks once, where it is time. The oldest task found is the run's, and the others are stopped. Throws a PlatformFailure. */
  async settle(ordered: TaskRun, platform: TaskPlatform): Promise<Settled> {
    const until = labelLookAt(ordered);
    if (this.clock.now() < until) return { kind: 'open', until };
    if (ordered.guid !== null) return { kind: 'found', task: await seen(platform, ordered.guid) };
    const [task, ...others] = await platform.listOfRun(ordered.appId, ordered.runId);
    if (task) return this.adopt(ordered, task, others);
    if (ordered.lookedAt !== null) return { kind: 'absent' };
    const now = this.clock.now();
    await this.database.single((tx) => this.tasks.noteAbsent(tx, ordered.runId, now), 'upkeep');
    return { kind: 'open', until: now + SECOND_LOOK_MS };
  }

  private async adopt(ordered: TaskRun, task: TaskSeen, others: readonly TaskSeen[]): Promise<Settled> {
    const { runId } = ordered;
    await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const isAdopted = await this.tasks.setGuid(tx, runId, task.guid);
      if (isAdopted) {
        await this.endings.acknowledge(tx, runId, { httpStatus: 202, text: acknowledgement(task) }, now);
      }
      const own = isAdopted ? task.guid : (await this.tasks.find(tx, runId))?.guid;
      const surplus = [task, ...others].filter((one) => one.guid !== own && endOf(one) === null);
      await this.stops.add(
        tx,
        surplus.map(({ guid }) => ({ ...ordered, guid })),
        now,
      );
    }, 'upkeep');
    return { kind: 'found', task };
  }
}

/** Returns a task that is known to have been created, also where it is gone by now: who watches it finds that out. */
async function seen(platform: TaskPlatform, guid: string): Promise<TaskSeen> {
  const found = await platform.find(guid);
  if (found !== 'gone') return found;
  return { guid, sequenceId: 0, name: '', state: 'RUNNING', failureReason: null, createdAt: 0 };
}
