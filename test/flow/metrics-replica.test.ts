import { DispatchLoop } from '../../src/dispatch/dispatch-loop.js';
import { sqlite } from '../support/databases.js';
import { byLabels, samples, valueOf } from './metrics-setup.js';
import { startFlow } from './setup.js';
import { startTasks } from './task-setup.js';

describe('The metrics of a replica', () => {
  it('have every state at 0 from the start, so that the first event is an increase', async () => {
    const flow = await startFlow(sqlite);
    const ended = await samples(flow, 'carillon_runs_ended_total');
    expect(ended).toHaveLength(7 * 4 * 2);
    expect(ended.every(({ value }) => value === 0)).toBe(true);
    expect((await samples(flow, 'carillon_calls_total')).map(({ labels }) => labels['state'])).toEqual([
      ...['ACK_RECVD', 'ACK_NOT_RECVD', 'SUCCESS', 'ERROR', 'REQUEST_ERROR'],
    ]);
  });

  it('tell since when the dispatch loop stands still, from the start on, and nothing of it with DISPATCH=off', async () => {
    const { app, http, clock } = await startFlow(sqlite);
    const age = () => valueOf({ http }, 'carillon_dispatch_round_age_seconds');
    expect(await age()).toBe(0);
    clock.advance(90_000);
    expect(await age()).toBe(90);
    const loop: { lastTickAt: number | null } = app.get(DispatchLoop, { strict: false });
    loop.lastTickAt = clock.now() - 3_000;
    expect(await age()).toBe(3);
    const idle = await startFlow(sqlite, { DISPATCH: 'off' });
    expect(await valueOf(idle, 'carillon_dispatch_round_age_seconds')).toBeUndefined();
  });
});

describe('The metrics of tasks', () => {
  it('measure a task from its order to its end, and count its run as that of a task', async () => {
    const flow = await startTasks(sqlite);
    const { addRunner, createTask, tick, fake, lookAfter } = flow;
    const runner = await addRunner();
    const tasks = [await createTask(runner), await createTask(runner)];
    await tick();
    const [first] = await fake.tasks();
    await lookAfter(2_000);
    await fake.end([first?.guid ?? ''], 'SUCCEEDED');
    await lookAfter(5_000);
    expect(tasks).toHaveLength(2);
    expect(await byLabels(flow, 'carillon_runs_ended_total')).toEqual({ 'SUCCESS plan cf_task': 1 });
    expect(await byLabels(flow, 'carillon_run_seconds_count')).toEqual({ task: 1 });
    expect(await byLabels(flow, 'carillon_calls_total')).toEqual({ ACK_RECVD: 2 });
  });
});
