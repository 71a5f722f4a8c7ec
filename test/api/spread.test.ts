import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { ACME, actionLogOf, createJob, describeApi, refuses } from './setup.js';

const NINE = { cron: '* * * * 9 0 0', active: true };
const instantOf = (wire: string) => Date.parse(`${wire.replace(' ', 'T')}Z`);

describeApi('The setting spread', (api) => {
  const scheduleOf = async (job: { url: string; first: { scheduleId: string } }) =>
    (await api().acme.get(`${job.url}/schedules/${job.first.scheduleId}`).expect(200)).body;

  it('is answered only where it is set, shown by nextRunAt, changed, logged, and taken off', async () => {
    const { acme } = api();
    const plain = await createJob(acme, { active: true, schedules: [NINE] });
    expect(JSON.stringify([plain, await scheduleOf(plain)])).not.toMatch(/spread/);
    const schedules = [{ ...NINE, spread: '1 hour' }];
    const job = await createJob(acme, { active: true, schedules });
    const nine = instantOf(plain.first.nextRunAt);
    const offset = instantOf(job.first.nextRunAt) - nine;
    expect(job.first).toMatchObject({ spread: '1 hour' });
    expect(offset >= 0 && offset <= HOUR_MS && offset % 1_000 === 0).toBe(true);
    const place = `${job.url}/schedules/${job.first.scheduleId}`;
    await acme.put(place, { description: 'another', spread: '1 hour' }).expect(200);
    expect(await scheduleOf(job)).toMatchObject({ nextRunAt: job.first.nextRunAt });
    await acme.put(place, { spread: null }).expect(200);
    const changed = await scheduleOf(job);
    expect(changed).toMatchObject({ nextRunAt: plain.first.nextRunAt });
    expect(changed).not.toHaveProperty('spread');
    const details = (await actionLogOf(acme, job)).map((entry) => entry.details);
    expect(details).toEqual(expect.arrayContaining(['Changed: description', 'Changed: spread']));
  });

  it.each([
    [
      { spread: 10 },
      /'spread' must be a duration from 1 second to 24 hours, such as '10 minutes', but is 10/,
    ],
    [{ spread: '0.5 seconds' }, /'spread' must be a duration from 1 second to 24 hours/],
    [{ spread: '25 hours' }, /'spread' must be a duration from 1 second to 24 hours/],
    [{ spread: '1 day' }, /at most '23 hours 59 minutes 59 seconds', but is '1 day'/],
    [
      { cron: '* * * * * */5 0', spread: '5 minutes' },
      /two firings, which is 5 minutes: at most '4 minutes 59 seconds'/,
    ],
    [{ cron: '* * * * * * *', spread: '1 second' }, /the schedule fires every second: leave it out/],
    [{ cron: undefined, repeatAt: 'noon', spread: '24 hours' }, /at most '23 hours 59 minutes 59 seconds'/],
    [
      { cron: undefined, repeatInterval: '1 hour', spread: '1 minute' },
      /'spread' means nothing beside 'repeatInterval'/,
    ],
    [{ cron: undefined, time: 'in 2 hours', spread: '1 minute' }, /'spread' means nothing beside 'time'/],
  ])('refuses %j', async (change, message) => {
    const { acme } = api();
    const job = await createJob(acme, { schedules: [NINE] });
    const schedule = { ...NINE, ...change };
    await refuses(acme.post(`${job.url}/schedules`, schedule), 400, message);
    const { active: _active, ...previewed } = schedule;
    await refuses(acme.post('/scheduler/preview', previewed), 400, message);
    if (!('cron' in change))
      await refuses(acme.put(`${job.url}/schedules/${job.first.scheduleId}`, change), 400, message);
  });

  it('refuses a pattern that has become too dense for it', async () => {
    const { acme } = api();
    const job = await createJob(acme, { schedules: [{ ...NINE, spread: '1 hour' }] });
    const place = `${job.url}/schedules/${job.first.scheduleId}`;
    await refuses(acme.put(place, { cron: '* * * * * */5 0' }), 400, /'spread' must be shorter/);
    await acme.put(place, { cron: '* * * * * */5 0', spread: '4 minutes 59 seconds' }).expect(200);
  });

  it('is exported', async () => {
    const { acme } = api();
    const job = await createJob(acme, { schedules: [{ ...NINE, spread: '10 minutes' }] });
    const { body } = await acme.get(`/scheduler/export?after=${job._id - 1}&page_size=1`).expect(200);
    const [own] = body.jobs ?? body.results ?? body;
    expect(own.schedules).toEqual([expect.objectContaining({ spread: '10 minutes' })]);
  });

  it('is told by a preview, which shows the instants of the pattern', async () => {
    const { acme } = api();
    const { body } = await acme
      .post('/scheduler/preview', { cron: NINE.cron, spread: '600 seconds', count: 1 })
      .expect(200);
    expect(body.runs).toEqual([{ at: expect.stringMatching(/T09:00:00.000Z$/) }]);
    expect(body.warnings).toEqual([
      'Each run is up to 10 minutes later, at an offset chosen when it is saved.',
    ]);
  });
});

describeApi('The load', (api) => {
  const LOAD = '/scheduler/load';
  /** Noon of a day that no other test plans anything for. */
  const noonOf = (day: number) =>
    Math.ceil(api().clock.now() / DAY_MS) * DAY_MS + day * DAY_MS + 12 * HOUR_MS;
  const planned = (at: number) => ({ time: new Date(at).toISOString(), active: true });
  const query = (from: number, more = '') =>
    `${LOAD}?from=${new Date(from).toISOString()}&to=${new Date(from + HOUR_MS).toISOString()}&step=15%20minutes${more}`;

  it('counts the planned runs of each step, of the caller alone, or of a tenant of the provider', async () => {
    const { acme, beta, provider } = api();
    const noon = noonOf(40);
    const runs = [noon - 1, noon, noon + 1, noon + 15 * MINUTE_MS - 1, noon + 50 * MINUTE_MS, noon + HOUR_MS];
    const job = await createJob(acme, { active: true, schedules: runs.map(planned) });
    await createJob(beta, { active: true, schedules: [planned(noon + 20 * MINUTE_MS)] });
    const counts = async (client: typeof acme, more = '') =>
      (await client.get(query(noon, more)).expect(200)).body.counts;
    expect((await acme.get(query(noon)).expect(200)).body).toEqual({
      from: new Date(noon).toISOString(),
      step: '15 minutes',
      counts: [3, 0, 0, 1],
    });
    expect(await counts(beta)).toEqual([0, 1, 0, 0]);
    expect(await counts(provider)).toEqual([3, 1, 0, 1]);
    const tenantId = ACME;
    expect(await counts(provider, `&tenantId=${tenantId}`)).toEqual([3, 0, 0, 1]);
    expect(await counts(acme, `&tenantId=${tenantId}`)).toEqual([3, 0, 0, 1]);
    await refuses(beta.get(query(noon, `&tenantId=${tenantId}`)), 404, /There is no tenant with the id/);
    await refuses(provider.get(query(noon, '&tenantId=x')), 404, /There is no tenant with the id 'x'/);
    await acme.put(job.url, { active: false }).expect(200);
    expect(await counts(provider)).toEqual([0, 1, 0, 0]);
  });

  it('is of the next 24 hours in minutes where nothing is asked for', async () => {
    const { acme, clock } = api();
    const { body } = await acme.get(LOAD).expect(200);
    expect(body).toMatchObject({ step: '1 minute', counts: { length: 1_440 } });
    expect(clock.now() - Date.parse(body.from)).toBeLessThan(MINUTE_MS);
  });

  it.each([
    ['from=x', /from/],
    ['to=2001-01-01', /'to' 2001-01-01 00:00:00 must lie after 'from'/],
    ['step=1%20second', /'step' '1 second' makes 86400 steps/],
    ['step=1.5%20seconds', /'step' must be a duration of whole seconds from 1 second to 1 day/],
    ['step=2%20days', /'step' must be a duration of whole seconds from 1 second to 1 day/],
    ['step=60', /'step' must be a duration of whole seconds/],
    ['to=2999-01-01', /'to' 2999-01-01 00:00:00 lies more than 1440 days after 'from'/],
  ])('refuses %s', async (text, message) => {
    await refuses(api().acme.get(`${LOAD}?${text}`), 400, message);
  });
});
