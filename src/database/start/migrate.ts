import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { sqlOf } from '../connection/runner-sql.js';
import type { Dialect } from '../dialects/dialect.js';
import { MigrationSteps } from './migration-steps.js';
import { numberOf, refuseNewer } from './refuse-newer.js';

/**
 * Brings the schema up to date, once among the processes that start at the same moment. Migrations run outside the time
 * limits of ordinary work. A process that waits for another one to migrate waits for at most 120 s on MySQL and
 * MariaDB; SQLite serves one process. Throws CannotStart where a newer version has been here.
 */
export async function migrate(source: DataSource, dialect: Dialect): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await dialect.withMigrationLock(sqlOf(runner), () => applyPending(source));
  } finally {
    await runner.release();
  }
}

async function applyPending(source: DataSource): Promise<void> {
  await refuseNewer(source);
  const from = performance.now();
  const applied = await source.runMigrations({ transaction: 'each' });
  await forgetSteps(source);
  const latest = applied.at(-1);
  if (latest === undefined) return;
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  new Logger('Database').log(`Migrated the database to ${numberOf(latest.name)} in ${seconds} s.`);
}

async function forgetSteps(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    if (await runner.hasTable(MigrationSteps.table)) await MigrationSteps.forget(runner);
  } finally {
    await runner.release();
  }
}
