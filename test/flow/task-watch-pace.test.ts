import type { TaskEnds } from '../../src/action/cf-task/task-ends.js';
import type { TaskPlatforms } from '../../src/action/cf-task/task-platforms.js';
import type { OpenTask, TaskRunStore } from '../../src/action/cf-task/task-run.store.js';
import type { TaskSettlement } from '../../src/action/cf-task/task-settlement.js';
import { TaskWatch } from '../../src/action/cf-task/task-watch.js';
import type { Database } from '../../src/database/database.js';
import { ManualClock } from '../support/manual-clock.js';

/** A watch beside so many tasks whose requests are under way, and how often it reads which are open. */
function setup(openTasks: number) {
  const clock = new ManualClock();
  const open = Array.from({ length: openTasks }, (_none, place) => ({
    ...{ runId: `run-${place}`, runnerId: 'runner', guid: null, state: 'TRIGGERED' },
    ...{ sentAt: clock.now(), endsBy: clock.now() + 3_600_000, isOver: false },
  })) as unknown as OpenTask[];
  let reads = 0;
  const watch = new TaskWatch(
    { read: (work: (tx: object) => unknown) => Promise.resolve(work({})) } as unknown as Database,
    { listOpen: () => (reads++, open) } as unknown as TaskRunStore,
    { stop: () => Promise.resolve() } as unknown as TaskEnds,
    {} as TaskSettlement,
    {} as TaskPlatforms,
    clock,
  );
  /** Lets so many seconds come and returns how many of them read. */
  const readsIn = async (seconds: number) => {
    const before = reads;
    for (let second = 0; second < seconds; second++) {
      await watch.tick();
      clock.advance(1_000);
    }
    return reads - before;
  };
  return { readsIn };
}

describe('Who watches tasks', () => {
  it('reads each second which are open', async () => {
    expect(await setup(200).readsIn(10)).toBe(10);
  });

  it('reads every other second where there are many', async () => {
    expect(await setup(201).readsIn(10)).toBe(5);
  });
});
