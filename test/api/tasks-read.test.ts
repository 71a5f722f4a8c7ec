import { Database } from '../../src/database/database.js';
import { Offboarding } from '../../src/subscription/offboarding.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import type { Client } from '../support/app.js';
import { uriOf } from './operation-setup.js';
import { aName } from './setup.js';
import { describeTasks } from './task-setup.js';

const SCHEDULE = { cron: '2099 * * * * 0 0', active: true };
const endpoint = (name = aName()) => ({ name, action: 'https://app.example.com/run', schedules: [SCHEDULE] });

describeTasks('Tasks among the jobs', (api) => {
  const names = async (query: string, client: Client = api().provider) => {
    const { body } = await client.get(`/scheduler/jobs?${query}`).expect(200);
    return { total: body.total, names: body.results.map((job: { name: string }) => job.name) };
  };
  const tasks = ['task b', 'task a', 'task c'];
  const endpoints = ['call b', 'call a'];

  it('are not told apart where there is none', async () => {
    await api().provider.post('/scheduler/jobs', endpoint('call b')).expect(201);
    expect(await names('jobType=HTTP_ENDPOINT')).toEqual({ total: 1, names: ['call b'] });
    expect(await names('jobType=CF_TASK')).toEqual({ total: 0, names: [] });
  });

  it('are listed by their type, in any order and in pages', async () => {
    const { provider, acme, createTask } = api();
    for (const name of tasks) await createTask({ name });
    await provider.post('/scheduler/jobs', endpoint('call a')).expect(201);
    await acme.post('/scheduler/jobs', endpoint('of acme')).expect(201);
    expect(await names('jobType=CF_TASK')).toEqual({ total: 3, names: tasks });
    expect(await names('jobType=CF_TASK&sort_by=name')).toEqual({ total: 3, names: [...tasks].sort() });
    expect(await names('jobType=CF_TASK&page_size=1&offset=1')).toEqual({ total: 3, names: ['task a'] });
    expect(await names("jobType=CF_TASK&filter=contains(name, ' a')")).toEqual({
      total: 1,
      names: ['task a'],
    });
    expect(await names('jobType=HTTP_ENDPOINT')).toEqual({ total: 3, names: [...endpoints, 'of acme'] });
    expect(await names("jobType=HTTP_ENDPOINT&filter=contains(name, ' a')")).toMatchObject({ total: 2 });
    expect(await names("filter=subDomain eq 'acme'&jobType=CF_TASK")).toEqual({ total: 0, names: [] });
    expect((await names('page_size=100')).total).toBe(6);
    expect(await names('jobType=CF_TASK', acme)).toEqual({ total: 0, names: [] });
    expect(await names('jobType=HTTP_ENDPOINT', acme)).toEqual({ total: 1, names: ['of acme'] });
  });

  it('show in a list what they show alone, and how many schedules they have', async () => {
    const { provider, createTask } = api();
    const { jobId, url } = await createTask({ options: { disk_in_mb: 7 } });
    const { body: alone } = await provider.get(url).expect(200);
    const { body } = await provider
      .get('/scheduler/jobs?jobType=CF_TASK&sort_order=DESC&sort_by=jobId')
      .expect(200);
    expect(body.results[0]).toEqual({ ...alone, ACTIVECOUNT: 1, INACTIVECOUNT: 0 });
    expect(alone).toMatchObject({ jobId, options: { disk_in_mb: 7 } });
  });

  it('are found by searches, called by no method', async () => {
    const { provider, createTask } = api();
    const { name } = await createTask({ description: 'findable' });
    await provider.post('/scheduler/jobs', { ...endpoint(), description: 'findable' }).expect(201);
    const { body } = await provider.get('/scheduler/search/jobs?q=findable').expect(200);
    const found = body.results.map((job: Record<string, unknown>) => [
      job['action'],
      job['httpMethod'],
      job['user'],
    ]);
    expect(found).toEqual([
      ['bin/report', null, null],
      ['https://app.example.com/run', 'POST', null],
    ]);
    expect(body.results[0]).toMatchObject({ name });
  });

  it('follow operations on many jobs', async () => {
    const { provider, createTask, app } = api();
    const task = await createTask({ name: 'bulk task' });
    const order = (verb: string) =>
      provider.post(`/scheduler/jobs/operations/${verb}`, { filter: "name eq 'bulk task'" }).expect(202);
    const worker = app.get(OperationWorker, { strict: false });
    await order('activate');
    await worker.tick();
    expect((await provider.get(task.url).expect(200)).body.active).toBe(true);
    const uri = uriOf(await order('delete'));
    await worker.tick();
    expect((await provider.get(uri).expect(200)).body['job-results']).toMatchObject({ changed: 1 });
    await provider.get(task.url).expect(404);
  });

  it('go with their tenancy', async () => {
    const { createTask, app } = api();
    const { jobId } = await createTask();
    const database = app.get(Database, { strict: false });
    const left = () => database.read((tx) => tx.query<{ tenancy_id: number }>('SELECT tenancy_id FROM task'));
    const [row] = await left();
    if (!row) throw new Error(`The task ${jobId} has no row.`);
    await app.get(Offboarding, { strict: false }).finish(Number(row.tenancy_id));
    expect(await left()).toEqual([]);
  });
});
