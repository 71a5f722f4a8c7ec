import { Injectable } from '@nestjs/common';
import { DAY_MS, type Instant } from '../../../core/instant.js';
import type { Tx } from '../../../database/tx.js';

/** An application that a tenant is subscribed to. */
export interface SubscribedApplication {
  readonly appName: string;
  readonly guid: string | null;
  readonly plan: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** How much a tenant has of what is limited and counted. */
export interface UsedByTenant {
  readonly jobs: number;
  readonly schedules: number;
  readonly firingsPerMinute: number;
  readonly logBytesToday: number;
}

interface ApplicationRow {
  app_name: string;
  guid: string | null;
  plan: string | null;
  created_at: number;
  updated_at: number;
}

/** Reads what is counted of tenants. */
@Injectable()
export class TenantsQuery {
  /** Returns how many jobs each tenancy of an instance has, by their counters. */
  async jobs(tx: Tx, instanceId: number): Promise<Map<number, number>> {
    const rows = await tx.query<{ id: number; jobs: number | string }>(
      'SELECT tenancy_id AS id, SUM(active + inactive) AS jobs FROM job_count WHERE instance_id = ? GROUP BY tenancy_id',
      [instanceId],
    );
    return new Map(rows.map(({ id, jobs }) => [id, Number(jobs)]));
  }

  /** Returns how much a tenancy has of what is limited, by counters. */
  async used(tx: Tx, place: { instanceId: number; id: number }, now: Instant): Promise<UsedByTenant> {
    const one = async (sql: string, parameters: readonly number[]) => {
      const [row] = await tx.query<{ n: number | string | null }>(sql, parameters);
      return Number(row?.n ?? 0);
    };
    const today = now - (now % DAY_MS);
    const ofPlans = (column: string) =>
      one(`SELECT SUM(${column}) AS n FROM plan_count WHERE tenancy_id = ?`, [place.id]);
    return {
      jobs: await one(
        'SELECT SUM(active + inactive) AS n FROM job_count WHERE instance_id = ? AND tenancy_id = ?',
        [place.instanceId, place.id],
      ),
      schedules: await ofPlans('schedules'),
      firingsPerMinute: Math.ceil((await ofPlans('firings_per_hour')) / 60),
      logBytesToday: await one('SELECT bytes AS n FROM log_bytes WHERE tenancy_id = ? AND day = ?', [
        ...[place.id, today],
      ]),
    };
  }

  /** Returns when a tenancy began. */
  async createdAt(tx: Tx, id: number): Promise<Instant> {
    const [row] = await tx.query<{ at: number }>('SELECT created_at AS at FROM tenancy WHERE id = ?', [id]);
    return Number(row?.at ?? 0);
  }

  /** Returns the applications that a tenancy is subscribed to, by their names. */
  async applications(tx: Tx, id: number): Promise<SubscribedApplication[]> {
    const rows = await tx.query<ApplicationRow>(
      'SELECT app_name, guid, plan, created_at, updated_at FROM subscription WHERE tenancy_id = ? ORDER BY app_name',
      [id],
    );
    return rows.map((row) => ({
      ...{ appName: row.app_name, guid: row.guid, plan: row.plan },
      ...{ createdAt: Number(row.created_at), updatedAt: Number(row.updated_at) },
    }));
  }
}
