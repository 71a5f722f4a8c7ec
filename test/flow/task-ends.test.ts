import type { StopOrderStore } from '../../src/action/cf-task/stop-order.store.js';
import { TaskEnds } from '../../src/action/cf-task/task-ends.js';
import type { TaskRunStore } from '../../src/action/cf-task/task-run.store.js';
import type { Database } from '../../src/database/database.js';
import type { RunEndingService } from '../../src/run-log/run-ending.service.js';
import { ManualClock } from '../support/manual-clock.js';

const MOST = 500;

/** The ends of tasks over a database that does nothing but count. */
function setup() {
  const taken: number[] = [];
  const ordered: number[] = [];
  const tasks = {
    take: async (_tx: object, runIds: string[]) => {
      taken.push(runIds.length);
      return runIds;
    },
  };
  const endings = {
    conclude: async (_tx: object, ends: { runId: string }[]) => ends.map(({ runId }) => runId),
  };
  const ends = new TaskEnds(
    { transaction: (work: (tx: object) => Promise<void>) => work({}) } as unknown as Database,
    tasks as unknown as TaskRunStore,
    { add: async (_tx: object, some: object[]) => ordered.push(some.length) } as unknown as StopOrderStore,
    endings as unknown as RunEndingService,
    new ManualClock(),
  );
  const runIds = Array.from({ length: 2 * MOST + 1 }, (_none, place) => `run-${place}`);
  return { ends, runIds, taken, ordered };
}

describe('Ends of very many tasks', () => {
  it.each(['timeOut', 'stop'] as const)('go into several transactions: %s', async (verb) => {
    const { ends, runIds, taken, ordered } = setup();
    await ends[verb](runIds);
    expect(taken).toEqual([MOST, MOST, 1]);
    expect(ordered).toEqual(taken);
  });
});
