import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { STANDINGS, type Standing } from '../database/entities/failing-schedule.row.js';
import { FAILING, HEALED, OFF } from '../database/entities/stored-values.js';
import { marks } from '../database/lists.js';
import { upsert } from '../database/sums.js';
import type { Tx } from '../database/tx.js';
import type { Finding } from './finding.js';

const COLUMNS = [
  ...['id', 'instance_id', 'tenancy_id', 'job_id', 'standing', 'planned_at', 'last_at', 'run_id'],
  ...['since_at', 'since_planned_at', 'times'],
];

/** All SQL that writes the table `failing_schedule`. */
@Injectable()
export class FailingScheduleStore {
  /**
   * Notes findings, at most one of a schedule, in one statement for up to 500. The newest planned run decides how a schedule
   * stands, in whatever order they come; one that failed before counts, and changes nothing else.
   */
  async note(tx: Tx, findings: readonly Finding[]): Promise<void> {
    // In one order, so that no two replicas wait for each other.
    const sorted = [...findings].sort((a, b) => (a.scheduleId < b.scheduleId ? -1 : 1));
    const rows = sorted.map((finding) => [
      ...[uuidToBytes(finding.scheduleId), finding.instanceId, finding.tenancyId, finding.jobId],
      ...[STANDINGS.indexOf(finding.standing), finding.plannedAt, finding.lastAt, uuidToBytes(finding.runId)],
      ...[finding.sinceAt, finding.sincePlannedAt, finding.times],
    ]);
    const changes = changesBy((column) => tx.dialect.incoming(column));
    await upsert(tx, { table: 'failing_schedule', columns: COLUMNS, keys: ['id'], changes }, rows);
  }

  /** Returns the schedules that are noted as failing, up to `limit`, those that failed last first. */
  async listFailing(tx: Tx, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM failing_schedule WHERE standing = ${FAILING} ORDER BY last_at DESC LIMIT ?`,
      [limit],
    );
    return rows.map(({ id }) => uuidFromBytes(id));
  }

  /** Returns whether any schedule is noted. */
  async isAny(tx: Tx): Promise<boolean> {
    return (await tx.query('SELECT 1 FROM failing_schedule LIMIT 1')).length > 0;
  }

  /** Changes how schedules stand that stand as `from`. */
  async stand(tx: Tx, ids: readonly string[], { from, to }: { from: Standing; to: Standing }): Promise<void> {
    if (ids.length === 0) return;
    await tx.execute(
      `UPDATE failing_schedule SET standing = ? WHERE id IN (${marks(ids)}) AND standing + 0 = ?`,
      [STANDINGS.indexOf(to), ...ids.map(uuidToBytes), STANDINGS.indexOf(from)],
    );
  }

  /** Forgets schedules, unless a run of theirs has ended since an instant. */
  async forget(tx: Tx, ids: readonly string[], before: Instant): Promise<void> {
    if (ids.length === 0) return;
    await tx.execute(`DELETE FROM failing_schedule WHERE id IN (${marks(ids)}) AND last_at + 0 <= ?`, [
      ...ids.map(uuidToBytes),
      before,
    ]);
  }

  /** Forgets up to `limit` schedules that have been healed or off since before an instant; returns how many. */
  async deleteOld(tx: Tx, before: Instant, limit: number): Promise<number> {
    return this.deleteThose(tx, `standing IN (${HEALED},${OFF}) AND last_at < ?`, [before, limit]);
  }

  /** Forgets up to `limit` schedules of a tenancy that is gone; returns how many. */
  async deleteOfTenancy(tx: Tx, tenancyId: number, limit: number): Promise<number> {
    return this.deleteThose(tx, 'tenancy_id = ?', [tenancyId, limit]);
  }

  private async deleteThose(tx: Tx, condition: string, parameters: readonly number[]): Promise<number> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM failing_schedule WHERE ${condition} LIMIT ?`,
      parameters,
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    return tx.execute(`DELETE FROM failing_schedule WHERE id IN (${marks(ids)})`, ids);
  }
}

/**
 * How a finding changes the row of its schedule. What the later of these read is set after they have read it: `standing`
 * next to last, and last `planned_at`, by which all of them tell whether the finding is the newest.
 */
function changesBy(incoming: (column: string) => string): string[] {
  const isNewest = `${incoming('planned_at')} > planned_at`;
  const isFailure = `${incoming('standing')} = ${FAILING}`;
  const begins = `${isFailure} AND standing = ${HEALED} AND ${isNewest}`;
  const where = (condition: string, column: string) =>
    `${column} = CASE WHEN ${condition} THEN ${incoming(column)} ELSE ${column} END`;
  return [
    where(begins, 'since_at'),
    where(begins, 'since_planned_at'),
    `times = CASE WHEN ${begins} THEN ${incoming('times')}
      WHEN ${isFailure} AND standing <> ${HEALED} THEN times + ${incoming('times')} ELSE times END`,
    where(`${isFailure} AND ${isNewest}`, 'run_id'),
    where(isNewest, 'last_at'),
    where(isNewest, 'standing'),
    where(isNewest, 'planned_at'),
  ];
}
