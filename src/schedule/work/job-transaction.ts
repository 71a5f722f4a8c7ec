import { Injectable, Logger } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { untilNone } from '../../database/batches.js';
import { logUnlessUnavailable } from '../../database/connection/availability.js';
import { Database } from '../../database/database.js';
import type { Lane, Tx } from '../../database/tx.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { lockJob } from '../../database/scoped.js';
import type { Act, Changed } from '../change.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { JobWork } from './job-work.js';

/**
 * Runs every change of a job or its schedules: one transaction decides, and of a job with many schedules more of them
 * follow, a batch each. The dispatcher is told of each.
 */
@Injectable()
export class JobTransaction {
  private readonly log = new Logger(JobTransaction.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly planChanges: PlanChanges,
    private readonly work: JobWork,
  ) {}

  /**
   * Changes something of an existing job, which is locked until commit, and returns the answer of `work` once all
   * schedules have followed. What an earlier change left is done first. Throws NotFound for the job; what fails after the
   * decision is ended by a chore.
   */
  async change<T>(
    scope: AccessScope,
    jobId: number,
    work: (tx: Tx, job: JobRow, act: Act) => Promise<Changed<T>>,
  ): Promise<T> {
    const caller = { tenancyId: scope.tenancyId, alone: `job ${jobId}` };
    for (;;) {
      const changed = await this.database.transaction(async (tx) => {
        const job = await lockJob(tx, scope, jobId);
        if (await this.work.goOnWithOneOf(tx, [jobId])) return null;
        const { answer, effect } = await work(tx, job, this.actOf(scope));
        this.planChanges.announce(tx, { tenancyId: job.tenancyId, ...effect });
        return { answer, effect };
      }, caller);
      if (changed === null) continue;
      if (changed.effect.isUnfinished === true) await this.finish(jobId, caller);
      return changed.answer;
    }
  }

  /** What was decided is committed: nobody is told that it failed. */
  private async finish(jobId: number, caller: Lane): Promise<void> {
    try {
      await untilNone(this.database, async (tx) => ((await this.work.goOn(tx, jobId)) ? 1 : 0), caller);
    } catch (error) {
      logUnlessUnavailable(error, (reason) =>
        this.log.warn(`A change of job ${jobId} is committed and goes on later: ${reason}`),
      );
    }
  }

  private actOf(scope: AccessScope): Act {
    return { actor: scope.actor, now: this.clock.now() };
  }
}
