import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Conflict, InvalidInput, shown } from '../core/errors.js';
import { marks } from '../database/lists.js';
import { holdRows } from '../database/row-lock.js';
import type { Tx } from '../database/tx.js';
import type { Cell } from '../database/dialects/dialect.js';
import { ACTION_KINDS, HTTP_METHODS, JobRow } from '../database/entities/job.row.js';
import { ActionLogStore } from '../run-log/action-log/action-log.store.js';
import { BreakerStore } from '../schedule/protection/breaker/breaker.store.js';
import { ScheduleStore } from '../schedule/schedule.store.js';
import { PlanCountStore } from '../schedule/plan/plan-count.store.js';
import { SearchTextStore } from '../schedule/search-text.store.js';
import { JobWork } from '../schedule/work/job-work.js';
import { JobCountStore } from './job-count.store.js';
import { TaskStore } from './task/task.store.js';

const COLUMNS = [
  ...['instance_id', 'tenancy_id', 'kind', 'name', 'description', 'action'],
  ...['http_method', 'active', 'start_at', 'end_at'],
  ...['ans_on_success', 'ans_on_error', 'calm_enabled', 'action_user', 'action_password'],
  ...['headers', 'policy', 'created_at', 'modified_at'],
];
/** Jobs of a tenancy that is gone that one transaction looks at. */
const JOBS_AT_ONCE = 100;
const bit = (flag: boolean | null): number | null => (flag === null ? null : Number(flag));

function cellsOf(row: JobRow): Cell[] {
  return [
    ...[row.instanceId, row.tenancyId, ACTION_KINDS.indexOf(row.kind), row.name, row.description, row.action],
    ...[HTTP_METHODS.indexOf(row.httpMethod), bit(row.active), row.startAt, row.endAt],
    ...[bit(row.ansOnSuccess), bit(row.ansOnError), bit(row.calmEnabled), row.actionUser, row.actionPassword],
    ...[row.headers, row.policy, row.createdAt, row.modifiedAt],
  ];
}

/** All SQL that writes the table `job`. */
@Injectable()
export class JobStore {
  constructor(
    private readonly counts: JobCountStore,
    private readonly searchTexts: SearchTextStore,
    private readonly schedules: ScheduleStore,
    private readonly actionLog: ActionLogStore,
    private readonly planCounts: PlanCountStore,
    private readonly work: JobWork,
    private readonly tasks: TaskStore,
    private readonly circuits: BreakerStore,
  ) {}

  /** Inserts new rows and sets their ids. Returns false where the name of one is in use: then roll back. */
  async insert(tx: Tx, rows: readonly JobRow[]): Promise<boolean> {
    const inserted = await tx.dialect.insertIgnore(tx, 'job', COLUMNS, rows.map(cellsOf));
    if (inserted < rows.length) return false;
    const byTenancy = new Map<number, JobRow[]>();
    for (const row of rows) byTenancy.set(row.tenancyId, [...(byTenancy.get(row.tenancyId) ?? []), row]);
    const groups = [...byTenancy];
    const found = await tx.query<{ id: number; tenancy_id: number; name: string }>(
      `SELECT id, tenancy_id, name FROM job WHERE ${groups
        .map(([, jobs]) => `(tenancy_id = ? AND name IN (${marks(jobs)}))`)
        .join(' OR ')}`,
      groups.flatMap(([tenancyId, jobs]) => [tenancyId, ...jobs.map((job) => job.name)]),
    );
    const ids = new Map(found.map((job) => [`${job.tenancy_id} ${job.name}`, Number(job.id)]));
    for (const row of rows) {
      const id = ids.get(`${row.tenancyId} ${row.name}`);
      if (id === undefined) throw new Error('A job that was inserted just now is not there.');
      row.id = id;
    }
    return true;
  }

  /**
   * Throws Conflict where new jobs would take a tenancy beyond the number that it is limited to. The creations of
   * a limited tenancy come one after the other, so that none slips past.
   */
  async refuseTooMany(tx: Tx, rows: readonly JobRow[]): Promise<void> {
    const ids = [...new Set(rows.map((row) => row.tenancyId))];
    // Locked only where there is a limit: others must not wait for each other's commit.
    if ((await this.limited(tx, ids)).length === 0) return;
    await holdRows(tx, 'tenancy', `tenancy.id IN (${marks(ids)}) AND max_jobs IS NOT NULL`, ids);
    for (const { id, instance_id: instanceId, max_jobs: most } of await this.limited(tx, ids)) {
      const count = await this.counts.ofTenancy(tx, { instanceId, tenancyId: Number(id) });
      const more = rows.filter((row) => row.tenancyId === Number(id)).length;
      if (count.active + count.inactive + more <= most) continue;
      throw new Conflict(`The tenant is limited to ${most} jobs: delete some, or ask its provider for more.`);
    }
  }

  private limited(tx: Tx, ids: readonly number[]) {
    return tx.query<{ id: number; instance_id: number; max_jobs: number }>(
      `SELECT id, instance_id, max_jobs FROM tenancy WHERE id IN (${marks(ids)})
       AND max_jobs IS NOT NULL`,
      ids,
    );
  }

  /** Counts new jobs. It locks the counters until commit: do it last. */
  async countNew(tx: Tx, rows: readonly JobRow[]): Promise<void> {
    const tenancies = new Map(rows.map((row) => [row.tenancyId, row]));
    // In one order, so that no two transactions wait for each other.
    for (const place of [...tenancies.values()].sort((a, b) => a.tenancyId - b.tenancyId)) {
      const theirs = rows.filter((row) => row.tenancyId === place.tenancyId);
      const active = theirs.filter((row) => row.active).length;
      await this.counts.add(tx, place, { active, inactive: theirs.length - active });
    }
  }

  /** Stores a changed row. */
  async save(tx: Tx, row: JobRow): Promise<void> {
    const { id, ...rest } = row;
    await tx.manager.update(JobRow, { id }, rest);
    await this.searchTexts.updateJob(tx, row);
  }

  /** Deletes a row, and counts it no more. Its schedules are not found any more and go in batches. */
  async delete(tx: Tx, row: JobRow): Promise<void> {
    await tx.manager.delete(JobRow, { id: row.id });
    if (row.kind === 'cf_task') await this.tasks.delete(tx, [row.id]);
    await this.searchTexts.removeJobs(tx, row, [row.id]);
    await this.counts.add(tx, row, row.active ? { active: -1, inactive: 0 } : { active: 0, inactive: -1 });
  }

  /**
   * Deletes what a tenancy that is gone has of jobs, schedules, action logs, search texts, counters and circuits: up to `limit` rows
   * of what jobs have many of, and jobs once they have nothing left. Returns how many rows went; 0 once nothing is left.
   * The runs are the run log's.
   */
  async deleteSomeOfTenancy(tx: Tx, tenancyId: number, limit: number): Promise<number> {
    if (await this.work.endSomeOfTenancy(tx, tenancyId)) return 1;
    const rows = await tx.query<{ id: number; instance_id: number; kind: number }>(
      `SELECT id, instance_id, kind FROM job WHERE tenancy_id = ? LIMIT ${JOBS_AT_ONCE}`,
      [tenancyId],
    );
    const [first] = rows;
    if (!first) {
      const planCounts = await this.planCounts.deleteOfTenancy(tx, tenancyId);
      const circuits = await this.circuits.deleteOfTenancy(tx, tenancyId);
      return planCounts + circuits + (await this.counts.deleteOfTenancy(tx, tenancyId));
    }
    const place = { instanceId: first.instance_id, tenancyId };
    const ids = rows.map((row) => Number(row.id));
    let deleted = await this.schedules.deleteSomeOfJobs(tx, ids, limit);
    if (deleted < limit) deleted += await this.actionLog.deleteSomeOfJobs(tx, ids, limit - deleted);
    if (deleted < limit) deleted += await this.searchTexts.deleteSomeOfTenancy(tx, place, limit - deleted);
    if (deleted >= limit) return deleted;
    await this.counts.remove(tx, place);
    await this.tasks.delete(tx, taskIdsOf(rows));
    await tx.execute(`DELETE FROM job WHERE id IN (${marks(ids)})`, ids);
    return deleted + ids.length;
  }

  /** Counts a job that was switched on or off on its new side. It locks the counter until commit: do it last. */
  async recount(tx: Tx, row: JobRow): Promise<void> {
    await this.counts.add(tx, row, row.active ? { active: 1, inactive: -1 } : { active: -1, inactive: 1 });
  }

  /** Returns the id of the caller's own job of a name, compared exactly; null where there is none. */
  async findOwnId(tx: Tx, scope: AccessScope, name: string): Promise<number | null> {
    const { tenancyId } = scope;
    const rows = await tx.manager.find(JobRow, {
      where: { tenancyId, name },
      select: { id: true, name: true },
    });
    // MySQL takes 'a' and 'a ' for the same name.
    return rows.find((row) => row.name === name)?.id ?? null;
  }
}

function taskIdsOf(rows: readonly { id: number; kind: number }[]): number[] {
  return rows.flatMap(({ id, kind }) => (ACTION_KINDS[kind] === 'cf_task' ? [Number(id)] : []));
}

/** Another job of the same technical user has the name. */
export class NameInUse extends InvalidInput {
  constructor(name: string) {
    super(`'name' ${shown(name)} is already in use by another job: choose another name`, 'name');
  }
}
