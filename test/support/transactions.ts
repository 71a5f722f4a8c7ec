import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { watchStatements } from './statements.js';

/** What one transaction did. */
export interface Counted {
  readonly statements: number;
  /** The rows that its largest statement changed. */
  readonly rows: number;
}

/** Counters are spread over rows: one that is not there yet costs a statement more, as chance will have it. */
const SPREAD = /plan_count|job_count/;

/** Stands for a process that died: nothing more reaches the database. */
export class Crashed extends Error {}

/**
 * Watches the transactions of a database. From `crashAfter(n)` on, n more of those are let through, and nothing after
 * them; `recover()` lets everything through again. `counts` has what each one that committed did.
 */
export function watchTransactions(database: Database) {
  const counts: Counted[] = [];
  let left = Infinity;
  const transaction = database.transaction.bind(database);
  const read = database.read.bind(database);
  const refuse = () => Promise.reject(new Crashed('The process died.'));
  database.transaction = (async (work: (tx: Tx) => Promise<unknown>, lane?: never) => {
    if (left <= 0) return refuse();
    left -= 1;
    let counted: Counted = { statements: 0, rows: 0 };
    const result = await transaction.call(
      database,
      async (tx) => {
        counted = { statements: 0, rows: 0 };
        const note = (sql: string, answer: unknown) => {
          if (SPREAD.test(sql)) return;
          const rows = Math.max(counted.rows, affectedBy(answer));
          counted = { statements: counted.statements + 1, rows };
        };
        return watchStatements(tx, () => work(tx), note);
      },
      lane,
    );
    counts.push(counted);
    return result;
  }) as Database['transaction'];
  database.read = (work: never, lane?: never) => (left <= 0 ? refuse() : read(work, lane));
  return {
    counts,
    crashAfter: (transactions: number) => (left = transactions),
    recover: () => (left = Infinity),
  };
}

function affectedBy(answer: unknown): number {
  if (Array.isArray(answer)) return answer.length;
  const { affected, affectedRows } = (answer ?? {}) as { affected?: number; affectedRows?: number };
  return affected ?? affectedRows ?? 0;
}
