import { createJob, describeApi, aJob, refuses } from './setup.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';

const THROTTLE = { calls: 100, per: '1 minute', concurrency: 5 };

describeApi('The setting throttle', (api) => {
  const read = async (url: string) => (await api().acme.get(url).expect(200)).body;

  it('is answered as it was given, and only where it is set', async () => {
    const job = await createJob(api().acme, { throttle: THROTTLE });
    expect(job.throttle).toEqual(THROTTLE);
    expect((await read(job.url)).throttle).toEqual(THROTTLE);
    const plain = await createJob(api().acme, { throttle: null });
    expect(JSON.stringify([plain, await read(plain.url)])).not.toContain('throttle');
  });

  it('is changed as a whole, stays where a change does not name it, is taken off by null, and logged', async () => {
    const { acme } = api();
    const job = await createJob(acme, { throttle: THROTTLE });
    await acme.put(job.url, { description: 'other' }).expect(200);
    expect((await read(job.url)).throttle).toEqual(THROTTLE);
    await acme.put(job.url, { throttle: { concurrency: 1 } }).expect(200);
    expect((await read(job.url)).throttle).toEqual({ concurrency: 1 });
    await acme.put(job.url, { throttle: null }).expect(200);
    expect(await read(job.url)).not.toHaveProperty('throttle');
    const log = await acme.get(`/scheduler/actionLogs?jobId=${job._id}`).expect(200);
    expect(log.body.results[0].details).toBe('Changed: throttle');
  });

  it.each<[unknown, string]>([
    [3, "'throttle' must be an object with any of 'calls', 'per', 'concurrency', but is 3"],
    [{ calls: 1, per: '1 minute', burst: 3 }, "'throttle' must be an object with any of"],
    [{}, "'throttle' must have 'calls' and 'per', 'concurrency', or all three, such as"],
    [{ calls: 5 }, "'throttle.calls' means nothing without 'throttle.per': give both"],
    [{ per: '1 minute', concurrency: 1 }, "'throttle.per' means nothing without 'throttle.calls': give both"],
    [{ calls: 0, per: '1 minute' }, "'throttle.calls' must be a whole number from 1 to 100000, but is 0"],
    [{ calls: 1.5, per: '1 minute' }, "'throttle.calls' must be a whole number from 1 to 100000, but is 1.5"],
    [{ calls: 100_001, per: '1 minute' }, "'throttle.calls' must be a whole number from 1 to 100000"],
    [
      { calls: 1, per: '900 ms' },
      "'throttle.per' must be a duration from 1 second to 24 hours, such as '1 minute'",
    ],
    [{ calls: 1, per: '25 hours' }, "'throttle.per' must be a duration from 1 second to 24 hours"],
    [{ concurrency: 1_001 }, "'throttle.concurrency' must be a whole number from 1 to 1000, but is 1001"],
    [{ concurrency: '3' }, "'throttle.concurrency' must be a whole number from 1 to 1000, but is '3'"],
  ])('refuses %j', async (throttle, words) => {
    const text = new RegExp(words.replaceAll('.', '\\.'));
    await refuses(api().acme.post('/scheduler/jobs', aJob({ throttle })), 400, text);
    const job = await createJob(api().acme);
    await refuses(api().acme.put(job.url, { throttle }), 400, text);
  });

  it('is refused on a schedule, with where it belongs', async () => {
    const job = await createJob(api().acme);
    const change = { throttle: THROTTLE };
    const text = /'throttle' is a setting of the job, not of a schedule: give it there/;
    await refuses(api().acme.put(`${job.url}/schedules/${job.first.scheduleId}`, change), 400, text);
  });

  it('survives an export and an import, and is refused by it like everywhere', async () => {
    const { acme, beta, app } = api();
    const made = await createJob(acme, { throttle: THROTTLE });
    const { body } = await acme.get(`/scheduler/export?after=${made._id - 1}&page_size=1`).expect(200);
    expect(body.results[0].throttle).toEqual(THROTTLE);
    const bad = { ...body.results[0], name: 'bad throttle', throttle: { calls: 1 } };
    const document = { ...body, results: [...body.results, bad] };
    const { body: started } = await beta.post('/scheduler/import', document).expect(202);
    await app.get(OperationWorker, { strict: false }).tick();
    const { body: status } = await beta.get(started['job-uri']).expect(200);
    expect(status['job-results']).toMatchObject({ created: 1, failed: 1 });
    expect(JSON.stringify(status['job-results'].errors)).toMatch(/'throttle.calls' means nothing without/);
    const found = await beta.get(`/scheduler/jobs?name=${encodeURIComponent(made.name)}`).expect(200);
    expect(found.body.throttle).toEqual(THROTTLE);
  });

  it('is described in the API document', () => {
    const { JobDraft, ScheduleDraft, JobChange } = api().document.components.schemas;
    for (const { properties } of [JobDraft, JobChange]) {
      const [shape, off] = properties.throttle.anyOf;
      expect(shape.properties.calls).toMatchObject({ minimum: 1, maximum: 100_000 });
      expect(shape.properties.concurrency).toMatchObject({ minimum: 1, maximum: 1_000 });
      expect(off).toEqual({ type: 'null' });
    }
    expect('throttle' in ScheduleDraft.properties).toBe(false);
  });
});
