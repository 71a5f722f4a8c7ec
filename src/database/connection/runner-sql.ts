import { QueryFailedError, QueryRunnerAlreadyReleasedError, type QueryRunner } from 'typeorm';
import type { Sql } from '../sql.js';

/** What is used of the connection to an embedded database. */
interface EmbeddedConnection {
  prepare?(sql: string): EmbeddedStatement;
}

interface EmbeddedStatement {
  run(...values: readonly unknown[]): { readonly changes: number };
}

/** What is used of the connection to a server. */
interface ServerConnection {
  readonly stream?: unknown;
  query(sql: string, values: unknown[], then: (error: Error | null, rows: unknown) => void): void;
}

/** What a server answers to a statement that changes rows. */
interface Changes {
  readonly affectedRows: number;
}

/** Returns the right to run statements on a runner. Outside of Database: for migrations only, which may take any time. */
export function sqlOf(runner: QueryRunner): Sql {
  const execute: Sql['execute'] = async (sql, parameters = []) => {
    const connection = await connectionOf(runner);
    if (connection.stream) return affectedBy(await asked(connection, sql, parameters));
    const result = await runner.query(sql, [...parameters], true);
    return result.affected ?? 0;
  };
  return {
    execute,
    query: async (sql, parameters = []) => {
      const connection = await connectionOf(runner);
      const rows: unknown = connection.stream
        ? await asked(connection, sql, parameters)
        : await runner.query(sql, [...parameters]);
      // The caller names the row's shape beside its SQL: nothing else knows it.
      return rows as never;
    },
    executeEach: async (sql, sets) => {
      const connection = (await runner.connect()) as EmbeddedConnection; // the driver's own, `any` to TypeORM
      const statement = connection.prepare?.(sql);
      if (statement) return runEach(statement, sets);
      let matched = 0;
      for (const set of sets) matched += await execute(sql, set);
      return matched;
    },
  };
}

/** Returns the driver's own connection, `any` to TypeORM. Once the work is over, it is somebody else's. */
function connectionOf(runner: QueryRunner): Promise<ServerConnection> {
  if (runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
  return runner.connect() as Promise<ServerConnection>;
}

/** Past TypeORM and the promises of the driver, which take down a stack for each statement. Errors are those of TypeORM. */
async function asked(
  connection: ServerConnection,
  sql: string,
  parameters: readonly unknown[],
): Promise<unknown> {
  try {
    return await new Promise((resolve, reject) => {
      connection.query(sql, [...parameters], (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  } catch (error) {
    throw new QueryFailedError(sql, [...parameters], error as Error); // a driver throws nothing else
  }
}

function affectedBy(answer: unknown): number {
  return (answer as Partial<Changes> | undefined)?.affectedRows ?? 0; // rows where the statement changed none
}

/** Past TypeORM, whose way to a statement costs several times what the statement does. */
function runEach(statement: EmbeddedStatement, sets: readonly (readonly unknown[])[]): number {
  return sets.reduce((matched, set) => matched + statement.run(...set.map(bound)).changes, 0);
}

/** The driver binds no booleans. */
function bound(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}
