import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { JobRow } from '../database/entities/job.row.js';
import { lockJob } from '../database/scoped.js';
import { PlanChanges, type PlanChange } from './plan/plan-changes.js';

/** On whose behalf and when something is changed. */
export interface Act {
  readonly actor: string;
  readonly now: Instant;
}

/** Schedules that have lost their runs, and the earliest run that was planned instead. */
export type PlanEffect = Omit<PlanChange, 'tenancyId'>;

/** What a change answers, and what it did to the plans. */
export interface Changed<T> {
  readonly answer: T;
  readonly effect: PlanEffect;
}

/** The effect of a change that touches no plan. */
export const NO_EFFECT: PlanEffect = { dropped: [], earliestAt: null };

/** Runs every change of a job or its schedules in one transaction, and has the dispatcher told of it. */
@Injectable()
export class JobTransaction {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly planChanges: PlanChanges,
  ) {}

  /** Changes something of an existing job, which is locked until commit. Throws NotFound for the job. */
  async change<T>(
    scope: AccessScope,
    jobId: number,
    work: (tx: Tx, job: JobRow, act: Act) => Promise<Changed<T>>,
  ): Promise<T> {
    const caller = { tenancyId: scope.tenancyId, alone: `job ${jobId}` };
    return this.database.transaction(async (tx) => {
      const job = await lockJob(tx, scope, jobId);
      const { answer, effect } = await work(tx, job, this.actOf(scope));
      this.planChanges.announce(tx, { tenancyId: job.tenancyId, ...effect });
      return answer;
    }, caller);
  }

  private actOf(scope: AccessScope): Act {
    return { actor: scope.actor, now: this.clock.now() };
  }
}
