import { createJob, describeApi, refuses } from './setup.js';

const ACTION = 'https://app.example.com/run';
const CANCEL = 'https://app.example.com/cancel?by=next';

describeApi('The settings of overlap', (api) => {
  const scheduleOf = async (job: { url: string; first: { scheduleId: string } }) =>
    (await api().acme.get(`${job.url}/schedules/${job.first.scheduleId}`).expect(200)).body;
  const INTERVAL = { repeatInterval: '5 minutes', active: false };

  it('are answered only where they are set, changed, logged, and taken off', async () => {
    const { acme } = api();
    const plain = await createJob(acme);
    for (const body of [plain, await scheduleOf(plain)]) {
      expect(JSON.stringify(body)).not.toMatch(/overlap|repeatAfter|cancelAction/);
    }
    const schedules = [{ ...INTERVAL, overlap: 'cancel', repeatAfter: 'completion' }];
    const job = await createJob(acme, { cancelAction: CANCEL, schedules });
    expect(job.cancelAction).toBe(CANCEL);
    expect(job.first).toMatchObject({ overlap: 'cancel', repeatAfter: 'completion' });
    const place = `${job.url}/schedules/${job.first.scheduleId}`;
    await acme.put(place, { overlap: 'allow', repeatAfter: null }).expect(200);
    const changed = await scheduleOf(job);
    expect(changed).toMatchObject({ overlap: 'allow' });
    expect(changed).not.toHaveProperty('repeatAfter');
    await acme.put(job.url, { cancelAction: null }).expect(200);
    const { body } = await acme.get(job.url).expect(200);
    expect(body).not.toHaveProperty('cancelAction');
    const { body: log } = await acme.get(`/scheduler/actionLogs?jobId=${job._id}`).expect(200);
    const details = log.results.map((entry: { details: string }) => entry.details);
    expect(details).toEqual(
      expect.arrayContaining(['Changed: cancelAction', 'Changed: overlap, repeatAfter']),
    );
  });

  it.each([
    [{ overlap: 'later' }, /'overlap' must be one of allow, skip, queue, cancel/],
    [{ overlap: true }, /'overlap' must be one of/],
    [
      { repeatInterval: '1 hour', cron: undefined, repeatAfter: 'end' },
      /'repeatAfter' must be one of start, completion/,
    ],
    [{ repeatAfter: 'completion' }, /'repeatAfter' says from what 'repeatInterval' counts/],
    [{ cron: undefined, time: 'now', repeatAfter: 'completion' }, /'repeatAfter' says from what/],
    [{ cron: undefined, repeatAt: '4.40 am', repeatAfter: 'start' }, /'repeatAfter' says from what/],
  ])('refuse a schedule with %j', async (change, message) => {
    const { acme } = api();
    const schedule = { cron: '* * * * 3 0 0', active: true, ...change };
    const job = await createJob(acme);
    await refuses(acme.post(`${job.url}/schedules`, schedule), 400, message);
    if (!('time' in change || 'repeatAt' in change || 'repeatInterval' in change))
      await refuses(acme.put(`${job.url}/schedules/${job.first.scheduleId}`, change), 400, message);
  });

  it.each([
    [
      'https://other.example.com/cancel',
      /must have the scheme, host and port of 'action', which are https:\/\/app.example.com/,
    ],
    ['http://app.example.com/cancel', /must have the scheme, host and port of 'action'/],
    ['/cancel', /'cancelAction' must be an absolute URL/],
    [7, /'cancelAction' must be an absolute URL/],
  ])('refuse a job with the cancelAction %j', async (cancelAction, message) => {
    const { acme } = api();
    const job = await createJob(acme, { action: ACTION });
    await refuses(acme.put(job.url, { cancelAction }), 400, message);
    const body = { name: 'refused', action: ACTION, schedules: [INTERVAL], cancelAction };
    await refuses(acme.post('/scheduler/jobs', body), 400, message);
  });

  it('refuse an action that goes elsewhere without its cancelAction', async () => {
    const { acme } = api();
    const job = await createJob(acme, { action: ACTION, cancelAction: CANCEL });
    const elsewhere = { action: 'https://new.example.com/run' };
    await refuses(acme.put(job.url, elsewhere), 400, /change both together/);
    await acme.put(job.url, { ...elsewhere, cancelAction: 'https://new.example.com/stop' }).expect(200);
  });

  it('are exported and imported', async () => {
    const { acme } = api();
    const schedules = [{ ...INTERVAL, overlap: 'queue', repeatAfter: 'completion' }];
    const job = await createJob(acme, { action: ACTION, cancelAction: CANCEL, schedules });
    const { text, body } = await acme.get('/scheduler/export').expect(200);
    const exported = text || JSON.stringify(body);
    expect(exported).toContain(CANCEL);
    expect(exported).toContain('"overlap":"queue","repeatAfter":"completion"');
    expect(job.first.overlap).toBe('queue');
  });
});
