import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { driverCode } from '../dialects/driver-error.js';

/** What MySQL and MariaDB say to a statement that defines tables and was done before. */
const DONE_BEFORE = new Set([
  'ER_TABLE_EXISTS_ERROR',
  'ER_BAD_TABLE_ERROR',
  'ER_NO_SUCH_TABLE',
  'ER_DUP_FIELDNAME',
  'ER_BAD_FIELD_ERROR',
  'ER_DUP_KEYNAME',
  'ER_KEY_DOES_NOT_EXITS',
  'ER_CANT_DROP_FIELD_OR_KEY',
  'ER_MULTIPLE_PRI_KEY',
]);
const CHANGES_ROWS = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i;

/** How often each statement came in the migration that a runner is at: of two that read the same each has its note. */
const occurrences = new WeakMap<QueryRunner, { applied: number; seen: Map<string, number> }>();

/**
 * The steps of a migration on MySQL and MariaDB, where each statement that defines tables commits by itself: a process
 * that is killed leaves the migration half done. So each step is noted before and after, and one that changes rows is
 * noted in its own transaction. The next start leaves out what was done; a step that was begun and not noted as done may
 * be done or not, and there alone "it exists" is no error.
 */
export class MigrationSteps {
  static readonly table = 'migration_step';

  private constructor(
    private readonly runner: QueryRunner,
    /** The number of migrations that are complete tells them apart: a statement may come in several. */
    private readonly applied: number,
    private readonly notes: Map<string, boolean>,
  ) {}

  /** Reads how far the migration that comes next has been taken. */
  static async read(runner: QueryRunner): Promise<MigrationSteps> {
    await runner.query(
      `CREATE TABLE IF NOT EXISTS migration_step (
        applied INT NOT NULL, statement CHAR(64) CHARACTER SET ascii NOT NULL, is_done TINYINT NOT NULL,
        PRIMARY KEY (applied, statement)
      ) ENGINE=InnoDB`,
    );
    const [count] = await ask<{ applied: number }>(runner, 'SELECT COUNT(*) AS applied FROM migrations');
    const applied = Number(count?.applied);
    const rows = await ask<{ statement: string; is_done: number }>(
      runner,
      'SELECT statement, is_done FROM migration_step WHERE applied = ?',
      [applied],
    );
    const notes = new Map(rows.map((row) => [row.statement, Number(row.is_done) === 1]));
    return new MigrationSteps(runner, applied, notes);
  }

  /** Forgets the steps of migrations that are complete. */
  static async forget(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${MigrationSteps.table}`);
  }

  /** Runs a statement where it is not done yet. */
  async take(statement: string): Promise<void> {
    const name = this.nameOf(statement);
    if (this.notes.get(name) === true) return;
    if (CHANGES_ROWS.test(statement)) await this.change(statement, name);
    else await this.define(statement, name);
  }

  private async define(statement: string, name: string): Promise<void> {
    const mayBeDone = this.notes.has(name);
    if (!mayBeDone) await this.note(name, 0);
    try {
      await this.runner.query(statement);
    } catch (error) {
      if (!DONE_BEFORE.has(driverCode(error))) throw error;
      if (!mayBeDone) {
        // What is in the way was not made by this step: the next start is to say so again.
        await this.unnote(name);
        throw error;
      }
    }
    await this.note(name, 1);
  }

  /**
   * READ COMMITTED, as the service itself: else what copies rows locks all that it reads, and replicas of the former
   * version, which work on meanwhile, wait for its end.
   */
  private async change(statement: string, name: string): Promise<void> {
    await this.runner.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await this.runner.query('START TRANSACTION');
    try {
      await this.runner.query(statement);
      await this.note(name, 1);
      await this.runner.query('COMMIT');
    } catch (error) {
      await this.runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private async note(name: string, isDone: 0 | 1): Promise<void> {
    await this.runner.query(
      `INSERT INTO migration_step (applied, statement, is_done) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE is_done = VALUES(is_done)`,
      [this.applied, name, isDone],
    );
  }

  private async unnote(name: string): Promise<void> {
    await this.runner.query('DELETE FROM migration_step WHERE applied = ? AND statement = ?', [
      this.applied,
      name,
    ]);
  }

  private nameOf(statement: string): string {
    const known = occurrences.get(this.runner);
    const seen = known?.applied === this.applied ? known.seen : new Map<string, number>();
    occurrences.set(this.runner, { applied: this.applied, seen });
    const times = seen.get(statement) ?? 0;
    seen.set(statement, times + 1);
    return createHash('sha256').update(`${times}:${statement}`).digest('hex');
  }
}

/** Returns the rows of a query, whose shape is written beside it. */
async function ask<Row>(runner: QueryRunner, sql: string, parameters: unknown[] = []): Promise<Row[]> {
  return (await runner.query(sql, parameters)) as Row[];
}
