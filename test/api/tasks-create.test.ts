import { randomUUID } from 'node:crypto';
import { CREDENTIALS } from '../support/cloud-controller/fake-cloud-controller.js';
import { NOWHERE } from './setup.js';
import { describeTasks, problem, shortLivedRunner, TASKS } from './task-setup.js';

describeTasks('Creating a task', (api) => {
  const countJobs = async () => (await api().provider.get('/scheduler/jobs').expect(200)).body.total;
  const post = (change: object) => api().provider.post(TASKS, api().aTask(change));
  const ownCommand = { cron: '2099 * * * * 0 0', data: { command: 'c' } };

  it('answers as creating a job does, with what only tasks have at the end', async () => {
    const { provider, cloud, runnerId, aTask } = api();
    const draft = aTask({
      ...{ description: 'd', active: true, startTime: '2030-01-01 00:00:00', endTime: null },
      ...{ ansConfig: { onError: true }, calmConfig: { enabled: true } },
      options: { memory_in_mb: 512, metadata: { labels: { team: 'a' } } },
      schedules: [{ cron: '2099 * * * * 0 0', active: true, data: { memory_in_mb: 2_048 } }],
    });
    const { body, headers } = await provider.post(TASKS, draft).expect(201);
    expect(headers['location']).toBe(`/scheduler/jobs/${body.jobId}`);
    const { schedules, ...job } = body;
    expect(Object.entries(job)).toEqual([
      ['name', draft['name']],
      ...Object.entries({ description: 'd', action: 'bin/report', active: true, httpMethod: null }),
      ...Object.entries({ startTime: '2030-01-01 00:00:00', endTime: null, signatureVersion: 0 }),
      ...Object.entries({ jobType: 'CF_TASK', user: null, ansConfig: { onError: true } }),
      ['calmConfig', { enabled: true }],
      ...['tenantId', 'subDomain', 'createdAt'].map((field) => [field, body[field]]),
      ...Object.entries({ _id: body.jobId, jobId: body.jobId, runnerId, appId: cloud.app.guid }),
      ...Object.entries({ appName: cloud.app.name, processId: null, options: draft['options'] }),
    ]);
    expect(schedules).toMatchObject([{ type: 'recurring', active: true, data: '{"memory_in_mb":2048}' }]);
    const shown = await provider.get(`/scheduler/jobs/${body.jobId}?displaySchedules=true`).expect(200);
    expect(shown.body).toEqual(body);
  });

  it('finds an application by its name, and keeps its id', async () => {
    const { cloud, createTask, provider } = api();
    const app = await cloud.addApp(`named ${randomUUID()}`);
    const task = await createTask({ appId: undefined, appName: app.name });
    expect(task).toMatchObject({ appId: app.guid, appName: app.name });
    await cloud.renameApp(app.guid, 'renamed');
    expect((await provider.get(task.url)).body).toMatchObject({ appId: app.guid, appName: app.name });
  });

  it('takes the application of the runner where none is given', async () => {
    const { provider, cloud, createTask } = api();
    const { vcapApplication } = cloud;
    const body = {
      ...cloud.runner({ name: 'with an application', vcapApplication }),
      api: undefined,
      spaceId: undefined,
    };
    const { runnerId } = (await provider.post('/admin/v1/runners', body).expect(201)).body;
    expect(await createTask({ runnerId, appId: undefined })).toMatchObject({
      runnerId,
      appId: cloud.app.guid,
    });
  });

  it('takes a process as template, and then has no command', async () => {
    const { cloud, createTask } = api();
    const processId = cloud.app.process.guid;
    const ofProcess = { action: '', processId };
    expect(await createTask({ command: undefined, processId })).toMatchObject(ofProcess);
  });

  it('takes a command or a template in the options for its own', async () => {
    const { cloud, createTask } = api();
    const { guid } = cloud.app.process;
    const options = { command: 'c', disk_in_mb: 1 };
    const ofOptions = { action: 'c', processId: null, options: { disk_in_mb: 1 } };
    expect(await createTask({ command: undefined, options })).toMatchObject(ofOptions);
    const template = { process: { guid } };
    const ofTemplate = { action: '', processId: guid, options: {} };
    expect(await createTask({ command: undefined, options: { template } })).toMatchObject(ofTemplate);
  });

  it('needs no command where each schedule brings its own', async () => {
    const { cloud, createTask } = api();
    const template = { process: { guid: cloud.app.process.guid } };
    const schedules = [ownCommand, { ...ownCommand, data: { template } }];
    expect(await createTask({ command: undefined, schedules })).toMatchObject({
      action: '',
      processId: null,
    });
  });

  it('may say that it is a task', async () => {
    expect(await api().createTask({ jobType: 'CF_TASK' })).toMatchObject({ jobType: 'CF_TASK' });
  });

  it('takes options as JSON text, and null for none', async () => {
    const { createTask } = api();
    expect(await createTask({ options: '{"disk_in_mb":9}' })).toMatchObject({ options: { disk_in_mb: 9 } });
    expect(await createTask({ options: null })).toMatchObject({ options: {} });
  });

  it.each<[object, string | RegExp]>([
    [{ runnerId: undefined }, "'runnerId' is required"],
    [{ runnerId: 'r' }, "'runnerId' must be a UUID, but is 'r'"],
    [{ runnerId: NOWHERE }, `'runnerId' '${NOWHERE}' is no runner of the service instance`],
    [{ appId: NOWHERE }, `'appId' '${NOWHERE}' is no application of the runner's space`],
    [{ appId: undefined }, "'appId' or 'appName' is required: the runner 'orders-space' has no application"],
    [{ appName: 'orders' }, "Only one of 'appId' and 'appName' may be given"],
    [{ appId: undefined, appName: 'secrets' }, "'appName' 'secrets' is no application of the runner's space"],
    [{ appId: undefined, appName: '' }, "'appName' must have at least 1 character"],
    [{ command: undefined }, "'schedules[0].data' must have a 'command' or a 'template'"],
    [
      { command: undefined, schedules: [ownCommand, { cron: '2099 * * * * 0 0' }] },
      "'schedules[1].data' must have a 'command' or a 'template'",
    ],
    [{ command: '' }, "'command' must have 1 to 4096 characters, but is ''"],
    [{ command: 'c'.repeat(4_097) }, "'command' must have 1 to 4096 characters"],
    [{ command: 7 }, "'command' must be a string, but is 7"],
    [
      { processId: NOWHERE },
      "Exactly one of 'command' and 'processId' must be given, not 'command' and 'processId'",
    ],
    [{ options: { command: 'c' } }, "not 'command' and 'options.command'"],
    [{ options: { template: { process: { guid: NOWHERE } } } }, "not 'command' and 'options.template'"],
    [
      { command: undefined, processId: NOWHERE },
      `'processId' '${NOWHERE}' is no process of the application 'orders'`,
    ],
    [{ options: { memory: 1 } }, "'options.memory' is not known"],
    [
      {
        options: {
          metadata: {
            annotations: Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, 'x'.repeat(5_000)])),
          },
        },
      },
      "'options' must have at most 20000 characters as JSON",
    ],
    [{ options: [] }, "'options' must be a JSON object, but is []"],
    [{ options: 'none' }, "'options' must be a JSON object, but is 'none'"],
    [
      { options: { metadata: { labels: { 'carillon-run': 'x' } } } },
      "'options.metadata.labels.carillon-run' is a label of the service itself",
    ],
    [
      { schedules: [{ ...ownCommand, data: { disk_in_mb: '1' } }] },
      "'schedules[0].data.disk_in_mb' must be a whole number",
    ],
    [{ schedules: [{ ...ownCommand, data: { month: 12 } }] }, "'schedules[0].data.month' is not known"],
    [{ schedules: [] }, "'schedules' must have at least 1 entry"],
    [{ schedules: [{ data: {} }] }, 'Exactly one of cron, time'],
    [{ name: '12' }, "'name' '12' must not consist of digits only"],
    [{ startTime: '2030-01-02 00:00:00', endTime: '2030-01-01 00:00:00' }, /endTime/],
    [{ active: null }, "'active' must be a boolean"],
    [{ ansConfig: {} }, "'ansConfig' object cannot be empty"],
    [{ action: 'bin/x' }, "'action' is for jobs that call an endpoint: a task has a 'command'"],
    [{ httpMethod: null }, "'httpMethod' is for jobs that call an endpoint"],
    [{ breaker: true }, "'breaker' is for jobs that call an endpoint"],
    [{ user: 'u' }, "'user' belongs into 'options': there it is who runs the command"],
    [{ password: 'p' }, "'password' is for jobs that call an endpoint"],
    [{ tenantId: NOWHERE }, "'tenantId' is not for a task, which belongs to the provider: leave it out"],
    [{ jobType: 'HTTP_ENDPOINT' }, "'jobType' 'HTTP_ENDPOINT' is not that of a task"],
    [{ memory_in_mb: 512, template: {} }, "'memory_in_mb' belongs into 'options'; also: 'template' belongs"],
  ])('refuses what is wrong (%#), and nothing is made', async (change, detail) => {
    const before = await countJobs();
    const { body } = await post(change)
      .expect(400)
      .expect('Content-Type', /^application\/problem\+json/);
    expect(body).toEqual(problem(400, detail));
    expect(await countJobs()).toBe(before);
  });

  it('refuses a name that another job of the provider has, of whatever kind', async () => {
    const { provider, aTask, createTask } = api();
    const task = await createTask();
    const job = { name: task.name, action: 'https://app.example.com/run', schedules: [ownCommand] };
    await provider.post('/scheduler/jobs', job).expect(400);
    await provider.post('/scheduler/jobs', { ...job, name: 'an endpoint' }).expect(201);
    for (const name of [task.name, 'an endpoint']) {
      const { body } = await provider.post(TASKS, aTask({ name })).expect(400);
      expect(body).toEqual(problem(400, `'name' '${name}' is already in use by another job`));
    }
  });

  it('is refused whole where the runner is deleted before it is stored', async () => {
    const { runnerId, once } = await shortLivedRunner(api());
    const before = await countJobs();
    const { body } = await once(() => post({ runnerId }).expect(400));
    expect(body).toEqual(problem(400, `There is no runner with the id '${runnerId}'`));
    expect(await countJobs()).toBe(before);
  });

  it('is for the provider only', async () => {
    const { acme, aTask, createTask } = api();
    await acme.post(TASKS, aTask()).expect(403);
    const { url, jobId } = await createTask();
    await acme.put(`${TASKS}/${jobId}`, { description: 'd' }).expect(403);
    await acme.get(url).expect(404);
  });

  it('is 503 while the Cloud Controller is away, and 400 where the login is refused', async () => {
    const { cloud, provider } = api();
    const before = await countJobs();
    await cloud.reacts({ on: '^GET /v3/apps', answer: { status: 503 } });
    expect((await post({}).expect(503)).body).toEqual(
      problem(503, "The runner 'orders-space' cannot be asked"),
    );
    await cloud.behaves();
    const ofClient = cloud.runner({ name: 'by client', credentials: CREDENTIALS.client });
    const { runnerId } = (await provider.post('/admin/v1/runners', ofClient).expect(201)).body;
    await cloud.changeHolder(CREDENTIALS.client.clientId, { secret: 'another' });
    await cloud.revokeTokens({ isRefreshToo: true });
    expect((await post({ runnerId }).expect(400)).body).toEqual(
      problem(400, "The runner 'by client' cannot be asked"),
    );
    expect(await countJobs()).toBe(before);
  });
});
