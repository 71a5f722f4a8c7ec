import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { databaseKinds } from '../support/databases.js';
import { startTasks } from './task-setup.js';

type Work = (tx: Tx) => Promise<unknown>;

/** Notes the text of every statement of a database that is written by hand. */
function listen(database: Database): { statements: string[]; stop: () => void } {
  const statements: string[] = [];
  // Lists of values are as long as they are.
  const note = (sql: string) => statements.push(sql.replace(/\s+/g, ' ').replace(/\?(, ?\?)*/g, '?'));
  const noting =
    (work: Work): Work =>
    (tx) => {
      const query: Tx['query'] = (sql, ...rest) => (note(sql), tx.query(sql, ...rest));
      const execute: Tx['execute'] = (sql, ...rest) => (note(sql), tx.execute(sql, ...rest));
      return work({ ...tx, query, execute });
    };
  for (const name of ['transaction', 'read'] as const) {
    const ask = database[name].bind(database) as (work: Work, ...rest: unknown[]) => Promise<unknown>;
    Object.assign(database, { [name]: (work: Work, ...rest: unknown[]) => ask(noting(work), ...rest) });
  }
  const stop = () => ['transaction', 'read'].forEach((name) => Reflect.deleteProperty(database, name));
  return { statements, stop };
}

describe.each(databaseKinds)('A job that calls a URL on $name', (kind) => {
  it('costs no statement and no request more where there are tasks', async () => {
    const flow = await startTasks(kind);
    const { fake, database, clock, createJob, createTask, addRunner, tick, theRun, target } = flow;

    /** The statements of a job from its claim to its end. */
    const called = async () => {
      clock.advance(60_000);
      const job = await createJob({ time: 'now' });
      const { statements, stop } = listen(database);
      await tick();
      stop();
      expect(await theRun(job)).toMatchObject({ runState: 'SUCCESS' });
      return statements;
    };

    await called(); // makes what each first call makes
    const before = await called();
    expect(before.some((sql) => sql.includes('FROM run'))).toBe(true);
    const runnerId = await addRunner();
    await Promise.all([1, 2, 3].map(() => createTask(runnerId)));
    await tick();
    expect(await fake.tasks()).toHaveLength(3);
    await fake.forgetRequests();

    const after = await called();
    const known = new Set(before);
    expect(after.filter((sql) => !known.has(sql))).toEqual([]);
    expect(after.length).toBeLessThanOrEqual(before.length);
    expect(after.filter((sql) => /\b(task|task_run|stop_order|runner)\b/.test(sql))).toEqual([]);
    expect(await fake.requests()).toEqual([]);
    expect(target.calls).toHaveLength(3);
  });
});
