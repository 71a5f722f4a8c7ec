import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { Database } from '../../database/database.js';
import { getSchedule, type SchedulePlace } from '../../database/scoped.js';
import { OneTimeRunStore } from '../plan/one-time-run.store.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { OperationStarter } from '../../operation/operation-starter.js';
import { AskedRuns } from './asked-runs.js';
import { RUN_KIND, type RunRequest } from './run-operations.js';

/** Runs schedules on request, whether they are active or not; their plan stays as it is. */
@Injectable()
export class RunRequestService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly asked: AskedRuns,
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
      const { dataVersion } = schedule;
      const order = { schedule, origin: 'request' as const, originalAt: null, replayOf: null, dataVersion };
      const [planned] = await this.asked.plan(tx, [order], now);
      if (!planned) throw new Error('One order makes one run.');
      const { runId, plannedAt } = planned;
      const input: RunRequest = { jobId: place.jobId, scheduleId: schedule.id, runId };
      // The tenant whose schedule it is sees the operation, and the provider that asked for it does too.
      const { tenancyId } = schedule;
      this.planChanges.announce(tx, { tenancyId, dropped: [], earliestAt: plannedAt });
      return this.operations.insert(tx, { kind: RUN_KIND, scope, tenancyId, runId, input });
    }, scope);
  }
}
