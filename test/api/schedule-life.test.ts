import { actionLogOf, aSchedule, createJob, describeApi, refuses } from './setup.js';

const LIFE = { maxRuns: 5, pauseOnFailures: 3, catchUp: 'last' };
const NONE = { maxRuns: null, pauseOnFailures: null, catchUp: null };

describeApi('The limits of a schedule', (api) => {
  const setup = async (change: object = {}) => {
    const { acme } = api();
    const job = await createJob(acme, { active: true, schedules: [aSchedule(change)] });
    const url = `${job.url}/schedules/${job.first.scheduleId}`;
    const read = async () => (await acme.get(url).expect(200)).body;
    return { acme, job, url, read };
  };

  it('are set, changed, logged, and taken off again', async () => {
    const { acme, job, url, read } = await setup(LIFE);
    expect(job.first).toMatchObject(LIFE);
    await acme.put(url, { maxRuns: 7, catchUp: 'default' }).expect(200);
    expect(await read()).toMatchObject({ ...LIFE, maxRuns: 7, catchUp: 'default' });
    await acme.put(url, NONE).expect(200);
    for (const name of Object.keys(LIFE)) expect(await read()).not.toHaveProperty(name);
    expect((await actionLogOf(acme, job)).map(({ details }) => details)).toEqual(
      expect.arrayContaining(['Changed: maxRuns, catchUp', 'Changed: maxRuns, pauseOnFailures, catchUp']),
    );
  });

  it('are not answered by whoever gives none', async () => {
    const { job } = await setup();
    for (const name of Object.keys(LIFE)) expect(job.first).not.toHaveProperty(name);
  });

  it('leave the next run where it is when they change', async () => {
    const { acme, url, read } = await setup();
    const { nextRunAt } = await read();
    for (const change of [LIFE, { maxRuns: 9 }, NONE]) {
      await acme.put(url, change).expect(200);
      expect((await read()).nextRunAt).toBe(nextRunAt);
    }
  });

  it('go along in an export, and come back with an import', async () => {
    const { job, acme } = await setup(LIFE);
    const { body } = await acme.get('/scheduler/export').expect(200);
    const exported = body.results.find(({ name }: { name: string }) => name === job.name);
    expect(exported.schedules).toEqual([expect.objectContaining(LIFE)]);
    expect((await createJob(acme, { schedules: exported.schedules })).first).toMatchObject(LIFE);
  });

  it('leave no more runs to come than a schedule may have', async () => {
    const { acme, url } = await setup({ maxRuns: 2 });
    const { body } = await acme.get(`${url}/next?count=5`).expect(200);
    expect(body.runs).toHaveLength(2);
  });

  it.each([
    [{ maxRuns: 0 }, /maxRuns' must be a whole number from 1 to 1000000, but is 0/],
    [{ maxRuns: 1_000_001 }, /maxRuns' must be a whole number from 1 to 1000000, but is 1000001/],
    [{ maxRuns: '3' }, /maxRuns' must be a whole number from 1 to 1000000, but is '3'/],
    [{ pauseOnFailures: 1 }, /pauseOnFailures' must be a whole number from 2 to 1000, but is 1/],
    [{ pauseOnFailures: 2.5 }, /pauseOnFailures' must be a whole number from 2 to 1000, but is 2.5/],
    [{ catchUp: 'some' }, /catchUp' must be one of 'default', 'all', 'last', 'none', but is 'some'/],
    [
      { cron: undefined, time: '2090-01-01', catchUp: 'none' },
      /catchUp' of a schedule with 'time' cannot be 'none'/,
    ],
  ])('are refused with a reason: %j', async (change, reason) => {
    const { acme } = api();
    const { url } = await setup();
    await refuses(acme.post('/scheduler/jobs', { ...body(change) }), 400, reason);
    if (!('time' in change)) await refuses(acme.put(url, change), 400, reason);
  });

  it('may stand beside a time, which has one run anyway, and be changed there, but not to none', async () => {
    const { acme, url, read } = await setup({ cron: undefined, time: '2090-01-01', ...LIFE });
    expect(await read()).toMatchObject({ active: true, ...LIFE });
    await refuses(acme.put(url, { catchUp: 'none' }), 400, /cannot be 'none'/);
    await acme.put(url, { catchUp: 'all', maxRuns: 1 }).expect(200);
    expect(await read()).toMatchObject({ active: true, nextRunAt: '2090-01-01 00:00:00' });
  });

  it('are described in the OpenAPI document', () => {
    const text = JSON.stringify(api().document);
    for (const name of Object.keys(LIFE)) expect(text).toContain(`"${name}":`);
    expect(text).toContain('"enum":["default","all","last","none"]');
  });
});

let made = 0;
const body = (change: object) => ({
  ...{ name: `life ${++made}`, action: 'https://example.com/a', active: true },
  schedules: [aSchedule(change)],
});
