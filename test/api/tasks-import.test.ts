import { OperationWorker } from '../../src/operation/operation-worker.js';
import { databaseKinds } from '../support/databases.js';
import type { Client } from '../support/app.js';
import { uriOf } from './operation-setup.js';
import { shortLivedRunner, startTasks, type TaskApi } from './task-setup.js';

const SCHEDULE = { cron: '2099 * * * * 0 0', active: true, description: '', data: { memory_in_mb: 64 } };

describe.each(databaseKinds)('Export and import of tasks on $name', (kind) => {
  let from: TaskApi;
  /** Another installation beside the same Cloud Controller. */
  let to: TaskApi;
  beforeAll(async () => {
    from = await startTasks({ DATABASE_URL: await kind.createUrl() });
    to = await startTasks({ DATABASE_URL: await kind.createUrl() }, from.cloud);
  });

  const entryOf = (name: string, change: object = {}) => ({
    ...{ name, jobType: 'CF_TASK', runner: 'orders-space', appName: 'orders', command: 'c' },
    schedules: [SCHEDULE],
    ...change,
  });
  /** Imports entries and returns what the operation says. */
  async function imported(entries: object[], query = '', client: Client = to.provider) {
    const uri = uriOf(await client.post(`/scheduler/import${query}`, { results: entries }).expect(202));
    await to.app.get(OperationWorker, { strict: false }).tick();
    return (await client.get(uri).expect(200)).body['job-results'];
  }
  const jobOf = async (name: string) =>
    (await to.provider.get(`/scheduler/jobs?name=${encodeURIComponent(name)}&displaySchedules=true`)).body;

  it('carries a task to an installation that has a runner of the same name', async () => {
    const processId = from.cloud.app.process.guid;
    const options = { disk_in_mb: 128, metadata: { labels: { team: 'a' } } };
    const common = {
      options,
      schedules: [SCHEDULE],
      active: true,
      description: 'd',
      calmConfig: { enabled: true },
    };
    await from.createTask({ ...common, name: 'by command' });
    await from.createTask({ ...common, name: 'by process', command: undefined, processId });
    const { body } = await from.provider.get('/scheduler/export').expect(200);
    const { tenantId, subDomain } = body.results[0];
    expect(body.results).toEqual([
      {
        ...entryOf('by command', { command: 'bin/report', options, calmConfig: { enabled: true } }),
        ...{ description: 'd', active: true, tenantId, subDomain },
      },
      {
        ...{
          name: 'by process',
          jobType: 'CF_TASK',
          runner: 'orders-space',
          appName: 'orders',
          processId,
          options,
        },
        ...{
          description: 'd',
          active: true,
          calmConfig: { enabled: true },
          schedules: [SCHEDULE],
          tenantId,
          subDomain,
        },
      },
    ]);
    const entries = body.results.map(({ tenantId: _of, ...entry }: Record<string, unknown>) => entry);
    expect(await imported(entries)).toMatchObject({ created: 2, failed: 0, 'passwords-to-set': [] });
    expect(await jobOf('by command')).toMatchObject({
      ...{ jobType: 'CF_TASK', action: 'bin/report', options, active: true, runnerId: to.runnerId },
      ...{ appId: to.cloud.app.guid, schedules: [{ data: '{"memory_in_mb":64}' }] },
    });
    expect(await jobOf('by process')).toMatchObject({ action: '', processId });
    expect(await imported(entries)).toMatchObject({ created: 0, skipped: 2 });
  });

  it('replaces a task, and no job of another kind', async () => {
    const { provider } = to;
    const { jobId } = (await imported([entryOf('replaced')]), await jobOf('replaced'));
    const options = { memory_in_mb: 9 };
    const again = entryOf('replaced', { command: 'd', options, schedules: [] });
    expect(await imported([again], '?existing=replace')).toMatchObject({ replaced: 1 });
    expect(await jobOf('replaced')).toMatchObject({ jobId, action: 'd', options, schedules: [] });
    const endpoint = { name: 'endpoint', action: 'https://app.example.com/run', schedules: [SCHEDULE] };
    await provider.post('/scheduler/jobs', endpoint).expect(201);
    const crossed = [entryOf('endpoint'), { ...endpoint, name: 'replaced' }];
    expect(await imported(crossed, '?existing=replace')).toMatchObject({
      failed: 2,
      errors: [
        { index: 0, message: expect.stringContaining('is the name of a job that calls an endpoint') },
        { index: 1, message: expect.stringContaining('is the name of a Cloud Foundry task') },
      ],
    });
    expect(await jobOf('endpoint')).toMatchObject({ jobType: 'HTTP_ENDPOINT' });
    expect(await jobOf('replaced')).toMatchObject({ jobType: 'CF_TASK', action: 'd' });
  });

  it('tells of each task that it refuses, and takes the others', async () => {
    const { body } = await to.provider.get('/scheduler/jobs').expect(200);
    const refused: [object, string][] = [
      [{ runner: 'nowhere' }, "'runner' 'nowhere' is no runner of this service instance"],
      [{ runner: undefined }, "'runner' is required"],
      [{ appName: 'secrets' }, "'appName' 'secrets' is no application of the runner's space"],
      [{ appName: undefined }, "'appName' is required"],
      [{ command: undefined }, "'schedules[0].data' must have a 'command' or a 'template'"],
      [{ options: { memory: 1 } }, "'options.memory' is not known"],
      [{ timeout: '1 minute' }, "'timeout' is for jobs that call an endpoint"],
      [
        { foundTarget: { target: { runnerId: to.runnerId } }, appName: 'secrets' },
        "'secrets' is no application",
      ],
    ];
    const entries = refused.map(([change], place) => entryOf(`refused ${place}`, change));
    const results = await imported([...entries, entryOf('taken')]);
    expect(results).toMatchObject({ created: 1, failed: refused.length });
    expect(results.errors).toEqual(
      refused.map(([, message], index) => ({
        ...{ index, name: `refused ${index}` },
        message: expect.stringContaining(message),
      })),
    );
    const { body: after } = await to.provider.get('/scheduler/jobs').expect(200);
    expect(after.total).toBe(body.total + 1);
  });

  it('looks each application up once, and asks a Cloud Controller that is away once', async () => {
    const { cloud } = to;
    await cloud.forgetRequests();
    const entries = ['x', 'y', 'z'].map((name) => entryOf(`once ${name}`));
    expect(await imported(entries, '?dryRun=true')).toMatchObject({ created: 3 });
    expect(await cloud.requests('^GET /v3/apps')).toHaveLength(1);
    await cloud.reacts({ on: '^GET /v3/apps', answer: { status: 503 } });
    await cloud.forgetRequests();
    const others = ['x', 'y'].map((name) => entryOf(`away ${name}`, { appName: `app ${name}` }));
    const results = await imported(others);
    await cloud.behaves();
    expect(results).toMatchObject({ created: 0, failed: 2 });
    expect(results.errors[1].message).toContain("The runner 'orders-space' cannot be asked");
    expect(await cloud.requests('^GET /v3/apps')).toHaveLength(1);
  });

  it('refuses a task whose runner is deleted before its turn, and takes the next one', async () => {
    const { runnerId, once } = await shortLivedRunner(to);
    const entries = [entryOf('without a runner', { runner: 'short-lived' }), entryOf('with a runner')];
    const results = await once(() => imported(entries));
    expect(results).toMatchObject({
      created: 1,
      failed: 1,
      errors: [{ index: 0, name: 'without a runner' }],
    });
    expect(results.errors[0].message).toContain(`There is no runner with the id '${runnerId}'`);
    await to.provider.get('/scheduler/jobs?name=without%20a%20runner').expect(404);
  });

  it('makes no task for a tenant', async () => {
    const results = await imported([entryOf('of a tenant')], '', to.acme);
    expect(results).toMatchObject({ created: 0, failed: 1 });
    expect(results.errors[0].message).toContain("'jobType' CF_TASK cannot be created here");
  });
});
