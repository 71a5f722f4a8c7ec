import { DataSource, type DataSourceOptions } from 'typeorm';
import { CannotStart } from '../config/cannot-start.js';
import { sqlOf } from './connection/runner-sql.js';
import { Database } from './database.js';
import type { Dialect } from './dialects/dialect.js';
import { ActionLogRow } from './entities/action-log.row.js';
import { BindingSecretRow } from './entities/binding-secret.row.js';
import { BindingRow } from './entities/binding.row.js';
import { InstanceRow } from './entities/instance.row.js';
import { JobRow } from './entities/job.row.js';
import { JobWorkRow } from './entities/job-work.row.js';
import { OperationRow } from './entities/operation.row.js';
import { RunRow } from './entities/run.row.js';
import { RunnerRow } from './entities/runner.row.js';
import { ScheduleRow } from './entities/schedule.row.js';
import { SigningKeyRow } from './entities/signing-key.row.js';
import { SubscriptionRow } from './entities/subscription.row.js';
import { TaskRow } from './entities/task.row.js';
import { TenancyRow } from './entities/tenancy.row.js';
import { TenantRow } from './entities/tenant.row.js';
import { Foundation1700000000001 } from './migrations/0001-foundation.js';
import { JobCountSearch1700000000005 } from './migrations/0005-job-count-search.js';
import { AccessChange1700000000010 } from './migrations/0010-access-change.js';
import { Offboarding1700000000011 } from './migrations/0011-offboarding.js';
import { AuditLog1700000000012 } from './migrations/0012-audit-log.js';
import { Operation1700000000020 } from './migrations/0020-operation.js';
import { TimedAt1700000000021 } from './migrations/0021-timed-at.js';
import { QueuePolicyOutbox1700000000022 } from './migrations/0022-queue-policy-outbox.js';
import { LastRunLastChore1700000000023 } from './migrations/0023-last-run-last-chore.js';
import { Revision1700000000026 } from './migrations/0026-revision.js';
import { Limits1700000000027 } from './migrations/0027-limits.js';
import { StreamEnds1700000000028 } from './migrations/0028-stream-ends.js';
import { OperationPart1700000000032 } from './migrations/0032-operation-part.js';
import { Usage1700000000033 } from './migrations/0033-usage.js';
import { ListIndex1700000000034 } from './migrations/0034-list-index.js';
import { JobWork1700000000036 } from './migrations/0036-job-work.js';
import { Runner1700000000037 } from './migrations/0037-runner.js';
import { Task1700000000038 } from './migrations/0038-task.js';
import { TaskRun1700000000039 } from './migrations/0039-task-run.js';
import { WebSession1700000000040 } from './migrations/0040-web-session.js';
import { FailingSchedule1700000000041 } from './migrations/0041-failing-schedule.js';
import { RunListIndex1700000000042 } from './migrations/0042-run-list-index.js';
import { RunMinute1700000000043 } from './migrations/0043-run-minute.js';
import { RunHour1700000000044 } from './migrations/0044-run-hour.js';
import { JobScheduleIndex1700000000045 } from './migrations/0045-job-schedule-index.js';
import { AuditTenantIndex1700000000046 } from './migrations/0046-audit-tenant-index.js';
import { Attempts1700000000047 } from './migrations/0047-attempts.js';
import { ScheduleLife1700000000049 } from './migrations/0049-schedule-life.js';
import { ReplayHold1700000000050 } from './migrations/0050-replay-hold.js';
import { JobHeaders1700000000051 } from './migrations/0051-job-headers.js';
import { WebhookKey1700000000052 } from './migrations/0052-webhook-key.js';
import { Throttle1700000000053 } from './migrations/0053-throttle.js';
import { Breaker1700000000054 } from './migrations/0054-breaker.js';
import { SpreadOffset1700000000055 } from './migrations/0055-spread-offset.js';
import { PacedRun1700000000056 } from './migrations/0056-paced-run.js';
import { MysqlDialect } from './dialects/mysql.dialect.js';
import { SqliteDialect } from './dialects/sqlite.dialect.js';
import { migrate } from './start/migrate.js';
import { refuseNewer } from './start/refuse-newer.js';
import { tryToWrite } from './start/try-to-write.js';

const entities = [
  ActionLogRow,
  BindingRow,
  BindingSecretRow,
  InstanceRow,
  JobRow,
  JobWorkRow,
  OperationRow,
  RunRow,
  RunnerRow,
  ScheduleRow,
  SigningKeyRow,
  SubscriptionRow,
  TaskRow,
  TenancyRow,
  TenantRow,
];

/** Every migration, oldest first. A released migration is never edited: the next change is a new file. */
const migrations = [
  Foundation1700000000001,
  JobCountSearch1700000000005,
  AccessChange1700000000010,
  Offboarding1700000000011,
  AuditLog1700000000012,
  Operation1700000000020,
  TimedAt1700000000021,
  QueuePolicyOutbox1700000000022,
  LastRunLastChore1700000000023,
  Revision1700000000026,
  Limits1700000000027,
  StreamEnds1700000000028,
  OperationPart1700000000032,
  Usage1700000000033,
  ListIndex1700000000034,
  JobWork1700000000036,
  Runner1700000000037,
  Task1700000000038,
  TaskRun1700000000039,
  WebSession1700000000040,
  FailingSchedule1700000000041,
  RunListIndex1700000000042,
  RunMinute1700000000043,
  RunHour1700000000044,
  JobScheduleIndex1700000000045,
  AuditTenantIndex1700000000046,
  Attempts1700000000047,
  ScheduleLife1700000000049,
  ReplayHold1700000000050,
  JobHeaders1700000000051,
  WebhookKey1700000000052,
  Throttle1700000000053,
  Breaker1700000000054,
  SpreadOffset1700000000055,
  PacedRun1700000000056,
];

const LEASE_MS = 20_000;
/** How long a start waits for the process that has the embedded database: as long as that one may take to stop. */
const PREDECESSOR_MS = 20_000;
const NEVER_STARTED =
  'There is nothing in the database that DATABASE_URL names: start the service first (npm start), with the same settings.';
/** With what a process needs to come so far, a start without a database ends within 5 s. */
const CONNECT_WITHIN_MS = 2_500;

/** Returns the dialect that a DATABASE_URL asks for. */
export function dialectFor(databaseUrl: string, leaseMs = LEASE_MS): Dialect {
  return databaseUrl.startsWith('sqlite:')
    ? new SqliteDialect(databaseUrl)
    : new MysqlDialect(databaseUrl, leaseMs);
}

export interface OpenOptions {
  readonly isProduction?: boolean;
  readonly leaseMs?: number;
  /** How long to wait for another process that has the embedded database. */
  readonly waitMs?: number;
  /**
   * For a command beside the service, which does one short thing: the database must be there and up to date, and stays
   * the service's own. On an embedded database SQLite's own locks keep the two apart.
   */
  readonly isGuest?: boolean;
}

/**
 * Connects and brings the schema up to date; several processes that start at once migrate once. Throws CannotStart where
 * an operator can mend what is wrong, and leaves nothing open then.
 */
export async function openDatabase(
  databaseUrl: string,
  { isProduction = false, leaseMs = LEASE_MS, waitMs = PREDECESSOR_MS, isGuest = false }: OpenOptions = {},
): Promise<Database> {
  const dialect = dialectFor(databaseUrl, leaseMs);
  try {
    if (isGuest && !dialect.isThere()) throw new CannotStart(NEVER_STARTED);
    const release = isGuest ? async () => undefined : await dialect.reserve(waitMs);
    const source = await orElse(release, () => connect(dialect));
    await orElse(
      () => source.destroy().finally(release),
      () => (isGuest ? refuseOther(source) : prepare(source, dialect)),
    );
    return new Database(source, dialect, { watchesNesting: !isProduction, leaseMs, release });
  } catch (error) {
    throw dialect.startFailure(error);
  }
}

/** Returns what work returns; where it throws, gives back first what was taken for it. */
async function orElse<T>(giveBack: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** Throws CannotStart where the service has not prepared the database yet, or one of another version has. */
async function refuseOther(source: DataSource): Promise<void> {
  await refuseNewer(source);
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) throw new CannotStart(NEVER_STARTED);
    const rows = await sqlOf(runner).query<{ name: string }>('SELECT name FROM migrations');
    const applied = new Set(rows.map(({ name }) => name));
    if (migrations.every(({ name }) => applied.has(name))) return;
    throw new CannotStart(
      'The database, named in DATABASE_URL, is of an older version: start the service of this version first.',
    );
  } finally {
    await runner.release();
  }
}

async function prepare(source: DataSource, dialect: Dialect): Promise<void> {
  await refuseUnfit(source, dialect);
  await migrate(source, dialect);
  await tryToWrite(source, dialect);
}

/** Throws CannotStart where a setting of the server would make the service fail later, in the middle of its work. */
async function refuseUnfit(source: DataSource, dialect: Dialect): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    const reason = await dialect.unfitness(sqlOf(runner));
    if (reason !== null) throw new CannotStart(`The database server of DATABASE_URL ${reason}`);
  } finally {
    await runner.release();
  }
}

async function connect(dialect: Dialect): Promise<DataSource> {
  try {
    return await connectWith(dialect.dataSourceOptions());
  } catch (error) {
    const options = dialect.optionsAfter(error);
    if (options === null) throw error;
    return connectWith(options);
  }
}

/** Later connections may take longer: who starts the service is to hear soon that there is no database. */
async function connectWith(options: DataSourceOptions): Promise<DataSource> {
  const source = new DataSource({ ...options, entities, migrations, synchronize: false });
  const connecting = source.initialize();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = () => {
      connecting.then(() => source.destroy()).catch(() => undefined);
      reject(Object.assign(new Error('The database did not answer in time.'), { code: 'ETIMEDOUT' }));
    };
    timer = setTimeout(giveUp, CONNECT_WITHIN_MS);
  });
  try {
    return await Promise.race([connecting, late]);
  } finally {
    clearTimeout(timer);
  }
}
