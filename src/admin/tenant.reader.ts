import { Injectable } from '@nestjs/common';
import { NotFound, shown } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import { isUuid } from '../core/uuid.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { countWhere } from '../database/count.js';
import { Database } from '../database/database.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import { STARTED_STATES } from '../database/entities/stored-values.js';
import { readingOf, type Page, type Part } from '../http/page.js';
import { RunUsage } from '../run-log/usage/run-usage.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';

/** What a tenant has and does. */
export interface TenantCounts {
  readonly jobs: number;
  readonly schedules: number;
  readonly plannedFiringsPerMinute: number;
  /** How many have ended, in the days that usage is kept for. */
  readonly runs: number;
  /** When its last run that started was planned, null where none has. */
  readonly lastActivityAt: Instant | null;
}

/** A tenant of an instance, with its applications. */
export interface TenantView {
  readonly tenancy: Tenancy;
  readonly applications: readonly string[];
  readonly counts: TenantCounts;
}

/** One application that a tenant is subscribed to. */
export interface SubscriptionView {
  readonly tenantId: string;
  readonly subdomain: string;
  readonly appName: string;
  readonly guid: string | null;
  readonly plan: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

interface SubscriptionRow {
  tenant_id: Buffer;
  subdomain: string;
  app_name: string;
  guid: string | null;
  plan: string | null;
  created_at: number;
  updated_at: number;
}

/** Reads the tenants of an instance for its provider. */
@Injectable()
export class TenantReader {
  constructor(
    private readonly database: Database,
    private readonly index: TenancyIndex,
    private readonly usage: RunUsage,
  ) {}

  /** Returns a part of an instance's tenants in the order of their subdomains, with counts; `q` is part of a subdomain or a tenant id. */
  async list(instanceId: number, q: string, page: Page): Promise<Part<TenantView>> {
    await this.usage.addUp();
    const { where, parameters } = searched(instanceId, q);
    return this.database.read(async (tx) => {
      const total = await countTenants(tx, 'tenancy t', { where, parameters }, q);
      const { isFromEnd, offset, limit } = readingOf(page, total);
      // Subdomains are unique: their index has the order, and nothing is sorted.
      const rows = await tx.query<{ id: number }>(
        `SELECT t.id FROM tenant n ${tx.dialect.useIndex('tenant_subdomain')} ${tx.dialect.orderedJoin} tenancy t
         ON t.tenant_id = n.id WHERE ${where} ORDER BY n.subdomain ${isFromEnd ? 'DESC' : 'ASC'} LIMIT ? OFFSET ?`,
        [...parameters, limit, offset],
      );
      if (isFromEnd) rows.reverse();
      const tenancies = rows.flatMap(({ id }) => this.index.find(id) ?? []);
      return { total, results: await this.views(tx, tenancies) };
    });
  }

  /** Returns one tenant of an instance. Throws NotFound where the instance has none of that id. */
  async get(instanceId: number, tenantId: string): Promise<TenantView> {
    const tenancy = await this.index.findFresh(() => this.index.findByTenant(instanceId, tenantId));
    await this.usage.addUp();
    const [view] = tenancy ? await this.database.read((tx) => this.views(tx, [tenancy])) : [];
    if (!view) throw new NotFound(`There is no tenant with the id ${shown(tenantId)}.`);
    return view;
  }

  /** Returns a part of the subscriptions of an instance, by subdomain and application. */
  async listSubscriptions(instanceId: number, q: string, page: Page): Promise<Part<SubscriptionView>> {
    const { where, parameters } = searched(instanceId, q);
    return this.database.read(async (tx) => {
      const tables = 'subscription s JOIN tenancy t ON t.id = s.tenancy_id';
      const total = await countTenants(tx, tables, { where, parameters }, q);
      const rows = await tx.query<SubscriptionRow>(
        `SELECT t.tenant_id, n.subdomain, s.app_name, s.guid, s.plan, s.created_at, s.updated_at
         FROM ${tables} JOIN tenant n ON n.id = t.tenant_id WHERE ${where}
         ORDER BY n.subdomain, s.app_name, s.id LIMIT ? OFFSET ?`,
        [...parameters, page.pageSize, page.offset],
      );
      return { total, results: rows.map(viewOf) };
    });
  }

  private async views(tx: Tx, tenancies: readonly Tenancy[]): Promise<TenantView[]> {
    const ids = tenancies.map((tenancy) => tenancy.id);
    if (ids.length === 0) return [];
    const applications = await tx.query<{ id: number; name: string }>(
      `SELECT tenancy_id AS id, app_name AS name FROM subscription WHERE tenancy_id IN (${marks(ids)}) ORDER BY app_name`,
      ids,
    );
    const counts = await countsOf(tx, ids);
    const activity = await lastActivityOf(tx, ids);
    return tenancies.map((tenancy) => ({
      tenancy,
      applications: applications.filter((row) => row.id === tenancy.id).map((row) => row.name),
      counts: {
        jobs: counts.jobs.get(tenancy.id) ?? 0,
        schedules: counts.schedules.get(tenancy.id) ?? 0,
        plannedFiringsPerMinute: Math.ceil((counts.firings.get(tenancy.id) ?? 0) / 60),
        runs: counts.runs.get(tenancy.id) ?? 0,
        lastActivityAt: activity.get(tenancy.id) ?? null,
      },
    }));
  }
}

async function countsOf(tx: Tx, ids: readonly number[]) {
  const perTenancy = async (sql: string) => {
    const rows = await tx.query<{ id: number; n: number | string }>(sql, ids);
    return new Map(rows.map((row) => [row.id, Number(row.n)]));
  };
  const those = `IN (${marks(ids)})`;
  const join = tx.dialect.orderedJoin;
  return {
    // The first column of the key of these counters is the instance.
    jobs: await perTenancy(
      `SELECT c.tenancy_id AS id, SUM(c.active + c.inactive) AS n FROM tenancy t ${join} job_count c
       ON c.instance_id = t.instance_id AND c.tenancy_id = t.id WHERE t.id ${those} GROUP BY c.tenancy_id`,
    ),
    schedules: await perTenancy(
      `SELECT tenancy_id AS id, SUM(schedules) AS n FROM plan_count WHERE tenancy_id ${those} GROUP BY tenancy_id`,
    ),
    firings: await perTenancy(
      `SELECT tenancy_id AS id, SUM(firings_per_hour) AS n FROM plan_count WHERE tenancy_id ${those} GROUP BY tenancy_id`,
    ),
    runs: await perTenancy(
      `SELECT tenancy_id AS id, SUM(runs) AS n FROM usage_day WHERE tenancy_id ${those} GROUP BY tenancy_id`,
    ),
  };
}

/** Returns when the last run that started was due, by tenancy: one look at the end of the index for each state. */
async function lastActivityOf(tx: Tx, ids: readonly number[]): Promise<Map<number, Instant>> {
  const looks = STARTED_STATES.split(',').map(
    (state) =>
      `(SELECT r.due_at FROM run r ${tx.dialect.useIndex('run_queue')} WHERE r.state = ${state}
        AND r.tenancy_id = t.id ORDER BY r.due_at DESC LIMIT 1) AS s${state}`,
  );
  const rows = await tx.query<Record<string, number | null> & { id: number }>(
    `SELECT t.id, ${looks.join(', ')} FROM tenancy t WHERE t.id IN (${marks(ids)})`,
    ids,
  );
  return new Map(
    rows.flatMap(({ id, ...states }) => {
      const last = Math.max(...Object.values(states).map((at) => Number(at ?? 0)));
      return last > 0 ? [[id, last] as const] : [];
    }),
  );
}

/** Counts rows of tables that have a tenancy `t`. Without a text their indexes have the number, and no subdomain is read. */
function countTenants(
  tx: Tx,
  tables: string,
  { where, parameters }: { where: string; parameters: readonly unknown[] },
  q: string,
): Promise<number> {
  const joined = q === '' ? tables : `${tables} JOIN tenant n ON n.id = t.tenant_id`;
  return countWhere(tx, joined, where, parameters);
}

function searched(
  instanceId: number,
  q: string,
): { where: string; parameters: (number | string | Buffer)[] } {
  if (q === '') return { where: 't.instance_id = ?', parameters: [instanceId] };
  if (isUuid(q))
    return { where: 't.instance_id = ? AND t.tenant_id = ?', parameters: [instanceId, uuidToBytes(q)] };
  // No subdomain has a NUL, at which a pattern may end.
  if (q.includes('\0')) return { where: '1 = 0', parameters: [] };
  const pattern = `%${q.toLowerCase().replace(/[!%_]/g, '!$&')}%`;
  return { where: "t.instance_id = ? AND n.subdomain LIKE ? ESCAPE '!'", parameters: [instanceId, pattern] };
}

function viewOf(row: SubscriptionRow): SubscriptionView {
  const { subdomain, app_name: appName, guid, plan } = row;
  const [createdAt, updatedAt] = [Number(row.created_at), Number(row.updated_at)];
  return { tenantId: uuidFromBytes(row.tenant_id), subdomain, appName, guid, plan, createdAt, updatedAt };
}
