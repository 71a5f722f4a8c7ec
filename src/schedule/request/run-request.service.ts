import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import type { Instant } from '../../core/instant.js';
import { uuidFromBytes } from '../../database/columns.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { getSchedule, type SchedulePlace } from '../../database/scoped.js';
import { plannedRunOf } from '../../run-log/queue/planned-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { OneTimeRunStore } from '../plan/one-time-run.store.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { OperationStarter } from '../../operation/operation-starter.js';
import { RUN_KIND, type RunRequest } from './run-operations.js';

/** How many instants are tried: the runs that are asked for of one schedule within one of them come in a row. */
const MOST_TRIES = 10_000;
const SECOND_MS = 1_000;

/** Runs schedules on request, whether they are active or not; their plan stays as it is. */
@Injectable()
export class RunRequestService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly runs: RunStore,
    private readonly operations: OperationStarter,
    private readonly planChanges: PlanChanges,
    private readonly oneTimeRuns: OneTimeRunStore,
  ) {}

  /** Plans a run of a schedule for now and returns the id of the operation that waits for it. Throws NotFound. */
  async start(scope: AccessScope, place: SchedulePlace): Promise<string> {
    const now = this.clock.now();
    return this.database.transaction(async (tx) => {
      const schedule = await getSchedule(tx, scope, place);
      // Clean-up may have found it unused just now: then it is either gone, or sees this.
      if (schedule.kind === 'once' && (await this.oneTimeRuns.noteRun(tx, [schedule.id], now)) === 0) {
        await getSchedule(tx, scope, place);
      }
      const { runId, plannedAt } = await this.plan(tx, schedule, now);
      const input: RunRequest = { jobId: place.jobId, scheduleId: schedule.id, runId };
      // The tenant whose schedule it is sees the operation, and the provider that asked for it does too.
      const { tenancyId } = schedule;
      this.planChanges.announce(tx, { tenancyId, dropped: [], earliestAt: plannedAt });
      return this.operations.insert(tx, { kind: RUN_KIND, scope, tenancyId, runId, input });
    }, scope);
  }

  /**
   * Plans at the first millisecond from now that no run of the schedule has. Whole seconds are left to the plan:
   * its next run may be planned later for one of them that has passed, and would find it taken.
   */
  private async plan(
    tx: Tx,
    schedule: ScheduleRow,
    now: Instant,
  ): Promise<{ runId: string; plannedAt: Instant }> {
    for (let plannedAt = now; plannedAt < now + MOST_TRIES; plannedAt++) {
      if (plannedAt % SECOND_MS === 0) continue;
      const run = plannedRunOf(schedule, plannedAt, now);
      if (await this.runs.planRequested(tx, run)) return { runId: uuidFromBytes(run.id), plannedAt };
    }
    throw new Error(`Schedule ${schedule.id}: no free instant for a run within ${MOST_TRIES} ms.`);
  }
}
