import { OperationWorker } from '../../src/operation/operation-worker.js';
import { createJob, describeApi, aJob, aSchedule, refuses } from './setup.js';
import { describeTasks, TASKS } from './task-setup.js';

const RETRY = {
  attempts: 5,
  delay: '10 seconds',
  factor: 1.5,
  maxDelay: '30 minutes',
  on: ['5xx', 'reported'],
};

describeApi('The settings retry and timeout', (api) => {
  const read = async (url: string) => (await api().acme.get(`${url}?displaySchedules=true`).expect(200)).body;

  it('are answered by every route as they were given, and only where they are set', async () => {
    const schedules = [aSchedule({ retry: { attempts: 0 } }), aSchedule()];
    const job = await createJob(api().acme, { retry: RETRY, timeout: '2 minutes', schedules });
    expect(job).toMatchObject({ retry: RETRY, timeout: '2 minutes' });
    expect(job.schedules.map((one: { retry?: object }) => one.retry)).toEqual([{ attempts: 0 }, undefined]);
    expect(await read(job.url)).toMatchObject({ retry: RETRY, timeout: '2 minutes' });
    const place = `${job.url}/schedules/${job.first.scheduleId}`;
    expect((await api().acme.get(place).expect(200)).body.retry).toEqual({ attempts: 0 });
    const plain = await createJob(api().acme);
    const body = JSON.stringify([plain, await read(plain.url)]);
    expect(body).not.toMatch(/retry|timeout/);
  });

  it('are changed as wholes, stay where a change does not name them, and are taken off by null', async () => {
    const job = await createJob(api().acme, { retry: RETRY, timeout: '2 minutes' });
    await api().acme.put(job.url, { description: 'other' }).expect(200);
    expect(await read(job.url)).toMatchObject({ retry: RETRY, timeout: '2 minutes' });
    await api()
      .acme.put(job.url, { retry: { attempts: 1 } })
      .expect(200);
    expect((await read(job.url)).retry).toEqual({ attempts: 1 });
    await api().acme.put(job.url, { retry: null, timeout: null }).expect(200);
    expect(Object.keys(await read(job.url))).not.toEqual(expect.arrayContaining(['retry']));
    expect(JSON.stringify(await read(job.url))).not.toMatch(/retry|timeout/);
    const log = await api().acme.get(`/scheduler/actionLogs?jobId=${job._id}`).expect(200);
    expect(log.body.results.map(({ details }: { details: string }) => details).slice(0, 2)).toEqual([
      'Changed: retry, timeout',
      'Changed: retry',
    ]);
  });

  it.each<[object, string]>([
    [{ retry: { attempts: 21 } }, "'retry.attempts' must be a whole number from 0 to 20, but is 21"],
    [
      { retry: { on: ['always'] } },
      "'retry.on' must be a list of one or more of connect, timeout, 5xx, 429, 4xx",
    ],
    [{ retry: 3 }, "'retry' must be an object with any of"],
    [{ retry: { delay: '1 ms' } }, "'retry.delay' must be a duration from 1 second to 24 hours"],
    [
      { timeout: '6 minutes' },
      "'timeout' must be a duration from 1 second to 5 minutes, such as '2 minutes'",
    ],
    [{ timeout: 15 }, "'timeout' must be a duration from 1 second to 5 minutes"],
  ])('refuse %j', async (change, words) => {
    const text = new RegExp(words.replaceAll('.', '\\.'));
    const inSchedule = new RegExp(text.source.replace("'", "'schedules\\[0\\]\\."));
    await refuses(api().acme.post('/scheduler/jobs', aJob(change)), 400, text);
    const job = await createJob(api().acme);
    await refuses(api().acme.put(job.url, change), 400, text);
    if ('timeout' in change) return;
    await refuses(
      api().acme.post('/scheduler/jobs', aJob({ schedules: [aSchedule(change)] })),
      400,
      inSchedule,
    );
    await refuses(api().acme.post(`${job.url}/schedules`, aSchedule(change)), 400, text);
    await refuses(api().acme.put(`${job.url}/schedules/${job.first.scheduleId}`, change), 400, text);
  });

  it('survive an export and an import, and are refused by it like everywhere', async () => {
    const { acme, beta, app } = api();
    const schedules = [aSchedule({ retry: { attempts: 2, on: ['4xx'] } })];
    const made = await createJob(acme, { retry: RETRY, timeout: '1 minute', schedules });
    const { body } = await acme.get(`/scheduler/export?after=${made._id - 1}&page_size=1`).expect(200);
    expect(body.results[0]).toMatchObject({ retry: RETRY, timeout: '1 minute', schedules });
    const bad = { ...body.results[0], name: 'bad', retry: { attempts: 21 } };
    const document = { ...body, results: [...body.results, bad] };
    const { body: started } = await beta.post('/scheduler/import', document).expect(202);
    await app.get(OperationWorker, { strict: false }).tick();
    const { body: status } = await beta.get(started['job-uri']).expect(200);
    expect(status['job-results']).toMatchObject({ created: 1, failed: 1 });
    expect(JSON.stringify(status['job-results'].errors)).toMatch(
      /'retry.attempts' must be a whole number from 0 to 20, but is 21/,
    );
    const found = await beta
      .get(`/scheduler/jobs?displaySchedules=true&name=${encodeURIComponent(made.name)}`)
      .expect(200);
    expect(found.body).toMatchObject({ retry: RETRY, timeout: '1 minute', schedules });
  });

  it('are described in the API document', () => {
    const { JobDraft, ScheduleDraft, JobChange } = api().document.components.schemas;
    for (const { properties } of [JobDraft, ScheduleDraft, JobChange]) {
      expect(properties.retry.anyOf[0].properties.attempts).toMatchObject({
        minimum: 0,
        maximum: 20,
      });
      expect(properties.retry.anyOf[1]).toEqual({ type: 'null' });
    }
    expect(JobDraft.properties.timeout.anyOf[0].description).toMatch(/1 second to 5 minutes/);
    expect('timeout' in ScheduleDraft.properties).toBe(false);
  });
});

describeTasks('The settings of a task', (api) => {
  it('may have a retry, and no timeout', async () => {
    const { provider, aTask, createTask } = api();
    expect(await createTask({ retry: { attempts: 2 } })).toMatchObject({ retry: { attempts: 2 } });
    const { body } = await provider.post(TASKS, aTask({ timeout: '1 minute' })).expect(400);
    expect(JSON.stringify(body)).toMatch(/'timeout' is for jobs that call an endpoint/);
  });
});
