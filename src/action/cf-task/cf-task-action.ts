import { Injectable, Logger } from '@nestjs/common';
import { OWN_FAULT_CODE, type ActionOutcome } from '../../core/action-outcome.js';
import { Clock } from '../../core/clock.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { isUnavailable, logUnlessUnavailable } from '../../database/connection/availability.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import { Heartbeat } from '../../replica/heartbeat.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { isPlatformFailure } from '../../runner/platform-failure.js';
import type { ActionPerformer, PerformedAction, PostponedAction } from '../action-performer.js';
import { StopOrderStore, type TaskToStop } from './stop-order.store.js';
import { TaskDefinitionReader, type OrderedTask } from './task-definition.reader.js';
import { acceptedOutcome, failedOrder, tellsOfRunner } from './task-outcome.js';
import { TaskPlatforms } from './task-platforms.js';
import { TaskPresence } from './task-presence.js';
import { TaskRunStore, type TaskRun } from './task-run.store.js';
import { labelLookAt, TaskSettlement } from './task-settlement.js';

/** How long a run waits whose task cannot be looked for, or be ordered, now. */
const LOOK_AGAIN_MS = 10 * SECOND_MS;

const unprepared = (message: string): ActionOutcome => ({
  kind: 'unreachable',
  code: OWN_FAULT_CODE,
  message,
});

/** What is ordered for a run, when that was noted, and what was ordered for it before. */
interface Prepared extends OrderedTask {
  readonly sentAt: Instant;
  readonly before: TaskRun | null;
}

/**
 * Orders the tasks of runs (cf-tasks.md, "One run"). That a task is ordered is stored before its request is sent: whoever
 * has the run after a crash, or after a connection broke, first asks whether there is a task.
 */
@Injectable()
export class CfTaskAction implements ActionPerformer {
  readonly kind = 'cf_task';
  private readonly log = new Logger(CfTaskAction.name);

  constructor(
    private readonly database: Database,
    private readonly definitions: TaskDefinitionReader,
    private readonly tasks: TaskRunStore,
    private readonly presence: TaskPresence,
    private readonly stops: StopOrderStore,
    private readonly settlement: TaskSettlement,
    private readonly platforms: TaskPlatforms,
    private readonly heartbeat: Heartbeat,
    private readonly clock: Clock,
  ) {}

  /** Orders the task of a run once. A failure in this service is also an outcome; this never rejects. */
  async perform(run: ClaimedRun): Promise<PerformedAction | PostponedAction> {
    const startedAt = this.clock.now();
    try {
      // Frozen meanwhile, and its run may be another's: the gate looks again. Nothing is written of what is not sent.
      if (!this.isHeld()) return { until: startedAt };
      const prepared = await this.prepare(run, startedAt);
      if (prepared === null) return { startedAt, outcome: unprepared('The task was deleted.') };
      if (!this.isHeld()) return { until: this.clock.now() };
      const { before } = prepared;
      return await (before === null ? this.start(prepared) : this.resume({ ...prepared, before }));
    } catch (error) {
      // Whatever was sent before is found by its label then, and the time limit ends the wait.
      if (isUnavailable(error)) return { until: this.clock.now() + LOOK_AGAIN_MS };
      this.log.error(`Run ${run.runId} could not be started: ${String(error)}`);
      return { startedAt, outcome: unprepared('The task could not be prepared.') };
    }
  }

  private isHeld(): boolean {
    return this.heartbeat.isHolding(this.clock.now());
  }

  private prepare(run: ClaimedRun, sentAt: Instant): Promise<Prepared | null> {
    const work = async (tx: Tx): Promise<Prepared | null> => {
      const ordered = await this.definitions.orderOf(tx, run);
      if (ordered === null) return null;
      const { runnerId, order } = ordered;
      const task = { runId: run.runId, runnerId, appId: order.appId, sentAt };
      const isFirst = await this.tasks.begin(tx, task);
      return { ...ordered, sentAt, before: isFirst ? null : await this.tasks.find(tx, run.runId) };
    };
    // A commit may have been made although it failed: then, too, somebody has to see to it.
    return this.database.transaction(work, 'upkeep').finally(() => this.presence.noteOrder());
  }

  private async start({ runnerId, order, sentAt }: Omit<Prepared, 'before'>): Promise<PerformedAction> {
    let startedAt = this.clock.now();
    try {
      const task = await this.platforms.look(
        runnerId,
        (platform) => {
          startedAt = this.clock.now();
          return platform.start(order);
        },
        tellsOfRunner,
      );
      const { runId, appId } = order;
      await this.note({ runnerId, runId, appId, guid: task.guid, sentAt });
      return { startedAt, outcome: acceptedOutcome(task) };
    } catch (error) {
      if (!isPlatformFailure(error)) throw error;
      const { outcome, mayExist, isReached } = failedOrder(error);
      if (!mayExist) await this.forget(order.runId, sentAt);
      return { startedAt, outcome, isReached };
    }
  }

  /**
   * Goes on with a run whose task may have been ordered before: adopts it, or orders it again once it is certain that there
   * is none. It is looked for where it was ordered: the task may have been given another runner or application since.
   */
  private async resume({
    before,
    ...ordered
  }: Prepared & { readonly before: TaskRun }): Promise<PerformedAction | PostponedAction> {
    const { runId } = before;
    const until = labelLookAt(before);
    if (this.clock.now() < until) return { until };
    try {
      const settled = await this.platforms.look(
        before.runnerId,
        (platform) => this.settlement.settle(before, platform),
        tellsOfRunner,
      );
      if (settled.kind === 'open') return { until: settled.until };
      if (settled.kind === 'found') {
        return { startedAt: before.sentAt, outcome: acceptedOutcome(settled.task) };
      }
    } catch (error) {
      if (!isPlatformFailure(error)) throw error;
      return { until: this.clock.now() + LOOK_AGAIN_MS };
    }
    const { runnerId, order } = ordered;
    const again = { runId, runnerId, appId: order.appId, sentAt: this.clock.now() };
    await this.database.single((tx) => this.tasks.beginAgain(tx, again), 'upkeep');
    return this.start({ ...ordered, sentAt: again.sentAt });
  }

  /**
   * Notes which task it is, and orders it to be stopped where nobody waits for it any more: its run was over before it was
   * created, or has got another one. Where that fails it is found by its label.
   */
  private note(task: TaskToStop & { readonly guid: string }): Promise<void> {
    const { runId, guid } = task;
    return this.quietly('noted', async () => {
      if (await this.database.single((tx) => this.tasks.setGuid(tx, runId, guid), 'upkeep')) return;
      const stop = (tx: Tx) => this.stops.add(tx, [task], this.clock.now());
      await this.database.single(stop, 'upkeep').finally(() => this.presence.noteOrder());
    });
  }

  /** Forgets an order that has come to nothing. Where that fails, nothing is found by its label. */
  private forget(runId: string, sentAt: Instant): Promise<void> {
    return this.quietly('forgotten', () =>
      this.database.single((tx) => this.tasks.forget(tx, runId, sentAt), 'upkeep'),
    );
  }

  private async quietly(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      logUnlessUnavailable(error, (reason) => this.log.error(`A task could not be ${what}: ${reason}`));
    }
  }
}
