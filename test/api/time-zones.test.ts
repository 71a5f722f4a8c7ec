import { Database } from '../../src/database/database.js';
import { actionLogOf, aJob, aSchedule, createJob, DEFAULT_PREFIX, describeApi, refuses } from './setup.js';

const NINE = '* * * * 9 0 0';
/** The day before clocks go forward in Berlin. */
const BEFORE = '2031-03-29T00:00:00Z';

describeApi('A schedule with a time zone', (api) => {
  /** A job with one active schedule, first planned on the day before clocks go forward in Berlin. */
  const setup = async (change: object = {}) => {
    const { acme } = api();
    const schedule = aSchedule({ cron: NINE, startTime: BEFORE, ...change });
    const job = await createJob(acme, { active: true, schedules: [schedule] });
    const url = `${job.url}/schedules/${job.first.scheduleId}`;
    const read = async () => (await acme.get(url).expect(200)).body;
    return { acme, job, url, read };
  };

  it('runs at the local time of its zone, in summer and in winter', async () => {
    const { job, acme, url } = await setup({ timeZone: 'Europe/Berlin' });
    expect(job.first).toMatchObject({ nextRunAt: '2031-03-29 08:00:00', timeZone: 'Europe/Berlin' });
    const { body } = await acme.get(`${url}/next?count=2`).expect(200);
    expect(body).toEqual({
      text: 'every day at 09:00 (Europe/Berlin)',
      runs: [
        { at: '2031-03-29T08:00:00.000Z', local: '2031-03-29T09:00:00+01:00' },
        { at: '2031-03-30T07:00:00.000Z', local: '2031-03-30T09:00:00+02:00' },
      ],
      warnings: [],
    });
  });

  it('is answered as before by whoever gives none', async () => {
    const { job, read } = await setup();
    expect(job.first).not.toHaveProperty('timeZone');
    expect(job.first).not.toHaveProperty('dst');
    expect(await read()).not.toHaveProperty('timeZone');
  });

  it('writes the name of its zone as it is spelled', async () => {
    const { job } = await setup({ timeZone: 'america/new_york', dst: { gap: 'skip' } });
    expect(job.first).toMatchObject({ timeZone: 'America/New_York', dst: { gap: 'skip' } });
  });

  it('is planned anew when its zone changes, and when it has none any more', async () => {
    const { acme, job, url, read } = await setup();
    expect(job.first.nextRunAt).toBe('2031-03-29 09:00:00');
    await acme.put(url, { timeZone: 'Asia/Tokyo' }).expect(200);
    expect(await read()).toMatchObject({ timeZone: 'Asia/Tokyo', nextRunAt: '2031-03-29 00:00:00' });
    await acme.put(url, { description: 'another', dst: { overlap: 'both' } }).expect(200);
    expect(await read()).toMatchObject({ timeZone: 'Asia/Tokyo', dst: { overlap: 'both' } });
    await acme.put(url, { timeZone: null, dst: null }).expect(200);
    const plain = await read();
    expect(plain).toMatchObject({ nextRunAt: '2031-03-29 09:00:00' });
    expect(plain).not.toHaveProperty('timeZone');
    expect((await actionLogOf(acme, job)).map(({ details }) => details)).toEqual(
      expect.arrayContaining(['Changed: timeZone', 'Changed: description, dst', 'Changed: timeZone, dst']),
    );
  });

  it('has it in lists, in its job and in searches, too', async () => {
    const { acme, job } = await setup({ timeZone: 'Europe/Paris' });
    const own = [expect.objectContaining({ timeZone: 'Europe/Paris' })];
    const { body: list } = await acme.get(`${job.url}/schedules`).expect(200);
    expect(list.results).toEqual(own);
    const { body: whole } = await acme.get(`${job.url}?displaySchedules=true`).expect(200);
    expect(whole.schedules).toEqual(own);
  });

  it('reads a time of day and a spoken time in its zone', async () => {
    const daily = await setup({ cron: undefined, repeatAt: '18:40', timeZone: 'Asia/Kolkata' });
    expect(daily.job.first.nextRunAt).toBe('2031-03-29 13:10:00');
    const { acme } = api();
    const spoken = { time: 'tomorrow at 9am', from: '2027-03-27T12:00:00Z', timeZone: 'Europe/Berlin' };
    const { body } = await acme.post('/scheduler/preview', spoken).expect(200);
    expect(body.runs).toEqual([{ at: '2027-03-28T07:00:00.000Z', local: '2027-03-28T09:00:00+02:00' }]);
  });

  it('keeps the instant of a spoken time, whose zone changes only together with it', async () => {
    const { acme, read, url } = await setup({ cron: undefined, startTime: null, time: 'tomorrow at noon' });
    const { nextRunAt } = await read();
    await refuses(
      acme.put(url, { timeZone: 'Asia/Tokyo' }),
      400,
      /'timeZone' of a schedule with 'time' says how that text is read: change it together with 'time'/,
    );
    expect((await read()).nextRunAt).toBe(nextRunAt);
    await acme.put(url, { timeZone: 'Asia/Tokyo', time: 'tomorrow at noon' }).expect(200);
    expect((await read()).nextRunAt).not.toBe(nextRunAt);
  });

  it('shows in a preview what the change of clocks does', async () => {
    const { acme } = api();
    const early = {
      cron: '* * * * 2 30 0',
      timeZone: 'Europe/Berlin',
      from: '2027-03-27T12:00:00Z',
      count: 1,
    };
    const preview = async (dst?: object) =>
      (await acme.post('/scheduler/preview', dst ? { ...early, dst } : early).expect(200)).body.runs;
    expect(await preview()).toEqual([
      {
        at: '2027-03-28T01:00:00.000Z',
        local: '2027-03-28T03:00:00+02:00',
        note: 'clock goes forward: 02:30 does not exist',
      },
    ]);
    expect(await preview({ gap: 'skip' })).toEqual([
      { at: '2027-03-29T00:30:00.000Z', local: '2027-03-29T02:30:00+02:00' },
    ]);
    const back = { ...early, from: '2027-10-30T12:00:00Z', count: 2, dst: { overlap: 'both' } };
    const { body } = await acme.post('/scheduler/preview', back).expect(200);
    expect(body.runs.map(({ note }: { note?: string }) => note)).toEqual([
      'clock goes back: first of two',
      'clock goes back: second of two',
    ]);
  });

  it('goes along in an export, and comes back with an import', async () => {
    const { job, acme } = await setup({ timeZone: 'Europe/Berlin', dst: { overlap: 'last' } });
    const { body } = await acme.get('/scheduler/export').expect(200);
    const exported = body.results.find(({ name }: { name: string }) => name === job.name);
    expect(exported.schedules).toEqual([
      expect.objectContaining({ timeZone: 'Europe/Berlin', dst: { overlap: 'last' } }),
    ]);
    const again = await createJob(acme, { schedules: exported.schedules });
    expect(again.first).toMatchObject({ timeZone: 'Europe/Berlin', dst: { overlap: 'last' } });
  });

  it.each([
    [{ timeZone: 'Berlin' }, /timeZone 'Berlin' is not a time zone/],
    [{ timeZone: 'CET' }, /timeZone 'CET' names no place/],
    [{ timeZone: '+02:00' }, /timeZone '\+02:00' is an offset/],
    [{ timeZone: 'Europe/Berlim' }, /timeZone 'Europe\/Berlim' .*Europe\/Berlin/],
    [{ timeZone: 2 }, /timeZone' must be the name of a time zone, such as 'Europe\/Berlin', but is 2/],
    [{ dst: { gap: 'skip' } }, /dst' needs a 'timeZone'/],
    [
      { timeZone: 'Europe/Berlin', dst: { gap: 'never' } },
      /dst\.gap' must be one of after, skip, but is 'never'/,
    ],
    [{ timeZone: 'Europe/Berlin', dst: { gaps: 'skip' } }, /dst' must be an object with 'gap'/],
    [
      { timeZone: 'Europe/Berlin', cron: undefined, time: 'tomorrow at noon', dst: { gap: 'skip' } },
      /dst' means nothing beside 'time'/,
    ],
    [{ timeZone: 'Europe/Berlin', dst: {} }, /dst' must be an object with 'gap'/],
    [
      { timeZone: 'Europe/Berlin', cron: undefined, repeatInterval: '1 hour' },
      /timeZone' means nothing beside 'repeatInterval'/,
    ],
    [
      { timeZone: 'Europe/Berlin', cron: undefined, repeatAt: '18:40+02:00' },
      /repeatAt' beside 'timeZone' must be a time of day without an offset/,
    ],
  ])('is refused with %j', async (change, message) => {
    const { acme } = api();
    const schedules = [aSchedule(change)];
    const { body } = await acme.post('/scheduler/jobs', aJob({ schedules })).expect(400);
    expect(body.message).toMatch(message);
    const { url } = await createJob(acme);
    await acme.post(`${url}/schedules`, aSchedule(change)).expect(400);
  });

  it('shows what a stored zone that is not known any more does, and says why it is off', async () => {
    const { acme, job, url, read } = await setup({ timeZone: 'Europe/Berlin' });
    await api()
      .app.get(Database, { strict: false })
      .transaction((tx) =>
        tx.execute('UPDATE schedule SET policy = ? WHERE job_id = ?', [
          '{"timeZone":"Mars/Olympus"}',
          job._id,
        ]),
      );
    expect(await read()).toMatchObject({ timeZone: 'Mars/Olympus', active: true });
    const { body } = await acme.get(`${url}/next`).expect(200);
    expect(body).toEqual({
      ...{ text: NINE, runs: [] },
      warnings: [
        expect.stringMatching(/^Its settings cannot be read: timeZone 'Mars\/Olympus' is not a time zone/),
      ],
    });
    await acme.put(url, { active: false }).expect(200);
    await acme.put(url, { active: true }).expect(200);
    expect(await read()).toMatchObject({ active: false, nextRunAt: null });
    const [last] = await actionLogOf(acme, job);
    expect(last).toMatchObject({
      action: 'DEACTIVATION_NO_FUTURE_RUN',
      details: 'The stored settings of the schedule cannot be read.',
    });
    await acme.put(url, { timeZone: 'Asia/Tokyo', active: true }).expect(200);
    expect(await read()).toMatchObject({ active: true, nextRunAt: '2031-03-29 00:00:00' });
  });

  it('is refused where a job is said to have it, whichever way it is made or changed', async () => {
    const { acme } = api();
    const elsewhere = /'timeZone' is a setting of a schedule, not of its job: give it there/;
    await refuses(acme.post('/scheduler/jobs', aJob({ timeZone: 'Europe/Berlin' })), 400, elsewhere);
    const { url, name, action } = await createJob(acme);
    await refuses(acme.put(url, { timeZone: 'Europe/Berlin' }), 400, elsewhere);
    await refuses(acme.put(`/scheduler/jobs/${name}`, { action, timeZone: 5 }), 400, elsewhere);
    await acme.put(url, { description: 'other', timeZone: null }).expect(200);
  });

  it('is refused as a change that leaves what does not fit', async () => {
    const { acme, url, read } = await setup({ timeZone: 'Europe/Berlin', dst: { gap: 'skip' } });
    const before = await read();
    await refuses(
      acme.put(url, { timeZone: null }),
      400,
      new RegExp(`^${DEFAULT_PREFIX}'dst' needs a 'timeZone'`),
    );
    expect(await read()).toEqual(before);
  });
});
