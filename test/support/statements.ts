import type { Tx } from '../../src/database/tx.js';

/** Returns how many statements work sends within a transaction. */
export async function countStatements({ manager }: Tx, work: () => Promise<unknown>): Promise<number> {
  const runner = manager.queryRunner;
  if (!runner) throw new Error('A transaction has a runner.');
  const query = runner.query.bind(runner);
  let count = 0;
  runner.query = ((...words: Parameters<typeof query>) => {
    count += 1;
    return query(...words);
  }) as typeof runner.query;
  await work().finally(() => (runner.query = query));
  return count;
}
