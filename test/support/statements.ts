import type { Database } from '../../src/database/database.js';
import type { Lane, Tx } from '../../src/database/tx.js';

type Query = (...words: unknown[]) => unknown;

/** Returns how many statements work sends within a transaction. */
export async function countStatements({ manager }: Tx, work: () => Promise<unknown>): Promise<number> {
  const runner = manager.queryRunner;
  if (!runner) throw new Error('A transaction has a runner.');
  // What is sent to a server passes its connection, whoever sends it; an embedded database is asked by the runner alone.
  const connection = (await runner.connect()) as { stream?: unknown; query?: Query };
  const asked = (connection.stream ? connection : runner) as { query: Query };
  const query = asked.query.bind(asked);
  let count = 0;
  asked.query = (...words) => {
    count += 1;
    return query(...words);
  };
  await work().finally(() => (asked.query = query));
  return count;
}

/** Returns how many statements the reads of the database send that work leads to. */
export async function countOfReads(database: Database, work: () => PromiseLike<unknown>): Promise<number> {
  const read = database.read.bind(database);
  let count = 0;
  database.read = async <T>(run: (tx: Tx) => Promise<T>, lane?: Lane) => {
    const results: T[] = [];
    const counted = async (tx: Tx) => {
      count += await countStatements(tx, async () => results.push(await run(tx)));
    };
    await read(counted, lane);
    const [result] = results;
    return result as T; // the work has run, so it is there
  };
  try {
    await work();
  } finally {
    database.read = read;
  }
  return count;
}
