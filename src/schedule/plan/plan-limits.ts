import { Injectable } from '@nestjs/common';
import { Conflict } from '../../core/errors.js';
import type { Instant } from '../../core/instant.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { marks } from '../../database/lists.js';
import { holdRows } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';
import { TenantLimits } from '../../tenant/tenant-limits.js';
import type { ScheduleDraft } from '../schedule.draft.js';
import type { NewSchedules } from './new-schedules.js';
import { firingsOf } from './pattern-of.js';
import { timingAt } from './timing.js';
import { PlanCountStore, summed, type PlanCountChange } from './plan-count.store.js';

const MINUTES_PER_HOUR = 60;
/** How many changes of the same size may be under way unseen: nearer to a limit than this, they come one after the other. */
const UNSEEN = 64;

/** Schedules that are to come to a job. */
interface MoreSchedules {
  readonly drafts: readonly ScheduleDraft[];
  readonly isReplacing: boolean;
  readonly isActive: boolean;
}

/** Keeps tenants to the number of schedules, and of planned firings a minute, that they are limited to. */
@Injectable()
export class PlanLimits {
  constructor(
    private readonly limits: TenantLimits,
    private readonly counts: PlanCountStore,
  ) {}

  /** Throws Conflict where a job would have more schedules than one of its tenant may have; `more` are those that come. */
  private refuseLargeJob(tenancyId: number, schedules: number, more: number): void {
    const { maxSchedulesPerJob: most } = this.limits.of(tenancyId);
    if (more <= 0 || schedules <= most) return;
    throw new Conflict(
      `A job of the tenant is limited to ${most} schedules and would have ${schedules}: spread them over several jobs, delete some, or ask its provider for more.`,
    );
  }

  /**
   * Throws Conflict where what comes would take a tenancy beyond a limit; what does not add to a count is never
   * refused. Call it before the first statement that writes. Near a limit the changes of a tenancy come one after the
   * other, so that none slips past; far from it nobody waits.
   */
  async refuse(tx: Tx, changes: readonly PlanCountChange[]): Promise<void> {
    const growing = changes.filter((change) => change.schedules > 0 || change.firingsPerHour > 0);
    const near = await this.beyond(tx, growing, UNSEEN);
    if (near.length === 0) return;
    const ids = near.map(({ change }) => change.tenancyId).sort((a, b) => a - b);
    await holdRows(tx, 'tenancy', `tenancy.id IN (${marks(ids)})`, ids);
    const [first] = await this.beyond(tx, growing, 1);
    if (first) throw new Conflict(first.message);
  }

  /**
   * Throws Conflict where more schedules of a locked job, in place of those that it has where `isReplacing`, would go
   * beyond a limit. `isActive` says whether the job will be active. Nothing is written.
   */
  async refuseMore(
    tx: Tx,
    job: JobRow,
    { drafts, isReplacing, isActive }: MoreSchedules,
    now: Instant,
  ): Promise<void> {
    const stored = await this.counts.ofJob(tx, job.id);
    const more = drafts.length - (isReplacing ? stored.schedules : 0);
    const gone = isReplacing && job.active ? stored.firingsPerHour : 0;
    this.refuseLargeJob(job.tenancyId, stored.schedules + more, more);
    const firing = isActive ? drafts.filter((draft) => draft.active) : [];
    const firings = firing.reduce(
      (sum, { timing, policy }) => sum + firingsOf(timingAt(timing, now, policy)),
      0,
    );
    await this.refuse(tx, [{ tenancyId: job.tenancyId, schedules: more, firingsPerHour: firings - gone }]);
  }

  /** Throws Conflict where new jobs with their schedules would go beyond a limit of their tenancies. Nothing is written. */
  async refuseNew(tx: Tx, made: readonly NewSchedules[]): Promise<void> {
    const changes = made.map(countOfNew);
    for (const { tenancyId, schedules } of changes) this.refuseLargeJob(tenancyId, schedules, schedules);
    await this.refuse(tx, summed(changes));
  }

  /** Throws Conflict where the schedules of a locked job that is to be switched on would go beyond a limit. Nothing is written. */
  async refuseActivation(tx: Tx, job: JobRow): Promise<void> {
    const { firingsPerHour } = await this.counts.ofJob(tx, job.id);
    await this.refuse(tx, [{ tenancyId: job.tenancyId, schedules: 0, firingsPerHour }]);
  }

  /** Throws Conflict where the schedules of a locked job that are off would go beyond a limit if they were on. Nothing is written. */
  async refuseSwitch(tx: Tx, job: JobRow): Promise<void> {
    if (!job.active) return;
    const firingsPerHour = await this.counts.idleOfJob(tx, job.id);
    await this.refuse(tx, [{ tenancyId: job.tenancyId, schedules: 0, firingsPerHour }]);
  }

  /** Returns the changes that would pass a limit if they came `times` over, with what is said of it. */
  private async beyond(tx: Tx, changes: readonly PlanCountChange[], times: number) {
    if (changes.length === 0) return [];
    const counts = await this.counts.ofTenancies(
      tx,
      changes.map(({ tenancyId }) => tenancyId),
    );
    return changes.flatMap((change) => {
      const { schedules = 0, firingsPerHour = 0 } = counts.get(change.tenancyId) ?? {};
      const most = this.limits.of(change.tenancyId);
      const all = schedules + change.schedules * times;
      if (change.schedules > 0 && all > most.maxSchedules) {
        return [{ change, message: tooMany(most.maxSchedules, schedules + change.schedules) }];
      }
      const firings = firingsPerHour + change.firingsPerHour * times;
      if (change.firingsPerHour > 0 && firings > most.maxFiringsPerMinute * MINUTES_PER_HOUR) {
        return [{ change, message: tooOften(most.maxFiringsPerMinute, firings / MINUTES_PER_HOUR) }];
      }
      return [];
    });
  }
}

function tooMany(most: number, schedules: number): string {
  return `The tenant is limited to ${most} schedules and would have ${schedules}: delete some, or ask its provider for more.`;
}

function tooOften(most: number, firings: number): string {
  return `The tenant is limited to ${most} planned firings a minute and would have ${Math.ceil(firings)}: let schedules fire less often, deactivate some, or ask its provider for more.`;
}

/** What new schedules add to the count of their tenancy. */
export function countOfNew({ job, views }: NewSchedules): PlanCountChange {
  const firingsPerHour = views.reduce((sum, { row }) => sum + firingsOfRow(job, row), 0);
  return { tenancyId: job.tenancyId, schedules: views.length, firingsPerHour };
}

/** What schedules of a job that are all off, or all on, add to the count of their tenancy when they are on. */
export function countOfIdle(job: JobRow, rows: readonly ScheduleRow[]): PlanCountChange {
  const firings = rows.reduce((sum, row) => sum + (row.firingsPerHour ?? 0), 0);
  return { tenancyId: job.tenancyId, schedules: 0, firingsPerHour: job.active ? firings : 0 };
}

/** Returns how often a schedule of a job fires an hour as things are. */
export function firingsOfRow(job: JobRow, row: ScheduleRow): number {
  return job.active && row.active ? (row.firingsPerHour ?? 0) : 0;
}
