import type { Tx } from '../../src/database/tx.js';

/** Returns what work returns, and how many entries of tables and indexes MariaDB read for it. */
export async function reads<T>(tx: Tx, work: () => Promise<T>): Promise<{ result: T; entries: number }> {
  const read = async () => {
    const rows = await tx.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return rows.reduce((sum, { Value: value }) => sum + Number(value), 0);
  };
  const before = await read();
  const result = await work();
  return { result, entries: (await read()) - before };
}
