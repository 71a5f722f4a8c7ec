import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput } from '../core/errors.js';
import { lockSchedule, type SchedulePlace } from '../database/scoped.js';
import { JobTransaction } from './work/job-transaction.js';
import { PlanLimits } from './plan/plan-limits.js';
import { ScheduleWriter } from './schedule-writer.js';
import { refuseReversed, type ScheduleChange, type ScheduleDraft } from './schedule.draft.js';
import type { ScheduleView } from './schedule.view.js';
import { isSameMode } from './plan/timing.js';
import { JobWork } from './work/job-work.js';
import { TaskScheduleReader } from './task/task-schedule.reader.js';

/** What callers change about the schedules of their jobs: each change is one transaction, but for those of all schedules of a large job. */
@Injectable()
export class ScheduleService {
  constructor(
    private readonly transaction: JobTransaction,
    private readonly writer: ScheduleWriter,
    private readonly limits: PlanLimits,
    private readonly work: JobWork,
    private readonly taskSchedules: TaskScheduleReader,
  ) {}

  /** Creates a schedule and plans its first run. Throws NotFound for the job, InvalidInput for the draft, Conflict beyond a limit. */
  create(scope: AccessScope, jobId: number, draft: ScheduleDraft): Promise<ScheduleView> {
    return this.transaction.change(scope, jobId, async (tx, job, act) => {
      refuseReversed(draft);
      await this.taskSchedules.refuse(tx, job, draft.data);
      await this.limits.refuseMore(
        tx,
        job,
        { drafts: [draft], isReplacing: false, isActive: job.active },
        act.now,
      );
      const { answer, effect } = await this.writer.add(tx, job, [draft], act);
      const [view] = answer;
      if (!view) throw new Error('One draft makes one schedule.');
      return { answer: view, effect };
    });
  }

  /** Changes what is given of a schedule. Throws NotFound, and InvalidInput for another timing mode or a reversed window. */
  update(scope: AccessScope, place: SchedulePlace, change: ScheduleChange): Promise<ScheduleView> {
    return this.transaction.change(scope, place.jobId, async (tx, job, act) => {
      const row = await lockSchedule(tx, scope, place);
      if (change.timing && !isSameMode(change.timing, row)) {
        throw new InvalidInput(
          'The timing mode of a schedule cannot change: create another schedule instead',
        );
      }
      if (change.data !== undefined) await this.taskSchedules.refuse(tx, job, change.data);
      return this.writer.update(tx, { job, row }, change, act);
    });
  }

  /** Deletes a schedule with its runs. Throws NotFound. */
  async delete(scope: AccessScope, place: SchedulePlace): Promise<void> {
    await this.transaction.change(scope, place.jobId, async (tx, job, act) => {
      const row = await lockSchedule(tx, scope, place);
      return { answer: null, effect: await this.writer.remove(tx, job, [row], act) };
    });
  }

  /** Deletes all schedules of a job with their runs. Throws NotFound for the job. */
  async deleteAll(scope: AccessScope, jobId: number): Promise<void> {
    await this.transaction.change(scope, jobId, async (tx, job, act) => {
      return { answer: null, effect: await this.work.begin(tx, job, 'remove', act) };
    });
  }
}
