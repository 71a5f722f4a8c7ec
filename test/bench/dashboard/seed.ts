/** How a database that is filled in bulk says what differs. */
export interface BulkSql {
  /** A table with the column `n` from 0 up to a number, without it. */
  readonly numbers: (count: number) => string;
  /** A UUID from a kind (one hexadecimal digit) and an expression for a number. */
  readonly uuid: (kind: string, n: string) => string;
  readonly concat: (...parts: string[]) => string;
  readonly analyze: string;
}

export const ON_MARIADB: BulkSql = {
  numbers: (count) => `(SELECT seq AS n FROM seq_0_to_${count - 1}) n`,
  uuid: (kind, n) => `UNHEX(CONCAT('0190${kind}00000007000', LPAD(HEX(${n}), 16, '0')))`,
  concat: (...parts) => `CONCAT(${parts.join(', ')})`,
  analyze:
    'ANALYZE TABLE tenancy, job, schedule, run, failing_schedule, usage_day, usage_late, run_minute, run_hour',
};
export const ON_SQLITE: BulkSql = {
  numbers: (count) =>
    `(WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${count - 1}) SELECT n FROM c) n`,
  uuid: (kind, n) => `unhex('0190${kind}00000007000' || printf('%016x', ${n}))`,
  concat: (...parts) => parts.join(' || '),
  analyze: 'ANALYZE',
};

/** How much there is. Of the jobs a fifth belongs to one tenant; of the ended runs two fifths to a few busy schedules. */
export interface Volume {
  readonly tenants: number;
  readonly jobs: number;
  readonly ended: number;
  readonly busy: number;
  readonly now: number;
  readonly instance: number;
}

/** Returns the full volume, of 500,000 jobs of 10,000 tenants and 2.5 million runs, or a part of it. */
export function volumeOf(scale: number, now: number): Omit<Volume, 'instance'> {
  const part = (whole: number) => Math.max(2, Math.ceil(whole * scale));
  return { tenants: part(10_000), jobs: part(500_000), ended: part(2_000_000), busy: part(16_000), now };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const KEPT_MS = 15 * DAY_MS;
const USAGE_DAYS = 31;
const STEP = 250_000;
/** Ids of rows that are made here begin there. */
export const FIRST = 1_000;

/** Returns the id of a schedule (kind 1) or an ended run (kind 3) as the API has it. */
export function idOf(kind: '1' | '3', n: number): string {
  const hex = `0190${kind}00000007000${n.toString(16).padStart(16, '0')}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Returns the id of a tenant. */
export function tenantOf(n: number): string {
  return idOf('1', n).replace('01901', '01900');
}

/** Returns the statements that fill a migrated database, each of a bounded size. */
export function* seedStatements(sql: BulkSql, volume: Volume): Generator<string> {
  const { tenants, jobs, ended, now, instance } = volume;
  const { uuid, concat } = sql;
  yield `INSERT INTO tenant (id, subdomain, created_at) SELECT ${uuid('0', 'n')}, ${concat("'bench-'", 'n')}, ${now} FROM ${sql.numbers(tenants)}`;
  yield `INSERT INTO tenancy (id, instance_id, tenant_id, is_provider, created_at)
    SELECT ${FIRST} + n, ${instance}, ${uuid('0', 'n')}, 0, ${now} FROM ${sql.numbers(tenants)}`;
  yield `INSERT INTO subscription (tenancy_id, app_name, created_at, updated_at) SELECT ${FIRST} + n, 'shop', ${now}, ${now} FROM ${sql.numbers(tenants)}`;
  for (const part of parts(jobs)) {
    const from = `FROM ${sql.numbers(part.count)}`;
    const n = `(n.n + ${part.from})`;
    const tenancy = tenancyOf(n, tenants);
    const made = `${now} - ${jobs} + ${n}`;
    yield `INSERT INTO job (id, instance_id, tenancy_id, name, description, action, http_method, active, created_at, modified_at)
      SELECT ${FIRST} + ${n}, ${instance}, ${tenancy}, ${concat("'invoice run '", n)}, 'Sends statements', 'https://app.example.com/run', 1, 1, ${made}, ${made} ${from}`;
    yield `INSERT INTO schedule (id, job_id, instance_id, tenancy_id, kind, expression, active, description, timed_at, created_at, modified_at)
      SELECT ${uuid('1', n)}, ${FIRST} + ${n}, ${instance}, ${tenancy}, 0, '* * * * 3 0 0', 1, 'every night', ${now}, ${made}, ${made} ${from}`;
    yield `INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, due_at, created_at, is_reported)
      SELECT ${uuid('4', n)}, ${uuid('1', n)}, ${tenancy}, 0, 0, ${now} + ${DAY_MS} + ${n}, ${now} + ${DAY_MS} + ${n}, ${now}, 0 ${from}`;
  }
  for (const part of parts(ended)) yield endedRuns(sql, volume, part);
  yield* numbersOf(sql, volume);
  yield sql.analyze;
}

/** Runs that ended, evenly over the time that they are kept for: of 100 one is an ERROR, of 1,000 one UNKNOWN. */
function endedRuns(sql: BulkSql, { tenants, jobs, ended, busy, now }: Volume, part: Part): string {
  const n = `(n.n + ${part.from})`;
  const schedule = `(CASE WHEN ${n} % 5 < 2 THEN (${n} * 7) % ${busy} ELSE ${busy} + ${n} % ${jobs - busy} END)`;
  const at = `${now - KEPT_MS} + ${n} * ${Math.floor(KEPT_MS / ended)}`;
  const state = `CASE WHEN ${n} % 100 = 7 THEN 5 WHEN ${n} % 1000 = 8 THEN 7 ELSE 4 END`;
  return `INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, due_at, created_at, claimed_by, executed_at,
      completed_at, http_status, end_text, is_reported)
    SELECT ${sql.uuid('3', n)}, ${sql.uuid('1', schedule)}, ${tenancyOf(schedule, tenants)}, 0, ${state}, ${at}, ${at}, ${at}, 1,
      ${at} + 4, ${at} + 1200, 200, 'Response: the statements of the month were sent', 0 FROM ${sql.numbers(part.count)}`;
}

/** What is counted beside the rows: jobs and schedules, usage, and a hundredth of the schedules that fail. */
function* numbersOf(sql: BulkSql, { tenants, now, instance }: Volume): Generator<string> {
  const day = `(${now - (now % DAY_MS)} - d.n * ${DAY_MS})`;
  const daily = `FROM ${sql.numbers(tenants)}, ${sql.numbers(USAGE_DAYS).replace(/n$/, 'd')}`;
  yield `INSERT INTO job_count (instance_id, tenancy_id, shard, active, inactive)
    SELECT instance_id, tenancy_id, 31, COUNT(*), 0 FROM job GROUP BY instance_id, tenancy_id`;
  yield `INSERT INTO plan_count (tenancy_id, shard, schedules, firings_per_hour)
    SELECT tenancy_id, 31, COUNT(*), COUNT(*) FROM schedule GROUP BY tenancy_id`;
  yield `INSERT INTO usage_day (tenancy_id, day, instance_id, runs, failures) SELECT ${FIRST} + n.n, ${day}, ${instance}, 13, 1 ${daily}`;
  for (const late of [0, 10, 250]) {
    yield `INSERT INTO usage_late (tenancy_id, day, late, calls) SELECT ${FIRST} + n.n, ${day}, ${late}, 4 ${daily}`;
  }
  yield* countsOf(sql, { tenants, now, instance });
  yield `INSERT INTO failing_schedule (id, instance_id, tenancy_id, job_id, standing, planned_at, last_at, run_id, since_at,
      since_planned_at, times)
    SELECT s.id, s.instance_id, s.tenancy_id, s.job_id, CASE WHEN s.job_id % 202 < 101 THEN 0 ELSE 1 END, ${now}, ${now} - s.job_id * 10,
      COALESCE((SELECT r.id FROM run r WHERE r.schedule_id = s.id AND r.state = 4 ORDER BY r.planned_at LIMIT 1), s.id), ${now} - s.job_id * 10, ${now}, 3
    FROM schedule s WHERE s.job_id % 101 = 7`;
}

/** Calls of each tenant in each hour of today, of one in each of 7 days, and of the instance in each minute of two days. */
function* countsOf(sql: BulkSql, { tenants, now, instance }: Pick<Volume, 'tenants' | 'now' | 'instance'>) {
  const today = now - (now % DAY_MS);
  // Of 9 calls 7 were at most 5 ms late.
  const counts = `9, 1, 0, 0, 0, 7, 1, 1${', 0'.repeat(11)}`;
  const numbers = (count: number) => sql.numbers(count).replace(/n$/, 'd');
  yield `INSERT INTO run_hour SELECT ${instance}, ${today} + d.n * ${HOUR_MS}, ${FIRST} + n.n, ${counts}
    FROM ${sql.numbers(tenants)}, ${numbers(24)}`;
  yield `INSERT INTO run_hour SELECT ${instance}, ${today} - (d.n + 1) * ${HOUR_MS}, ${FIRST}, ${counts} FROM ${numbers(168)}`;
  yield `INSERT INTO run_minute SELECT ${instance}, ${now - (now % MINUTE_MS)} - d.n * ${MINUTE_MS}, ${counts} FROM ${numbers(2_880)}`;
}

const tenancyOf = (n: string, tenants: number) =>
  `(CASE WHEN ${n} % 5 = 0 THEN ${FIRST} ELSE ${FIRST + 1} + ${n} % ${tenants - 1} END)`;

interface Part {
  readonly from: number;
  readonly count: number;
}

function parts(count: number): Part[] {
  return Array.from({ length: Math.ceil(count / STEP) }, (_, place) => ({
    from: place * STEP,
    count: Math.min(STEP, count - place * STEP),
  }));
}
