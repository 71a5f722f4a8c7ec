import type { Database } from '../../src/database/database.js';
import type { Lane, Tx } from '../../src/database/tx.js';

type Query = (...words: unknown[]) => unknown;

/** Tells of each statement of some work within a transaction that was answered, and what the driver answered. */
export async function watchStatements<T>(
  { manager }: Tx,
  work: () => Promise<T>,
  note: (sql: string, answer: unknown) => void,
): Promise<T> {
  const runner = manager.queryRunner;
  if (!runner) throw new Error('A transaction has a runner.');
  // What is sent to a server passes its connection, whoever sends it; an embedded database is asked by the runner alone.
  const connection = (await runner.connect()) as { stream?: unknown; query?: Query };
  const asked = (connection.stream ? connection : runner) as { query: Query };
  const query = asked.query.bind(asked);
  asked.query = (...words) => {
    const sql = String(words[0]);
    const told = words.at(-1);
    if (typeof told !== 'function')
      return (query(...words) as Promise<unknown>).then((answer) => {
        note(sql, answer);
        return answer;
      });
    const tell = (error: unknown, answer: unknown, ...rest: unknown[]) => {
      if (!error) note(sql, answer);
      (told as Query)(error, answer, ...rest);
    };
    return query(...words.slice(0, -1), tell);
  };
  return work().finally(() => (asked.query = query));
}

/** Returns how many statements work sends within a transaction. */
export async function countStatements(tx: Tx, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  await watchStatements(tx, work, () => (count += 1));
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
