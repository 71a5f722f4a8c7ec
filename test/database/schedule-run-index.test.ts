import { newUuid } from '../../src/database/uuid-v7.js';
import { RunStore } from '../../src/run-log/queue/run.store.js';
import type { Tx } from '../../src/database/tx.js';
import { sqlite } from '../support/databases.js';

const IDS = Array.from({ length: 200 }, (_, place) => newUuid(place));

/** What is done with the runs of given schedules: a look into the queue's index would read every planned run there is. */
const WORK: Record<string, (tx: Tx) => Promise<unknown>> = {
  'dropping plans': (tx) => new RunStore().dropPlans(tx, IDS),
  'dropping later plans': (tx) => new RunStore().dropLaterPlans(tx, IDS, 1),
  'looking for previous runs': (tx) => new RunStore().listPrevious(tx, IDS),
  'purging deleted schedules': (tx) => new RunStore().purge(tx, IDS),
};

describe('the runs of many schedules on SQLite', () => {
  it.each(Object.entries(WORK))('are found by their schedules when %s', async (_name, work) => {
    const database = await sqlite.open();
    const plans: string[] = [];
    await database.transaction(async (tx) => {
      const explain = async (sql: string, parameters: readonly unknown[] = []) => {
        const rows = await tx.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
        plans.push(...rows.map(({ detail }) => detail));
      };
      const query: Tx['query'] = async (sql, parameters) => {
        await explain(sql, parameters);
        return tx.query(sql, parameters);
      };
      const execute: Tx['execute'] = async (sql, parameters) => {
        await explain(sql, parameters);
        return tx.execute(sql, parameters);
      };
      await work({ ...tx, query, execute });
    });
    expect(plans.join('\n')).toContain('INDEX run_schedule');
    expect(plans.join('\n')).not.toContain('run_queue');
  });
});
