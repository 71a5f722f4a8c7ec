import { CREATES } from '../support/cloud-controller/fake-cloud-controller.js';
import { databaseKinds } from '../support/databases.js';
import { startTasks, type TaskFlow } from './task-setup.js';

const S = 1_000;

describe.each(databaseKinds)('A task that fails on $name', (kind) => {
  let flow: TaskFlow;
  beforeAll(async () => {
    flow = await startTasks(kind);
  });

  /** A task that is due now, of a runner of its own. */
  async function setup(fields: object = {}) {
    await flow.clearTasks();
    const runnerId = await flow.addRunner();
    const job = await flow.createTask(runnerId, fields);
    return { ...flow, job, runnerId };
  }

  it('shows at its runner that nobody answers, and leaves the runner as it is where the order alone is refused', async () => {
    const { job, runnerId, tick, fake, clock } = await setup({
      schedules: [1, 2].map(() => ({ time: 'now', active: true })),
    });
    const runner = async () => (await job.client.get(`/admin/v1/runners/${runnerId}`)).body;
    await fake.reacts({ on: CREATES, answer: { status: 422, body: { errors: [] } } });
    await tick();
    expect(await runner()).toMatchObject({ state: 'ready', problem: null });
    await fake.reacts({ on: CREATES, answer: { status: 503, body: 'away' } });
    await flow.createTask(runnerId);
    clock.advance(S);
    await tick();
    expect(await runner()).toMatchObject({ state: 'unreachable', problem: expect.any(String) });
  });

  it('is called a task in the log where it fails', async () => {
    const { tick, fake, app } = await setup();
    const warnings: unknown[] = [];
    const deaf = () => undefined;
    app.useLogger({ log: deaf, error: deaf, warn: (line: unknown) => warnings.push(line) });
    await tick();
    await fake.end([(await fake.tasks())[0]?.guid ?? ''], 'FAILED', 'Exited with status 1');
    await flow.lookAfter(2 * S);
    expect(warnings).toEqual([
      expect.objectContaining({ msg: 'A task failed: ERROR, reported by the Cloud Controller' }),
    ]);
    app.useLogger(false);
  });
});
