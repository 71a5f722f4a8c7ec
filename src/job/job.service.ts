import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput, NotFound, shown } from '../core/errors.js';
import { Database } from '../database/database.js';
import { getJob } from '../database/scoped.js';
import type { Tx } from '../database/tx.js';
import type { JobRow } from '../database/entities/job.row.js';
import type { Act } from '../schedule/change.js';
import { JobTransaction } from '../schedule/work/job-transaction.js';
import { ScheduleParts } from '../schedule/schedule-parts.store.js';
import { refuseReversed, type ScheduleDraft } from '../schedule/schedule.draft.js';
import type { ScheduleView } from '../schedule/schedule.view.js';
import { JobCreations } from './job-creations.js';
import type { JobChangePut, JobDraft, JobPut, JobReplacement } from './draft/job.draft.js';
import { JobWriter } from './job-writer.js';
import { NameInUse } from './job.store.js';
import type { JobView } from './job.view.js';

/** How often a replacement starts over because others create and delete the job of that name meanwhile. */
const MOST_TRIES = 5;

/** What a PUT did. */
export type PutOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'replaced'; readonly isNew: boolean; readonly view: JobView };

/** What callers change about their jobs: one transaction decides, and many schedules follow in batches. */
@Injectable()
export class JobService {
  constructor(
    private readonly database: Database,
    private readonly transaction: JobTransaction,
    private readonly writer: JobWriter,
    private readonly creations: JobCreations,
    private readonly parts: ScheduleParts,
  ) {}

  /** Creates a job with its schedules, all or nothing. Throws InvalidInput. */
  async create(scope: AccessScope, draft: JobDraft): Promise<JobView> {
    refuseReversedSchedules(draft.schedules);
    return this.creations.create(scope, draft);
  }

  /** Changes a job by id, or creates or replaces one by name. Throws as these do. */
  async put(scope: AccessScope, put: JobPut): Promise<PutOutcome> {
    if (put.kind === 'replace') return { kind: 'replaced', ...(await this.replace(scope, put.replacement)) };
    await this.update(scope, put);
    return { kind: 'changed' };
  }

  /** Changes what is given of a job. Throws NotFound, and InvalidInput for another name, a reversed window or a wrong body. */
  async update(scope: AccessScope, { jobId, change: ofEndpoint, ofTask }: JobChangePut): Promise<void> {
    // What is wrong for an endpoint costs no transaction, unless the job is a task: then other words are due.
    if (ofEndpoint instanceof InvalidInput && !(await this.isTask(scope, jobId))) throw ofEndpoint;
    await this.transaction.change(scope, jobId, async (tx, job, act) => {
      const change = job.kind === 'cf_task' ? ofTask() : ofEndpoint;
      if (change instanceof InvalidInput) throw change;
      refuseOtherName(job, change.name);
      return { answer: null, effect: await this.writer.update(tx, job, change.content, act) };
    });
  }

  /**
   * Creates the caller's own job of a name, or replaces its content: what is not given goes to its default, the
   * id stays, and so do the schedules where none are given. Throws InvalidInput.
   */
  async replace(scope: AccessScope, replacement: JobReplacement): Promise<{ isNew: boolean; view: JobView }> {
    refuseReversedSchedules(replacement.schedules ?? []);
    for (let tries = 1; ; tries++) {
      try {
        return await this.createOrReplace(scope, replacement);
      } catch (error) {
        const isRace = error instanceof NameInUse || error instanceof NotFound;
        if (!isRace || tries >= MOST_TRIES) throw error;
      }
    }
  }

  /** Deletes a job with its schedules, their runs and its action logs. Throws NotFound. */
  async delete(scope: AccessScope, jobId: number): Promise<void> {
    await this.transaction.change(scope, jobId, async (tx, job, act) => {
      return { answer: null, effect: await this.writer.delete(tx, job, act) };
    });
  }

  private async isTask(scope: AccessScope, jobId: number): Promise<boolean> {
    try {
      return (await this.database.read((tx) => getJob(tx, scope, jobId), scope)).kind === 'cf_task';
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  }

  private async createOrReplace(scope: AccessScope, replacement: JobReplacement) {
    const jobId = await this.database.read((tx) => this.writer.findOwnId(tx, scope, replacement.name), scope);
    if (jobId !== null) {
      const work = async (tx: Tx, row: JobRow, act: Act) => {
        const { answer: schedules, effect } = await this.writer.replace(tx, row, replacement, act);
        return { answer: { row, schedules }, effect };
      };
      const { row, schedules } = await this.transaction.change(scope, jobId, work);
      return {
        isNew: false,
        view: { row, tenant: scope, task: null, ...(await this.shown(row, schedules)) },
      };
    }
    const { schedules } = replacement;
    if (schedules === undefined) {
      throw new InvalidInput(
        "'schedules' is required to create a job: give at least one schedule",
        'schedules',
      );
    }
    return { isNew: true, view: await this.create(scope, { ...replacement, schedules }) };
  }

  /** Returns the schedules that a replacement made, or those that it left, with the runs that are planned by now. */
  private async shown(row: JobRow, made: readonly ScheduleView[] | null) {
    if (made !== null) return { schedules: made };
    const { tenancyId } = row;
    const { first, rest } = await this.database.read((tx) => this.parts.ofJob(tx, row), { tenancyId });
    return { schedules: first, otherSchedules: rest };
  }
}

function refuseReversedSchedules(schedules: readonly ScheduleDraft[]): void {
  schedules.forEach((schedule, place) => refuseReversed(schedule, `schedules[${place}].`));
}

/** Throws InvalidInput where a change has another name than the job. */
export function refuseOtherName(job: JobRow, name: string | undefined): void {
  if (name === undefined || name === job.name) return;
  throw new InvalidInput(
    `'name' ${shown(name)} does not match the stored name ${shown(job.name)}: a name cannot change`,
    'name',
  );
}
