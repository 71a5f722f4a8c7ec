import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { uuidFromBytes } from '../database/columns.js';
import { chunks, marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';

/** One tenant's place in one service instance, with what its tokens say about both. */
export interface Tenancy {
  readonly id: number;
  readonly instanceId: number;
  readonly instanceUid: string;
  readonly instanceName: string;
  readonly xsappname: string;
  readonly tenantId: string;
  readonly subdomain: string;
  readonly isProvider: boolean;
  readonly suspendedAt: Instant | null;
  /** Limits of this tenant; null takes the deployment's default. */
  readonly maxJobs: number | null;
  readonly maxCalls: number | null;
  readonly requestsPerMinute: number | null;
  readonly maxSchedulesPerJob: number | null;
  readonly maxSchedules: number | null;
  readonly maxFiringsPerMinute: number | null;
  readonly maxCallsPerHostPerSecond: number | null;
  readonly maxLogBytesPerDay: number | null;
}

interface Row {
  id: number;
  instance_id: number;
  instance_uid: Buffer;
  instance_name: string;
  xsappname: string;
  tenant_id: Buffer;
  subdomain: string;
  is_provider: number;
  suspended_at: number | string | null;
  max_jobs: number | null;
  max_calls: number | null;
  requests_per_minute: number | null;
  max_schedules_per_job: number | null;
  max_schedules: number | null;
  max_firings_per_minute: number | null;
  max_calls_per_host_per_second: number | null;
  max_log_bytes_per_day: number | string | null;
}

const SELECT = `SELECT t.id, t.instance_id, i.uid AS instance_uid, i.name AS instance_name, i.xsappname,
    t.tenant_id, n.subdomain, t.is_provider, t.suspended_at, t.max_jobs, t.max_calls, t.requests_per_minute,
    t.max_schedules_per_job, t.max_schedules, t.max_firings_per_minute,
    t.max_calls_per_host_per_second, t.max_log_bytes_per_day
  FROM tenancy t JOIN instance i ON i.id = t.instance_id JOIN tenant n ON n.id = t.tenant_id`;

/** Reads tenancies with all that their tokens say of them. */
@Injectable()
export class TenancyReader {
  /** Returns every tenancy of the deployment. */
  async listAll(tx: Tx): Promise<Tenancy[]> {
    return (await tx.query<Row>(SELECT)).map(tenancyOf);
  }

  /** Returns those of these tenancies that exist. */
  async list(tx: Tx, ids: readonly number[]): Promise<Tenancy[]> {
    const found: Tenancy[] = [];
    for (const part of chunks(ids)) {
      const rows = await tx.query<Row>(`${SELECT} WHERE t.id IN (${marks(part)})`, part);
      found.push(...rows.map(tenancyOf));
    }
    return found;
  }
}

function tenancyOf(row: Row): Tenancy {
  return Object.freeze({
    id: row.id,
    instanceId: row.instance_id,
    instanceUid: uuidFromBytes(row.instance_uid),
    instanceName: row.instance_name,
    xsappname: row.xsappname,
    tenantId: uuidFromBytes(row.tenant_id),
    subdomain: row.subdomain,
    isProvider: Boolean(row.is_provider),
    suspendedAt: row.suspended_at === null ? null : Number(row.suspended_at),
    maxJobs: row.max_jobs,
    maxCalls: row.max_calls,
    requestsPerMinute: row.requests_per_minute,
    maxSchedulesPerJob: row.max_schedules_per_job,
    maxSchedules: row.max_schedules,
    maxFiringsPerMinute: row.max_firings_per_minute,
    maxCallsPerHostPerSecond: row.max_calls_per_host_per_second,
    maxLogBytesPerDay: row.max_log_bytes_per_day === null ? null : Number(row.max_log_bytes_per_day),
  });
}
