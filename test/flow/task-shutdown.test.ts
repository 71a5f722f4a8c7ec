import type { StopOrder, StopOrderStore } from '../../src/action/cf-task/stop-order.store.js';
import { TaskPlatforms } from '../../src/action/cf-task/task-platforms.js';
import { TaskStops } from '../../src/action/cf-task/task-stops.js';
import type { Database } from '../../src/database/database.js';
import { PlatformUnreachable } from '../../src/runner/platform-failure.js';
import type { RunnerFindings } from '../../src/runner/runner-findings.js';
import type { RunnerStore } from '../../src/runner/runner.store.js';
import type { Runners } from '../../src/runner/runners.js';
import { ManualClock } from '../support/manual-clock.js';
import { aRunnerRow } from '../support/runner-row.js';

describe('The stop of the service', () => {
  it('waits for the open request that stops a task, and begins with no other', async () => {
    const orders = Array.from({ length: 200 }, (_none, id) => ({
      id,
      runnerId: 'runner',
      guid: `guid-${id}`,
    }));
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const stop = (guid: string) => {
      asked.push(guid);
      return new Promise<void>((resolve) => answers.push(resolve));
    };
    const work = (doing: (tx: object) => unknown) => Promise.resolve(doing({}));
    const deleted: StopOrder[] = [];
    const stops = new TaskStops(
      { read: work, single: work } as unknown as Database,
      {
        listDue: () => orders,
        delete: (_tx: object, some: StopOrder[]) => deleted.push(...some),
      } as unknown as StopOrderStore,
      { of: () => Promise.resolve({ stop }) } as unknown as TaskPlatforms,
      new ManualClock(0),
    );
    await stops.tick();
    await new Promise(setImmediate);
    const stopped = stops.beforeApplicationShutdown();
    answers[0]?.();
    await new Promise(setImmediate);
    expect(asked).toEqual(['guid-0']);
    await stopped;
    expect(deleted.map(({ id }) => id)).toEqual([0]);
  });

  it.each([
    ['says nothing of a runner whose request it broke off', 'ECANCELED', []],
    ['lets be said what the platform of a runner did before', 'ECONNRESET', ['unreachable']],
  ])('%s', async (_name, code, noted) => {
    const states: string[] = [];
    const platforms = new TaskPlatforms(
      { read: (doing: (tx: object) => unknown) => Promise.resolve(doing({})) } as unknown as Database,
      { find: () => aRunnerRow() } as unknown as RunnerStore,
      { platformOf: () => ({}) } as unknown as Runners,
      {
        note: async (_runner: object, { state }: { state: string }) => states.push(state),
      } as unknown as RunnerFindings,
    );
    const failure = new PlatformUnreachable(code, 'It broke off.', { wasSent: true, isDistrusted: false });
    await expect(platforms.look('runner', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(states).toEqual(noted);
  });
});
