import { Database } from '../../src/database/database.js';
import { Sealing } from '../../src/database/sealing/sealing.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { actionLogOf, aJob, createJob, describeApi, refuses } from './setup.js';
import { describeTasks, TASKS } from './task-setup.js';

const SECRET = 'hush-hush';
const HEADERS = { 'X-Api-Key': SECRET, 'X-Route': 'eu' };
const NAMES = { 'X-Api-Key': null, 'X-Route': null };

describeApi('The headers of a job', (api) => {
  const read = async (url: string) => (await api().acme.get(url).expect(200)).body;
  /** Returns the text in which the values are stored, and all settings beside it. */
  const stored = async ({ _id }: { readonly _id: number }) => {
    const database = api().app.get(Database, { strict: false });
    const [row] = await database.read((tx) =>
      tx.query<{ headers: string | null; policy: string | null }>(
        'SELECT headers, policy FROM job WHERE id = ?',
        [_id],
      ),
    );
    return row ?? { headers: null, policy: null };
  };
  const valuesOf = async (job: { readonly _id: number }): Promise<unknown> => {
    const { headers } = await stored(job);
    return headers === null ? null : JSON.parse(api().app.get(Sealing, { strict: false }).open(headers));
  };
  const importing = async (body: object, query = '') => {
    const { acme, app } = api();
    const { body: started } = await acme.post(`/scheduler/import${query}`, body).expect(202);
    await app.get(OperationWorker, { strict: false }).tick();
    const { body: status } = await acme.get(started['job-uri']).expect(200);
    return status['job-results'];
  };

  it('are answered by their names alone, only where there are some, and stored apart', async () => {
    const job = await createJob(api().acme, { headers: HEADERS });
    expect(job.headers).toEqual(NAMES);
    const shown = await read(job.url);
    expect(shown.headers).toEqual(NAMES);
    const { acme } = api();
    const list = await acme.get('/scheduler/jobs?page_size=100').expect(200);
    const whole = await acme.get('/scheduler/export').expect(200);
    const log = await actionLogOf(acme, job);
    expect(JSON.stringify([job, shown, list.body, whole.body, log])).not.toContain(SECRET);
    expect((await stored(job)).policy).toBe(JSON.stringify({ headers: NAMES }));
    expect(await valuesOf(job)).toEqual(HEADERS);
    const plain = await createJob(acme);
    expect(await stored(plain)).toEqual({ headers: null, policy: null });
    expect(JSON.stringify([plain, await read(plain.url)])).not.toMatch(/headers|signing/);
  });

  it('keep their values where what was read is sent back', async () => {
    const job = await createJob(api().acme, { headers: HEADERS });
    const { headers, name, action } = await read(job.url);
    await api().acme.put(job.url, { headers, description: 'other' }).expect(200);
    expect(await valuesOf(job)).toEqual(HEADERS);
    expect((await actionLogOf(api().acme, job))[0]?.details).toBe('Changed: description');
    await api()
      .acme.put(`/scheduler/jobs/${encodeURIComponent(name)}`, { action, headers })
      .expect(200);
    expect(await valuesOf(job)).toEqual(HEADERS);
    await api().acme.put(job.url, { description: 'another' }).expect(200);
    expect(await valuesOf(job)).toEqual(HEADERS);
  });

  it('are replaced as a whole, value by value, and taken off by null', async () => {
    const { acme } = api();
    const job = await createJob(acme, { headers: HEADERS });
    await acme.put(job.url, { headers: { 'X-Api-Key': null, 'X-New': 'n' } }).expect(200);
    expect(await valuesOf(job)).toEqual({ 'X-Api-Key': SECRET, 'X-New': 'n' });
    expect((await read(job.url)).headers).toEqual({ 'X-Api-Key': null, 'X-New': null });
    // A new value alone changes no name, and is told all the same.
    await acme.put(job.url, { headers: { 'X-Api-Key': 'other', 'X-New': null } }).expect(200);
    expect(await valuesOf(job)).toEqual({ 'X-Api-Key': 'other', 'X-New': 'n' });
    await acme.put(job.url, { headers: null }).expect(200);
    expect(await stored(job)).toEqual({ headers: null, policy: null });
    expect((await actionLogOf(acme, job)).slice(0, 3).map(({ details }) => details)).toEqual([
      ...['Changed: headers', 'Changed: headers', 'Changed: headers'],
    ]);
    const again = await createJob(acme, { headers: HEADERS });
    await acme.put(`/scheduler/jobs/${encodeURIComponent(again.name)}`, { action: again.action }).expect(200);
    expect(await stored(again)).toEqual({ headers: null, policy: null });
  });

  it('do not go along to another origin, whose owner need not know them', async () => {
    const { acme } = api();
    const job = await createJob(acme, { headers: HEADERS });
    const elsewhere = 'https://elsewhere.example.com/run';
    await refuses(
      acme.put(job.url, { action: elsewhere, headers: NAMES }),
      400,
      /'headers' needs the value of 'X-Api-Key', 'X-Route': null keeps a stored value, and none is stored for this 'action'/,
    );
    await acme.put(job.url, { action: 'https://APP.example.com:443/other' }).expect(200);
    expect(await valuesOf(job)).toEqual(HEADERS);
    await acme.put(job.url, { action: elsewhere }).expect(200);
    expect(await stored(job)).toEqual({ headers: null, policy: null });
    expect((await actionLogOf(acme, job))[0]?.details).toBe(
      "Changed: action, headers. 'headers' were cleared: 'action' has another scheme, host or port",
    );
    const named = await createJob(acme, { headers: HEADERS });
    await refuses(
      acme.put(`/scheduler/jobs/${encodeURIComponent(named.name)}`, { action: elsewhere, headers: NAMES }),
      400,
      /'headers' needs the value of 'X-Api-Key'/,
    );
    await acme.put(named.url, { action: elsewhere, headers: HEADERS }).expect(200);
    expect(await valuesOf(named)).toEqual(HEADERS);
  });

  it.each<[object, RegExp]>([
    [{ headers: { 'X-Api-Key': null } }, /'headers' needs the value of 'X-Api-Key'/],
    [
      { headers: { Host: SECRET } },
      /'headers' must not have 'Host', because Carillon sets it itself: leave it out/,
    ],
    [{ headers: { 'X-A': `${SECRET}\n` } }, /in the value of 'X-A': remove them/],
    [{ headers: SECRET }, /'headers' must be an object of names and values/],
    [{ signing: 'yes' }, /'signing' must be true or false, but is 'yes'/],
  ])('are refused: %j', async (change, words) => {
    const { acme } = api();
    const { body } = await acme.post('/scheduler/jobs', aJob(change)).expect(400);
    expect(body.message).toMatch(words);
    expect(JSON.stringify(body)).not.toContain(SECRET);
    const job = await createJob(acme);
    await refuses(acme.put(job.url, change), 400, words);
    await refuses(
      acme.put(`/scheduler/jobs/${encodeURIComponent(job.name)}`, { action: job.action, ...change }),
      400,
      words,
    );
    await refuses(
      acme.post(`${job.url}/schedules`, { cron: '* * * * 3 0 0', ...change }),
      400,
      /is a setting of the job/,
    );
  });

  it('are imported with their values', async () => {
    const entry = aJob({ headers: HEADERS });
    const results = await importing([entry, { ...entry, name: 'wrong', headers: [SECRET] }]);
    expect(results).toMatchObject({ created: 1, failed: 1 });
    expect(results.errors[0].message).toMatch(/'headers' must be an object of names and values/);
    expect(JSON.stringify(results)).not.toContain(SECRET);
    const { body } = await api()
      .acme.get(`/scheduler/jobs?name=${encodeURIComponent(entry.name)}`)
      .expect(200);
    expect(await valuesOf(body)).toEqual(HEADERS);
  });

  it('of an export need their values where the job is new, and keep those of a job that is there', async () => {
    const { acme } = api();
    const made = await createJob(acme, { headers: HEADERS });
    const { body } = await acme.get(`/scheduler/export?after=${made._id - 1}&page_size=1`).expect(200);
    expect(body.results[0].headers).toEqual(NAMES);
    const { name } = body.results[0];
    const changed = { ...body.results[0], description: 'imported' };
    const elsewhere = { ...changed, name: `${name} elsewhere` };
    for (const dryRun of ['&dryRun=true', '']) {
      const results = await importing([changed, elsewhere], `?existing=replace${dryRun}`);
      expect(results).toMatchObject({ replaced: 1, failed: 1 });
      expect(results.errors).toEqual([
        {
          index: 1,
          name: elsewhere.name,
          message: expect.stringMatching(/^'headers' needs the value of 'X-Api-Key', 'X-Route'/),
        },
      ]);
    }
    expect(await read(made.url)).toMatchObject({ description: 'imported', headers: NAMES });
    expect(await valuesOf(made)).toEqual(HEADERS);
    expect(await importing([changed])).toMatchObject({ skipped: 1, failed: 0 });
    // Nor does one that is left out need values that are stored nowhere.
    const plain = await createJob(acme);
    const unknown = { ...changed, name: plain.name, action: plain.action };
    expect(await importing([unknown])).toMatchObject({ skipped: 1, failed: 0, errors: [] });
    expect(await stored(plain)).toEqual({ headers: null, policy: null });
  });

  it('are described in the API document', () => {
    const { JobDraft, ScheduleDraft, Job } = api().document.components.schemas;
    expect(JobDraft.properties.headers.anyOf[0]).toMatchObject({ maxProperties: 20 });
    expect(JobDraft.properties.signing.anyOf).toEqual([
      expect.objectContaining({ type: 'boolean' }),
      { type: 'null' },
    ]);
    expect(Job.properties.headers).toMatchObject({ type: 'object' });
    expect(['headers', 'signing'].some((name) => name in ScheduleDraft.properties)).toBe(false);
  });
});

describeTasks('A task', (api) => {
  it.each([
    ...[{ headers: HEADERS }, { signing: true }, { timeout: '1 minute' }, { breaker: true }],
    ...[{ throttle: { concurrency: 1 } }, { cancelAction: 'https://app.example.com/stop' }],
  ])('has no setting that is about calls of an endpoint: %j', async (change) => {
    const { provider, aTask, createTask } = api();
    const [name = ''] = Object.keys(change);
    const words = new RegExp(`'${name}' is for jobs that call an endpoint`);
    const { body } = await provider.post(TASKS, aTask(change)).expect(400);
    expect(JSON.stringify(body)).toMatch(words);
    const task = await createTask();
    const { body: refused } = await provider.put(`/scheduler/jobs/${task.jobId}`, change).expect(400);
    expect(JSON.stringify(refused)).toMatch(words);
  });

  it('is changed otherwise although it has such a setting from before', async () => {
    const { app, provider, createTask } = api();
    const task = await createTask();
    await app
      .get(Database)
      .transaction((tx) =>
        tx.execute('UPDATE job SET policy = ? WHERE id = ?', ['{"breaker":true}', task.jobId]),
      );
    const { body } = await provider.put(`/scheduler/jobs/${task.jobId}`, { active: false }).expect(200);
    expect(body).toEqual({ success: true });
    await provider.put(`/scheduler/jobs/${task.jobId}`, { breaker: null }).expect(200);
  });
});
