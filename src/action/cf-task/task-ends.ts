import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { Database } from '../../database/database.js';
import { chunks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';
import { StopOrderStore } from './stop-order.store.js';
import { TIMED_OUT, type TaskEnd } from './task-outcome.js';
import { TaskRunStore } from './task-run.store.js';

/** The end of the task of a run. */
export interface EndedTask extends TaskEnd {
  readonly runId: string;
}

/** Records how tasks have ended: many in one transaction. */
@Injectable()
export class TaskEnds {
  constructor(
    private readonly database: Database,
    private readonly tasks: TaskRunStore,
    private readonly stops: StopOrderStore,
    private readonly endings: RunEndingService,
    private readonly clock: Clock,
  ) {}

  /** Ends the runs of tasks that have ended. A run that has ended otherwise meanwhile stays as it is. */
  async record(ends: readonly EndedTask[]): Promise<void> {
    if (ends.length === 0) return;
    await this.database.transaction(async (tx) => {
      await this.endings.conclude(tx, ends, this.clock.now());
      await this.tasks.delete(
        tx,
        ends.map(({ runId }) => runId),
      );
    }, 'upkeep');
  }

  /** Ends runs whose time is over, and orders their tasks to be stopped. */
  timeOut(runIds: readonly string[]): Promise<void> {
    return this.inParts(runIds, async (tx, part) => {
      const now = this.clock.now();
      const ends = part.map((runId) => ({ runId, ...TIMED_OUT }));
      const ended = await this.endings.conclude(tx, ends, now);
      await this.stops.add(tx, await this.tasks.take(tx, ended), now);
    });
  }

  /** Orders the tasks of runs to be stopped that have ended without them: they were canceled, or their job was deleted. */
  stop(runIds: readonly string[]): Promise<void> {
    return this.inParts(runIds, async (tx, part) =>
      this.stops.add(tx, await this.tasks.take(tx, part), this.clock.now()),
    );
  }

  /** Thousands may be over in one second, after an outage or with an instance: no transaction holds them all. */
  private async inParts(
    runIds: readonly string[],
    work: (tx: Tx, part: readonly string[]) => Promise<void>,
  ): Promise<void> {
    for (const part of chunks(runIds)) await this.database.transaction((tx) => work(tx, part), 'upkeep');
  }
}
