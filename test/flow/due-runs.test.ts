import { HOUR_MS, MINUTE_MS, wireText } from '../../src/core/instant.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow } from './setup.js';

describe.each(databaseKinds)('A run that is due later than it was planned for, on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** A job whose next run was planned for `planned` and is due five minutes later. */
  async function setup() {
    await flow.clear();
    const { clock, createJob, database } = flow;
    clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + 50 * MINUTE_MS);
    await flow.drain();
    const planned = clock.now() + 10 * MINUTE_MS;
    const job = await createJob({ cron: '* * * * * 0 0' });
    const id = uuidToBytes(job.scheduleId);
    const delay = `UPDATE run SET due_at = due_at + ${5 * MINUTE_MS} WHERE schedule_id = ?`;
    await database.transaction((tx) => tx.execute(delay, [id]));
    const rows = () =>
      database.read((tx) =>
        tx.query<{ planned_at: number; due_at: number }>(
          'SELECT planned_at, due_at FROM run WHERE schedule_id = ? ORDER BY planned_at',
          [id],
        ),
      );
    return { ...flow, job, planned, due: planned + 5 * MINUTE_MS, rows };
  }

  it('is called when it is due, and told what it was planned for', async () => {
    const { job, clock, planned, due, drain, tick, callsOf } = await setup();
    clock.set(due - 1);
    expect(await tick()).toMatchObject({ claimed: 0, isMoreDue: false, nextAt: due });
    clock.set(due);
    await drain();
    const [call, ...more] = callsOf(job);
    expect(call?.headers['x-sap-run-at']).toBe(wireText(planned));
    expect(more).toEqual([]);
    expect((await runsOf(job)).map((run) => run.plannedAt)).toEqual(
      [planned, planned + HOUR_MS].map(wireText),
    );
  });

  it('is held until it is due where it is claimed ahead', async () => {
    const { job, clock, planned, due, dispatcher, drain, callsOf } = await setup();
    expect(await dispatcher.tick(HOUR_MS)).toMatchObject({ claimed: 1 });
    clock.set(planned);
    await drain();
    expect(callsOf(job)).toEqual([]);
    clock.set(due);
    await drain();
    expect(callsOf(job)).toHaveLength(1);
  });

  it('is followed by a run that is due as planned', async () => {
    const { clock, planned, due, drain, rows } = await setup();
    clock.set(due);
    await drain();
    expect(await rows()).toEqual([
      { planned_at: planned, due_at: due },
      { planned_at: planned + HOUR_MS, due_at: planned + HOUR_MS },
    ]);
  });

  it('is as much later than the instant that it executes where an outage has moved it', async () => {
    const { clock, planned, due, drain, rows } = await setup();
    clock.set(due + 3 * HOUR_MS + MINUTE_MS);
    await drain();
    const [moved, next] = [3, 4].map((hours) => planned + hours * HOUR_MS);
    expect(await rows()).toEqual([
      { planned_at: moved, due_at: due + 3 * HOUR_MS },
      { planned_at: next, due_at: next },
    ]);
  });
});
