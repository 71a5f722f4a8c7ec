import { Database } from '../../src/database/database.js';
import { CREATING, NOWHERE, refuses } from './setup.js';
import { describeTasks, problem, TASKS } from './task-setup.js';

const SCHEDULE = { cron: '2099 * * * * 0 0', active: true };
const TASK_TEXT =
  "'jobType' CF_TASK cannot be created here, because a task belongs to an application: " +
  "create it with POST /admin/v1/tasks and the provider's token";

describeTasks('Changing a task', (api) => {
  const put = (jobId: number, change: object) => api().provider.put(`${TASKS}/${jobId}`, change);
  const read = async (jobId: number) =>
    (await api().provider.get(`/scheduler/jobs/${jobId}`).expect(200)).body;

  it('changes only what is given', async () => {
    const { createTask, cloud } = api();
    const {
      schedules: _schedules,
      url: _url,
      ...before
    } = await createTask({ description: 'd', options: { disk_in_mb: 1 } });
    const { jobId } = before;
    await put(jobId, {}).expect(200, { success: true });
    expect(await read(jobId)).toEqual(before);
    await put(jobId, { command: 'other', active: true }).expect(200);
    expect(await read(jobId)).toEqual({ ...before, action: 'other', active: true });
    await put(jobId, { options: { memory_in_mb: 2 }, ansConfig: { onError: false } }).expect(200);
    const changed = { options: { memory_in_mb: 2 }, ansConfig: { onError: false } };
    expect(await read(jobId)).toEqual({ ...before, action: 'other', active: true, ...changed });
    const app = await cloud.addApp('another');
    await put(jobId, { appName: 'another', options: null }).expect(200);
    expect(await read(jobId)).toMatchObject({
      appId: app.guid,
      appName: 'another',
      options: {},
      action: 'other',
    });
  });

  it('has a command or a process, whichever was given last', async () => {
    const { createTask, cloud } = api();
    const { jobId } = await createTask();
    const processId = cloud.app.process.guid;
    await put(jobId, { processId }).expect(200);
    expect(await read(jobId)).toMatchObject({ action: '', processId });
    await put(jobId, { command: 'c' }).expect(200);
    expect(await read(jobId)).toMatchObject({ action: 'c', processId: null });
    const { body } = await put(jobId, { command: 'c', processId }).expect(400);
    expect(body).toEqual(problem(400, "Exactly one of 'command' and 'processId'"));
  });

  it('loses both only while each schedule brings its own', async () => {
    const { createTask, provider } = api();
    const { jobId, url } = await createTask({
      schedules: [SCHEDULE, { ...SCHEDULE, data: { metadata: { labels: { command: 'x' } } } }],
    });
    const refusal = problem(400, "'command' or 'processId' is required");
    expect((await put(jobId, { command: null }).expect(400)).body).toEqual(refusal);
    const { body: page } = await provider.get(`${url}/schedules`).expect(200);
    for (const { scheduleId } of page.results) {
      await provider.put(`${url}/schedules/${scheduleId}`, { data: { command: 'own' } }).expect(200);
    }
    await put(jobId, { command: null }).expect(200);
    expect(await read(jobId)).toMatchObject({ action: '', processId: null });
  });

  it('moves to another runner, where its application is looked up', async () => {
    const { createTask, cloud, provider } = api();
    const { jobId } = await createTask();
    const more = await provider.post('/admin/v1/runners', cloud.runner({ name: 'second' })).expect(201);
    const { runnerId } = more.body as { runnerId: string };
    await put(jobId, { runnerId }).expect(200);
    expect(await read(jobId)).toMatchObject({ runnerId, appId: cloud.app.guid });
    const { body: log } = await provider.get(`/scheduler/actionLogs?jobId=${jobId}`).expect(200);
    expect(log.results).toContainEqual(
      expect.objectContaining({ action: 'UPDATE', details: 'Changed: runnerId' }),
    );
  });

  it.each<[object, number, string]>([
    [{ name: 'other' }, 400, "'name' 'other' does not match the stored name"],
    [{ appId: NOWHERE }, 400, `'appId' '${NOWHERE}' is no application`],
    [{ runnerId: NOWHERE }, 400, `'runnerId' '${NOWHERE}' is no runner`],
    [{ processId: NOWHERE }, 400, `'processId' '${NOWHERE}' is no process`],
    [{ options: { x: 1 } }, 400, "'options.x' is not known"],
    [{ command: '' }, 400, "'command' must have 1 to 4096 characters"],
    [{ calmConfig: {} }, 400, "'calmConfig' object cannot be empty"],
    [{ action: 'c' }, 400, "'action' is for jobs that call an endpoint: a task has a 'command'"],
    [{ schedules: [SCHEDULE] }, 400, "'schedules' do not belong here"],
    [{ disk_in_mb: 1 }, 400, "'disk_in_mb' belongs into 'options'"],
  ])('refuses %j, and changes nothing', async (change, status, detail) => {
    const { jobId } = await api().createTask();
    const before = await read(jobId);
    expect((await put(jobId, { description: 'changed', ...change }).expect(status)).body).toEqual(
      problem(status, detail),
    );
    expect(await read(jobId)).toEqual(before);
  });

  it('is 404 for a job that calls an endpoint, one of a tenant, and none', async () => {
    const { provider, acme } = api();
    const job = { action: 'https://app.example.com/run', schedules: [SCHEDULE] };
    const { body: own } = await provider.post('/scheduler/jobs', { ...job, name: 'own' }).expect(201);
    const { body: of } = await acme.post('/scheduler/jobs', { ...job, name: 'of acme' }).expect(201);
    for (const id of [own.jobId, of.jobId, 999_999, 'x']) await put(id, { command: 'c' }).expect(404);
    expect(await read(own.jobId)).toMatchObject({ jobType: 'HTTP_ENDPOINT', action: job.action });
  });

  it('under /scheduler takes what all jobs have, and nothing of an endpoint', async () => {
    const { createTask, provider } = api();
    const { jobId, url, name } = await createTask();
    await provider.put(url, { name, description: 'new', active: true, endTime: null }).expect(200);
    const before = await read(jobId);
    expect(before).toMatchObject({ description: 'new', active: true, action: 'bin/report' });
    const isRefused = `${CREATING}Job ${jobId} is a Cloud Foundry task: change its command with PUT ${TASKS}/${jobId}`;
    for (const change of [
      ...[
        { action: 'bin/other' },
        { action: 'https://app.example.com' },
        { httpMethod: 'PUT' },
        { user: null },
      ],
      ...[
        { password: 'p' },
        { command: 'c' },
        { runnerId: NOWHERE },
        { appId: NOWHERE },
        { appName: 'orders' },
      ],
      ...[{ processId: null }, { options: {} }, { jobType: 'HTTP_ENDPOINT' }, { jobType: 'X' }],
    ]) {
      await refuses(provider.put(url, { ...change, description: 'x' }), 400, isRefused);
    }
    await provider.put(url, { jobType: 'CF_TASK' }).expect(200);
    expect(await read(jobId)).toEqual(before);
  });

  it('is no way to change other jobs differently than before', async () => {
    const { provider } = api();
    const job = { name: 'called', action: 'https://app.example.com/run', schedules: [SCHEDULE] };
    const { body } = await provider.post('/scheduler/jobs', job).expect(201);
    const url = `/scheduler/jobs/${body.jobId}`;
    await provider.put(url, { command: 'c', appName: 'orders', description: 'new' }).expect(200);
    await refuses(provider.put(url, { action: 'bin/x' }), 400, /'action' 'bin\/x' must be an absolute URL/);
    await refuses(provider.put(url, { jobType: 'CF_TASK' }), 400, `${CREATING}${TASK_TEXT}`);
    await refuses(
      provider.put('/scheduler/jobs/999999', { action: 'bin/x' }),
      400,
      /must be an absolute URL/,
    );
    expect(await read(body.jobId)).toMatchObject({ action: job.action, description: 'new' });
  });

  it('under its name is refused with the route that changes it', async () => {
    const { createTask, provider } = api();
    const { jobId, name } = await createTask();
    const before = await read(jobId);
    const replacement = { action: 'https://app.example.com/run', schedules: [SCHEDULE] };
    const path = `/scheduler/jobs/${encodeURIComponent(name)}`;
    const text = `'name' '${name}' is the name of a Cloud Foundry task: change it with PUT /admin/v1/tasks/${jobId}, choose another name, or delete the task`;
    await refuses(provider.put(path, replacement), 400, `${CREATING}${text}`);
    await refuses(provider.put(path, { ...replacement, jobType: 'CF_TASK' }), 400, `${CREATING}${TASK_TEXT}`);
    expect(await read(jobId)).toEqual(before);
  });

  it('looks at the data of schedules that come later', async () => {
    const { createTask, provider, cloud } = api();
    const { url, schedules } = await createTask();
    const wrong = { data: { memory: 1 } };
    await refuses(
      provider.post(`${url}/schedules`, { ...SCHEDULE, ...wrong }),
      400,
      /'data.memory' is not known/,
    );
    const first = `${url}/schedules/${schedules[0]?.scheduleId}`;
    await refuses(provider.put(first, wrong), 400, /'data.memory' is not known/);
    await provider.put(first, { data: { memory_in_mb: 1 } }).expect(200);
    const all = { command: undefined, schedules: [{ ...SCHEDULE, data: { command: 'c' } }] };
    const open = await createTask(all);
    const needed = /'data' must have a 'command' or a 'template'/;
    await refuses(provider.post(`${open.url}/schedules`, SCHEDULE), 400, needed);
    await provider.post(`${open.url}/schedules`, { ...SCHEDULE, data: { command: 'd' } }).expect(201);
    const own = `${open.url}/schedules/${open.schedules[0]?.scheduleId}`;
    await refuses(provider.put(own, { data: null }), 400, needed);
    await provider.put(own, { description: 'only this' }).expect(200);
    await put(open.jobId, { processId: cloud.app.process.guid }).expect(200);
    await provider.put(own, { data: null }).expect(200);
  });

  it('leaves the data of other jobs alone', async () => {
    const { provider } = api();
    const job = {
      name: 'any data',
      action: 'https://app.example.com/run',
      schedules: [{ ...SCHEDULE, data: { month: 12 } }],
    };
    const { body } = await provider.post('/scheduler/jobs', job).expect(201);
    await provider
      .post(`/scheduler/jobs/${body.jobId}/schedules`, { ...SCHEDULE, data: { x: 1 } })
      .expect(201);
  });

  it('takes no report on a run, in whatever state it is', async () => {
    const { createTask, provider } = api();
    const { url, schedules } = await createTask({ active: true });
    const runs = `${url}/schedules/${schedules[0]?.scheduleId}/runs`;
    await provider.post(runs).expect(202);
    const { body } = await provider.get(runs).expect(200);
    expect(body.results.length).toBeGreaterThan(0);
    for (const { runId } of body.results) {
      const report = provider.put(`${runs}/${runId}`, { success: true });
      await refuses(report, 409, /is of a Cloud Foundry task: it ends as the Cloud Controller says/);
    }
  });

  it('keeps its runner from being deleted, and goes with its job', async () => {
    const { createTask, cloud, provider, app } = api();
    const { body } = await provider.post('/admin/v1/runners', cloud.runner({ name: 'used' })).expect(201);
    const runner = `/admin/v1/runners/${body.runnerId}`;
    const task = await createTask({ runnerId: body.runnerId });
    expect((await provider.delete(runner).expect(409)).body).toEqual(problem(409, '1 task'));
    await provider.delete(task.url).expect(200);
    const left = app
      .get(Database, { strict: false })
      .read((tx) => tx.query('SELECT job_id FROM task WHERE job_id = ?', [task.jobId]));
    expect(await left).toEqual([]);
    await provider.delete(runner).expect(204);
  });
});
