import { NotFound } from '../core/errors.js';
import type { AccessScope } from '../core/access-scope.js';
import { uuidToBytes } from './columns.js';
import { listRows } from './entity-rows.js';
import { holdRows } from './row-lock.js';
import type { Tx } from './tx.js';
import { JobRow } from './entities/job.row.js';
import { ScheduleRow } from './entities/schedule.row.js';

/** A job or a schedule within it, by the ids that the outside knows. */
export interface SchedulePlace {
  readonly jobId: number;
  readonly scheduleId: string;
}

/** The part of a caller's scope that says which rows are there for it. */
export type RowScope = Pick<AccessScope, 'kind' | 'instanceId' | 'tenancyId'>;

/**
 * Isolation, in one place: the condition that every query on jobs and schedules takes, as SQL over the alias of
 * a table that has both columns. Instance credentials see their instance, a tenant sees its tenancy.
 */
export function scopeSql(scope: RowScope, alias: string): { sql: string; parameters: number[] } {
  return scope.kind === 'instance'
    ? { sql: `${alias}.instance_id = ?`, parameters: [scope.instanceId] }
    : { sql: `${alias}.tenancy_id = ?`, parameters: [scope.tenancyId] };
}

/**
 * The same condition for a row that is locked by its id: `+ 0` keeps the optimizer from an index of the tenancy, in which
 * it would lock first, and neighbours too.
 */
function checkedScope(scope: RowScope, alias: string): { sql: string; parameters: number[] } {
  const { sql, parameters } = scopeSql(scope, alias);
  return { sql: sql.replace(' = ', ' + 0 = '), parameters };
}

/** The same condition for a row that is in memory. */
export function isWithin(scope: RowScope, row: { instanceId: number; tenancyId: number }): boolean {
  return scope.kind === 'instance' ? row.instanceId === scope.instanceId : row.tenancyId === scope.tenancyId;
}

/** The same condition for the `where` of an entity manager. */
export function scopeWhere(scope: RowScope): { instanceId: number } | { tenancyId: number } {
  return scope.kind === 'instance' ? { instanceId: scope.instanceId } : { tenancyId: scope.tenancyId };
}

/** Returns a job of the scope. Throws NotFound where there is none, or none for this caller. */
export async function getJob(tx: Tx, scope: AccessScope, jobId: number): Promise<JobRow> {
  const { sql, parameters } = scopeSql(scope, 't');
  const [job] = await listRows(tx, JobRow, `t.id = ? AND ${sql}`, [jobId, ...parameters]);
  if (!job) throw noJob(jobId);
  return job;
}

/** Says that a job is missing, or not there for this caller. */
export function noJob(jobId: number): NotFound {
  return new NotFound(`There is no job with the id ${jobId}.`);
}

/**
 * Like `getJob`, and holds the job until commit: changes of a job and of its schedules come one after the other, also
 * where they are made on different nodes of a cluster.
 */
export async function lockJob(tx: Tx, scope: AccessScope, jobId: number): Promise<JobRow> {
  const { sql, parameters } = checkedScope(scope, 'job');
  await holdRows(tx, 'job', `job.id = ? AND ${sql}`, [jobId, ...parameters]);
  return getJob(tx, scope, jobId);
}

/** Returns a schedule of a job of the scope. Throws NotFound where either is missing for this caller. */
export async function getSchedule(tx: Tx, scope: AccessScope, place: SchedulePlace): Promise<ScheduleRow> {
  const { sql, parameters } = scopeSql(scope, 't');
  // The schedules of a job that was deleted go in batches.
  const [schedule] = await listRows(
    tx,
    ScheduleRow,
    `t.id = ? AND t.job_id = ? AND ${sql} AND EXISTS (SELECT 1 FROM job WHERE job.id = t.job_id)`,
    [uuidToBytes(place.scheduleId), place.jobId, ...parameters],
  );
  if (!schedule) throw noSchedule(place);
  return schedule;
}

/** Says that a schedule is missing, or its job. */
export function noSchedule({ jobId, scheduleId }: SchedulePlace): NotFound {
  return new NotFound(`There is no schedule with the id '${scheduleId}' in a job ${jobId}.`);
}

/** Like `getSchedule`, and holds the schedule until commit. Lock its job first. */
export async function lockSchedule(tx: Tx, scope: AccessScope, place: SchedulePlace): Promise<ScheduleRow> {
  const { sql, parameters } = checkedScope(scope, 'schedule');
  const condition = `schedule.id = ? AND schedule.job_id + 0 = ? AND ${sql}`;
  await holdRows(tx, 'schedule', condition, [uuidToBytes(place.scheduleId), place.jobId, ...parameters]);
  return getSchedule(tx, scope, place);
}
