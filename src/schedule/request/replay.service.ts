import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { Conflict } from '../../core/errors.js';
import { Database } from '../../database/database.js';
import { getSchedule } from '../../database/scoped.js';
import { OperationStarter } from '../../operation/operation-starter.js';
import type { RunPlace } from '../../run-log/run-report.js';
import { noRun } from '../../run-log/run.reader.js';
import { ReplayStore, type ReplayedRun } from './replay.store.js';
import { Replays } from './replays.js';
import { RUN_KIND, type RunRequest } from './run-operations.js';

/** Runs an ended run again on request. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: ReplayStore,
    private readonly replays: Replays,
    private readonly operations: OperationStarter,
  ) {}

  /**
   * Plans a run that runs an ended one again, and returns the id of the operation that waits for it. Throws NotFound, and Conflict
   * where the run has not ended, or what it was called with is no longer kept.
   */
  start(scope: AccessScope, place: RunPlace): Promise<string> {
    const now = this.clock.now();
    return this.database.transaction(async (tx) => {
      const schedule = await getSchedule(tx, scope, place);
      const [run] = await this.store.list(tx, [place.runId]);
      if (run?.scheduleId !== schedule.id) throw noRun(place);
      if (run.obstacle !== null) throw refusalOf(run);
      const [planned] = await this.replays.plan(tx, [run], now);
      if (!planned) throw new Error('One run makes one run.');
      const { runId } = planned;
      const input: RunRequest = { jobId: place.jobId, scheduleId: schedule.id, runId };
      const { tenancyId } = schedule;
      return this.operations.insert(tx, { kind: RUN_KIND, scope, tenancyId, runId, input });
    }, scope);
  }
}

function refusalOf({ runId, state, obstacle }: ReplayedRun): Conflict {
  return new Conflict(
    obstacle === 'open'
      ? `The run '${runId}' is ${state} and has not ended: it can be run again once it has ended.`
      : `The data that the run '${runId}' was called with is no longer kept: run its schedule now instead, with the data that it has today.`,
  );
}
