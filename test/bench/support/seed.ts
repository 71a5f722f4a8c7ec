import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { v7 } from 'uuid';

/** What to put into the database. */
export interface Seed {
  readonly tenants: number;
  readonly schedules: number;
  /** The planned instant of the schedule's run, by its number. */
  readonly plannedAt: (place: number) => number;
  /** A cron expression; or in its place every so many milliseconds; or once, at the instant of its run. */
  readonly cron: string | { readonly everyMs: number } | { readonly isOnce: true };
  readonly action: (tenant: number) => string;
  /** First number of the tenants that this seed makes: seeds that follow one another take different ones. */
  readonly from?: number;
  /** JSON text that each call carries as its body; none where it is left out. */
  readonly data?: string;
}

const CHUNK = 5_000;
const CRON = 0;
const INTERVAL = 1;
const ONCE = 3;

/** Makes tenants with one job each, and spreads the schedules with their planned runs evenly over them. Returns the tenancies. */
export async function seed(db: Connection, plan: Seed): Promise<number[]> {
  const now = Date.now();
  const [instances] = await db.query<RowDataPacket[]>('SELECT id FROM instance LIMIT 1');
  const instance = Number(instances[0]?.['id']);
  const { tenancies, jobs } = await seedTenants(db, plan, { instance, now });
  for (let start = 0; start < plan.schedules; start += CHUNK) {
    const count = Math.min(CHUNK, plan.schedules - start);
    const schedules: unknown[][] = [];
    const runs: unknown[][] = [];
    for (let place = start; place < start + count; place++) {
      const tenant = place % plan.tenants;
      const id = uuid(now);
      const data = plan.data ?? null;
      const timing = timingOf(plan, place);
      schedules.push([id, jobs[tenant], instance, tenancies[tenant], ...timing, 1, '', data, now, now]);
      runs.push([uuid(now), id, tenancies[tenant], 0, 0, plan.plannedAt(place), now, 0]);
    }
    await db.query(
      `INSERT INTO schedule (id, job_id, instance_id, tenancy_id, kind, expression, meaning, active, description,
       data, created_at, modified_at) VALUES ?`,
      [schedules],
    );
    await db.query(
      'INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, created_at, is_reported) VALUES ?',
      [runs],
    );
  }
  return tenancies;
}

/** Returns kind, expression and meaning of a schedule, as they are stored. */
function timingOf({ cron, plannedAt }: Seed, place: number): unknown[] {
  if (typeof cron === 'object' && 'isOnce' in cron) return [ONCE, 'now', plannedAt(place)];
  if (typeof cron === 'string') return [CRON, cron, null];
  return [INTERVAL, `${cron.everyMs / 1000} seconds`, cron.everyMs];
}

async function seedTenants(db: Connection, plan: Seed, { instance, now }: { instance: number; now: number }) {
  const from = plan.from ?? 0;
  const tenancies: number[] = [];
  const jobs: number[] = [];
  for (let t = 0; t < plan.tenants; t++) {
    const id = uuid(now);
    const tenant = [id, `bench-${from + t}`, now];
    await db.query('INSERT INTO tenant (id, subdomain, created_at) VALUES (?, ?, ?)', tenant);
    const tenancy = await insert(
      db,
      'INSERT INTO tenancy (instance_id, tenant_id, is_provider, created_at) VALUES (?, ?, 0, ?)',
      [instance, id, now],
    );
    tenancies.push(tenancy);
    const job = `INSERT INTO job (instance_id, tenancy_id, name, description, action, http_method, active, created_at, modified_at)
      VALUES (?, ?, ?, '', ?, 1, 1, ?, ?)`;
    jobs.push(await insert(db, job, [instance, tenancy, `bench ${from + t}`, plan.action(t), now, now]));
  }
  return { tenancies, jobs };
}

async function insert(db: Connection, sql: string, values: unknown[]): Promise<number> {
  const [result] = await db.query<ResultSetHeader>(sql, values);
  return result.insertId;
}

function uuid(now: number): Buffer {
  return Buffer.from(v7({ msecs: now }).replaceAll('-', ''), 'hex');
}
