import type { Connection } from 'mysql2/promise';

const TENANTS = 100;
/** Of ten jobs so many belong to the first tenant: one big tenant beside many small ones. */
const OF_TEN_TO_FIRST = 8;
const STEP = 50_000;

const DIGITS =
  '(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
const id = (kind: string, n: string) => `UNHEX(CONCAT('0190${kind}00000007000', LPAD(HEX(${n}), 16, '0')))`;

/** Makes jobs in bulk, each with a schedule and its planned run, and one schedule with `runs` run logs. */
export async function seedJobs(db: Connection, jobs: number, runs: number) {
  const now = Date.now();
  const [[instance]] = (await db.query('SELECT id FROM instance LIMIT 1')) as unknown as [[{ id: number }]];
  await db.query('CREATE TEMPORARY TABLE n (n INT PRIMARY KEY)');
  const digits = ['a', 'b', 'c', 'd', 'e', 'f'].map((alias) => `${DIGITS} ${alias}`).join(', ');
  await db.query(
    `INSERT INTO n SELECT a.d + 10*b.d + 100*c.d + 1000*d.d + 10000*e.d + 100000*f.d FROM ${digits}`,
  );
  await db.query(
    `INSERT INTO tenant (id, subdomain, created_at) SELECT ${id('0', 'n')}, CONCAT('bench-', n), ? FROM n WHERE n < ?`,
    [now, TENANTS],
  );
  await db.query(
    `INSERT INTO tenancy (instance_id, tenant_id, is_provider, created_at) SELECT ?, ${id('0', 'n')}, 0, ? FROM n WHERE n < ?`,
    [instance.id, now, TENANTS],
  );
  const [[first]] = (await db.query(
    `SELECT MIN(id) AS tenancy, (SELECT COALESCE(MAX(id), 0) + 1 FROM job) AS job FROM tenancy WHERE is_provider = 0`,
  )) as unknown as [[{ tenancy: number; job: number }]];
  const tenancy = `${first.tenancy} + IF(n % 10 < ${OF_TEN_TO_FIRST}, 0, n % ${TENANTS})`;
  const name = "CONCAT('invoice run ', n, ' ', LOWER(HEX(n * 7919)))";
  const text = "CONCAT('Sends the monthly statements of region ', n % 97, ' to the archive')";
  for (let from = 0; from < jobs; from += STEP) {
    const part = `FROM n WHERE n >= ${from} AND n < ${Math.min(from + STEP, jobs)}`;
    await db.query(`
      INSERT INTO job (id, instance_id, tenancy_id, name, description, action, http_method, active, created_at, modified_at)
        SELECT ${first.job} + n, ${instance.id}, ${tenancy}, ${name}, ${text}, 'https://app.example.com/run', 1, 1, ${now}, ${now} ${part};
      INSERT INTO schedule (id, job_id, instance_id, tenancy_id, kind, expression, active, description, created_at, modified_at)
        SELECT ${id('1', 'n')}, ${first.job} + n, ${instance.id}, ${tenancy}, 0, '* * * * 3 0 0', 1, 'every night', ${now}, ${now} ${part};
      INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, created_at, is_reported)
        SELECT ${id('2', 'n')}, ${id('1', 'n')}, ${tenancy}, 0, 0, ${now} + 86400000 + n, ${now}, 0 ${part};
      INSERT INTO search_text (kind, instance_id, tenancy_id, job_id, schedule_id, body)
        SELECT 0, ${instance.id}, ${tenancy}, ${first.job} + n, UNHEX(REPEAT('00', 16)), LOWER(CONCAT(${name}, X'0A', ${text})) ${part};
      INSERT INTO search_text (kind, instance_id, tenancy_id, job_id, schedule_id, body)
        SELECT 1, ${instance.id}, ${tenancy}, ${first.job} + n, ${id('1', 'n')}, LOWER(CONCAT(${name}, X'0A', 'every night')) ${part}`);
  }
  await db.query(
    `INSERT INTO job_count (instance_id, tenancy_id, shard, active, inactive)
     SELECT instance_id, tenancy_id, 31, COUNT(*), 0 FROM job GROUP BY instance_id, tenancy_id`,
  );
  await db.query(
    `INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, created_at, executed_at, completed_at, http_status, end_text, is_reported)
     SELECT ${id('3', 'n')}, ${id('1', '0')}, ${first.tenancy}, 0, 4, ? - n * 1000, ?, ?, ?, 200, 'Response: ok', 0 FROM n WHERE n > 0 AND n <= ?`,
    [now, now, now, now, runs],
  );
  await db.query('ANALYZE TABLE job, schedule, run, search_text');
  const uuid = (kind: string, n: number) => {
    const hex = `0190${kind}00000007000${n.toString(16).padStart(16, '0')}`;
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  return {
    runsPath: `/scheduler/jobs/${first.job}/schedules/${uuid('1', 0)}/runs`,
    deepRunId: uuid('3', 10_000),
    nameOf: (n: number) => `invoice run ${n} ${(n * 7919).toString(16)}`,
  };
}
