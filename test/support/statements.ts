import type { Tx } from '../../src/database/tx.js';

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
