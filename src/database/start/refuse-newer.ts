import type { DataSource } from 'typeorm';
import { CannotStart } from '../../config/cannot-start.js';
import { VERSION } from '../../config/version.js';
import { sqlOf } from '../connection/runner-sql.js';
import { MigrationSteps } from './migration-steps.js';

/**
 * Throws CannotStart where a version newer than this one has changed the schema, or has begun to: this one would write rows
 * without what the newer one needs. It is asked at the start alone. A process that runs already goes on beside a newer one,
 * whose migrations leave it what it uses (operating/upgrade.md, "The rule for migrations").
 */
export async function refuseNewer(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return;
    const sql = sqlOf(runner);
    const known = new Set(source.migrations.map(({ name, constructor }) => name ?? constructor.name));
    const applied = await sql.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
    const latest = applied.filter(({ name }) => !known.has(name)).at(-1);
    if (latest !== undefined)
      throw refusal(`was changed by a newer version (up to ${numberOf(latest.name)})`);
    if (!(await runner.hasTable(MigrationSteps.table))) return;
    // A migration is noted under the number of those before it.
    const [begun] = await sql.query<{ steps: number }>(
      `SELECT COUNT(*) AS steps FROM ${MigrationSteps.table} WHERE applied >= ?`,
      [known.size],
    );
    if (Number(begun?.steps) > 0) throw refusal('was changed in part by a newer version');
  } finally {
    await runner.release();
  }
}

/** Returns the number by which people know a migration, from the name of its class. */
export function numberOf(name: string): string {
  return name.slice(-4);
}

function refusal(what: string): CannotStart {
  return new CannotStart(
    `The database, named in DATABASE_URL, ${what}, and this is version ${VERSION}: start the newer version, or restore the backup that was made before the upgrade.`,
  );
}
