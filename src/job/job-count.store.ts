import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import type { Tx } from '../database/tx.js';
import { scopeSql } from '../database/scoped.js';
import type { Condition } from './search/job.query.js';

/** How many jobs are active, and how many are not. */
export interface JobCount {
  readonly active: number;
  readonly inactive: number;
}

/** The numbers of the jobs of several tenancies. */
export type JobCounts = ReadonlyMap<number, JobCount>;

/** Whose jobs are counted. */
export interface CountedTenancy {
  readonly instanceId: number;
  readonly tenancyId: number;
}

/** Rows that one tenancy's count is spread over: creations that come at once seldom wait for each other's commit. */
const SHARDS = 32;

/**
 * Keeps the number of each tenancy's jobs, so that lists answer their exact total without counting. Add to it as
 * the last step of a transaction: the row that it touches is locked until commit.
 */
@Injectable()
export class JobCountStore {
  /** Notes that jobs of a row's tenancy have come (positive) or gone (negative). */
  async add(tx: Tx, { instanceId, tenancyId }: CountedTenancy, change: JobCount): Promise<void> {
    const shard = tx.dialect.isSerial ? 0 : Math.floor(Math.random() * SHARDS);
    const cells = [instanceId, tenancyId, shard];
    const matched = await tx.execute(
      `UPDATE job_count SET active = active + ?, inactive = inactive + ?
       WHERE instance_id = ? AND tenancy_id = ? AND shard = ?`,
      [change.active, change.inactive, ...cells],
    );
    if (matched > 0) return;
    const columns = ['instance_id', 'tenancy_id', 'shard', 'active', 'inactive'];
    const inserted = await tx.dialect.insertIgnore(tx, 'job_count', columns, [
      [...cells, change.active, change.inactive],
    ]);
    // Another transaction has made the row meanwhile: it is there now.
    if (inserted === 0) await this.add(tx, { instanceId, tenancyId }, change);
  }

  /** Forgets the number of a tenancy's jobs. */
  async remove(tx: Tx, { instanceId, tenancyId }: CountedTenancy): Promise<number> {
    return tx.execute('DELETE FROM job_count WHERE instance_id = ? AND tenancy_id = ?', [
      instanceId,
      tenancyId,
    ]);
  }

  /** Forgets the number of a tenancy's jobs where nothing says which instance it belonged to. Returns how many rows there were. */
  async deleteOfTenancy(tx: Tx, tenancyId: number): Promise<number> {
    // Found without locks first: no index begins with the tenancy, and a DELETE would wait for the creations of others.
    const instances = await tx.query<{ instance_id: number }>(
      'SELECT DISTINCT instance_id FROM job_count WHERE tenancy_id = ?',
      [tenancyId],
    );
    let deleted = 0;
    for (const { instance_id: instanceId } of instances) {
      deleted += await this.remove(tx, { instanceId, tenancyId });
    }
    return deleted;
  }

  /** Returns the number of the jobs of one tenancy. */
  ofTenancy(tx: Tx, { instanceId, tenancyId }: CountedTenancy): Promise<JobCount> {
    return this.sumWhere(tx, instanceId, { sql: 'j.tenancy_id = ?', parameters: [tenancyId] });
  }

  /** Returns the number of the jobs of a scope. */
  sum(tx: Tx, scope: AccessScope): Promise<JobCount> {
    return this.sumWhere(tx, scope.instanceId, scopeSql(scope, 'j'));
  }

  /** Returns the numbers of the jobs of the tenancies that a condition over alias `j` finds in a scope, without those that have none. */
  async byTenancy(tx: Tx, { instanceId }: AccessScope, { sql, parameters }: Condition): Promise<JobCounts> {
    const rows = await tx.query<{ id: number; active: number; inactive: number }>(
      `SELECT j.tenancy_id AS id, SUM(j.active) AS active, SUM(j.inactive) AS inactive FROM job_count j
       WHERE j.instance_id = ? AND ${sql} GROUP BY j.tenancy_id`,
      [instanceId, ...parameters],
    );
    const counts = rows.map(({ id, active, inactive }): [number, JobCount] => [
      Number(id),
      { active: Number(active), inactive: Number(inactive) },
    ]);
    return new Map(counts.filter(([, { active, inactive }]) => active + inactive > 0));
  }

  private async sumWhere(tx: Tx, instanceId: number, condition: Condition): Promise<JobCount> {
    const [row] = await tx.query<{ active: number | null; inactive: number | null }>(
      `SELECT SUM(j.active) AS active, SUM(j.inactive) AS inactive FROM job_count j
       WHERE j.instance_id = ? AND ${condition.sql}`,
      [instanceId, ...condition.parameters],
    );
    return { active: Number(row?.active ?? 0), inactive: Number(row?.inactive ?? 0) };
  }
}
