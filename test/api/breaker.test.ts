import { createJob, describeApi, refuses } from './setup.js';

describeApi('The setting breaker', (api) => {
  it('is answered only where it is set, changed, logged, and taken off', async () => {
    const { acme } = api();
    const plain = await createJob(acme);
    expect(plain).not.toHaveProperty('breaker');
    const job = await createJob(acme, { breaker: true });
    expect(job.breaker).toBe(true);
    await acme.put(job.url, { breaker: { holdFor: '5 minutes' } }).expect(200);
    expect((await acme.get(job.url).expect(200)).body.breaker).toEqual({ holdFor: '5 minutes' });
    for (const off of [null, false]) {
      await acme.put(job.url, { breaker: { holdFor: '5 minutes' } }).expect(200);
      await acme.put(job.url, { breaker: off }).expect(200);
      expect((await acme.get(job.url).expect(200)).body).not.toHaveProperty('breaker');
    }
    const { body: log } = await acme.get(`/scheduler/actionLogs?jobId=${job._id}`).expect(200);
    const details = log.results.map((entry: { details: string }) => entry.details);
    expect(details.filter((text: string) => text === 'Changed: breaker')).toHaveLength(4);
  });

  it.each([
    ['on', /'breaker' must be true, false or an object such as .*, or null to take it off, but is 'on'/],
    [
      { holdFor: '25 hours' },
      /'breaker.holdFor' must be a duration from 1 second to 24 hours, .* but is '25 hours'/,
    ],
    [{ for: '5 minutes' }, /'breaker' must be true, false or an object/],
  ])('of %j is refused', async (breaker, message) => {
    const { acme } = api();
    const { url } = await createJob(acme);
    await refuses(acme.put(url, { breaker }), 400, message);
  });

  it('goes along with an export, which can be imported', async () => {
    const { acme } = api();
    const job = await createJob(acme, { breaker: { holdFor: '5 minutes' } });
    const { body } = await acme.get(`/scheduler/export?after=${job._id - 1}&page_size=1`).expect(200);
    expect(JSON.stringify(body)).toContain('"breaker":{"holdFor":"5 minutes"}');
    await acme.post('/scheduler/import?dryRun=true', body).expect(202);
  });

  it('belongs to the job', async () => {
    const { acme } = api();
    const { url } = await createJob(acme);
    const schedule = { cron: '* * * * 3 0 0', active: true, breaker: true };
    await refuses(acme.post(`${url}/schedules`, schedule), 400, /'breaker' is a setting of the job/);
  });
});

describeApi('/scheduler/breakers', (api) => {
  it('answers an empty page where every endpoint answers', async () => {
    const { body } = await api().acme.get('/scheduler/breakers').expect(200);
    expect(body).toEqual({ total: 0, results: [], prev_url: null, next_url: null });
  });

  it('refuses a page that is none', async () => {
    await refuses(api().acme.get('/scheduler/breakers?page_size=101'), 400, /'page_size' must be/);
    await refuses(api().acme.get('/scheduler/breakers?offset=-1'), 400, /'offset' must be/);
  });
});
