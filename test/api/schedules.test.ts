import { aSchedule, createJob, describeApi, NOWHERE, refuses, type Api } from './setup.js';

/** Any job may carry it; what it must be is what the tests say. */
type Created = Awaited<ReturnType<typeof createJob>>;

describeApi('/scheduler/jobs/{jobId}/schedules', (api) => {
  const add = (job: Created, body: object, client: keyof Pick<Api, 'acme' | 'beta'> = 'acme') =>
    api()[client].post(`${job.url}/schedules`, body);
  const place = (job: Created) => `${job.url}/schedules/${job.first.scheduleId}`;
  const actions = async (job: Created) => {
    const { body } = await api().acme.get(
      `/scheduler/actionLogs?jobId=${job._id}&scheduleId=${job.first.scheduleId}`,
    );
    return body.results.map(({ action }: { action: string }) => action);
  };

  it('creates a schedule and says where it is', async () => {
    const job = await createJob(api().acme, { active: true });
    const schedule = {
      repeatInterval: '2 hours',
      active: 'true',
      description: 'New',
      data: { order: 'abcd' },
    };
    const { body, headers } = await add(job, schedule).expect(201);
    expect(headers['location']).toBe(`${job.url}/schedules/${body.scheduleId}`);
    expect(body).toEqual({
      ...{
        jobId: job._id,
        scheduleId: expect.any(String),
        type: 'recurring',
        description: 'New',
        active: true,
      },
      ...{ startTime: null, endTime: null, data: '{"order":"abcd"}', nextRunAt: '2030-01-01 02:00:00' },
      ...{ cron: null, time: null, repeatInterval: '2 hours', repeatAt: null },
    });
  });

  it.each([
    [{}, /Exactly one of cron, time, repeatInterval, repeatAt must be given/],
    [{ cron: '* * * * * * 0', repeatAt: '18.40' }, /must be given, not cron and repeatAt/],
    [{ repeatAt: '13.00pm' }, /repeatAt '13\.00pm' is not a time of day/],
    [{ repeatInterval: 'twenty minutes' }, /repeatInterval 'twenty minutes' is not an interval/],
    [{ cron: 5 }, /cron must be a string, but is 5/],
    [{ time: 'garbage' }, /time 'garbage' is not understood/],
    [{ time: 7 }, /time 7 is not a date/],
    [{ cron: '* * * * * * 0', startTime: '2031-01-01', endTime: '2030-01-01' }, /'endTime' 2030-01-01/],
  ])('refuses %j', async (body, message) => {
    const job = await createJob(api().acme);
    await refuses(add(job, body), 400, new RegExp(`^Error in Job Scheduler action: .*${message.source}`));
  });

  it('lists all schedules, or a page of them', async () => {
    const schedules = Array.from({ length: 13 }, (_, n) => aSchedule({ description: `schedule ${n}` }));
    const job = await createJob(api().acme, { active: true, schedules });
    const list = async (query = '') =>
      (await api().acme.get(`${job.url}/schedules${query}`).expect(200)).body;
    const all = await list();
    expect(all).toMatchObject({ total: 13, prev_url: null, next_url: null });
    expect(all.results.map(({ description }: { description: string }) => description)).toEqual(
      schedules.map((each) => (each as { description?: string }).description),
    );
    expect(all.results[0]).toEqual({
      ...{ scheduleId: job.first.scheduleId, description: 'schedule 0', type: 'recurring', active: true },
      ...{ startTime: null, endTime: null, data: null, nextRunAt: '2030-01-01 03:00:00' },
      ...{ cron: '* * * * 3 0 0', time: null, repeatInterval: null, repeatAt: null },
      modifiedAt: '2030-01-01 00:00:00',
    });
    const page = await list('?offset=2');
    expect(page.results).toEqual(all.results.slice(2, 12));
    expect(page.next_url).toBe(`${job.url}/schedules?page_size=10&offset=12`);
    expect(page.prev_url).toBe(`${job.url}/schedules?page_size=10&offset=0`);
    expect((await list('?page_size=5')).results).toEqual(all.results.slice(0, 5));
    for (const query of ['?page_size=101', '?page_size=0', '?offset=-1', '?offset=x']) {
      await refuses(api().acme.get(`${job.url}/schedules${query}`), 400, /must be a whole number/);
    }
  });

  it('reads one schedule, with its logs where they are asked for', async () => {
    const job = await createJob(api().acme, { active: true });
    const { body } = await api().acme.get(place(job)).expect(200);
    expect(body).toMatchObject({ jobId: job._id, scheduleId: job.first.scheduleId, cron: '* * * * 3 0 0' });
    expect(body.logs).toBeUndefined();
    const { body: shown } = await api()
      .acme.get(`${place(job)}?displayLogs=true`)
      .expect(200);
    expect(shown.logs).toMatchObject([{ runState: 'SCHEDULED', runStatus: 'SCHEDULED' }]);
  });

  it('changes what is given and plans anew', async () => {
    const job = await createJob(api().acme, { active: true });
    const change = { cron: '* * * * 5 0 0', description: 'later', data: { a: 1 }, endTime: '2035-01-01' };
    const { body } = await api().acme.put(place(job), change).expect(200);
    expect(body).toMatchObject({
      cron: '* * * * 5 0 0',
      description: 'later',
      nextRunAt: '2030-01-01 05:00:00',
    });
    const { body: read } = await api().acme.get(place(job)).expect(200);
    expect(read).toEqual(body);
    const { body: runs } = await api()
      .acme.get(`${place(job)}/runs`)
      .expect(200);
    expect(runs.total).toBe(1);
    await api().acme.put(place(job), { data: null, active: 0 }).expect(200);
    expect(await actions(job)).toEqual(['DEACTIVATE', 'UPDATE', 'UPDATE', 'CREATE']);
  });

  it('leaves the plan where the change does not concern it', async () => {
    const job = await createJob(api().acme, {
      active: true,
      schedules: [{ repeatInterval: '1 hour', active: true }],
    });
    const run = async () =>
      (
        await api()
          .acme.get(`${place(job)}/runs`)
          .expect(200)
      ).body.results[0].runId;
    const before = await run();
    await api()
      .acme.put(place(job), { description: 'x', active: true, repeatInterval: '1 hour' })
      .expect(200);
    expect(await run()).toBe(before);
  });

  it('refuses another mode and an empty change', async () => {
    const job = await createJob(api().acme);
    await refuses(
      api().acme.put(place(job), { repeatInterval: '1 hour' }),
      400,
      /The timing mode of a schedule cannot change/,
    );
    await refuses(api().acme.put(place(job), {}), 400, /At least one field must be given/);
    await refuses(api().acme.put(place(job), { unknown: 1 }), 400, /At least one field must be given/);
    await refuses(api().acme.put(place(job), { cron: 'x' }), 400, /cron 'x'/);
  });

  it('runs an interval at once that is activated after its planned start', async () => {
    const schedules = [{ repeatInterval: '1 hour', startTime: '2029-12-31T18:00:00Z' }];
    const job = await createJob(api().acme, { active: true, schedules });
    const { body } = await api().acme.put(place(job), { active: true }).expect(200);
    expect(body.nextRunAt).toBe('2030-01-01 00:00:00');
    const ahead = await createJob(api().acme, {
      active: true,
      schedules: [{ repeatInterval: '1 hour', startTime: '2030-01-01T00:10:00Z' }],
    });
    const { body: later } = await api().acme.put(place(ahead), { active: true }).expect(200);
    expect(later.nextRunAt).toBe('2030-01-01 00:10:00');
  });

  it('switches all schedules of a job', async () => {
    const job = await createJob(api().acme, {
      active: true,
      schedules: [aSchedule(), aSchedule({ active: false })],
    });
    const flags = async () =>
      (await api().acme.get(`${job.url}/schedules`).expect(200)).body.results.map(
        (each: { active: boolean; nextRunAt: string | null }) => [each.active, each.nextRunAt],
      );
    const turn = (activationStatus: unknown) =>
      api().acme.post(`${job.url}/schedules/activationStatus`, { activationStatus });
    expect((await turn(true).expect(200)).body).toEqual({ success: true });
    expect(await flags()).toEqual(Array(2).fill([true, '2030-01-01 03:00:00']));
    await turn('false').expect(200);
    expect(await flags()).toEqual(Array(2).fill([false, null]));
    await refuses(turn('on'), 400, /'activationStatus' must be a boolean/);
    await refuses(turn(undefined), 400, /'activationStatus'/);
    expect(await actions(job)).toEqual(['DEACTIVATE', 'CREATE']);
  });

  it('deletes one schedule, and all', async () => {
    const job = await createJob(api().acme, {
      active: true,
      schedules: [aSchedule(), aSchedule(), aSchedule()],
    });
    expect((await api().acme.delete(place(job)).expect(200)).body).toEqual({ success: true });
    await refuses(api().acme.get(place(job)), 404, /There is no schedule/);
    await refuses(api().acme.get(`${place(job)}/runs`), 404, /There is no schedule/);
    await refuses(api().acme.delete(place(job)), 404, /There is no schedule/);
    expect((await api().acme.get(`${job.url}/schedules`).expect(200)).body.total).toBe(2);
    await api().acme.delete(`${job.url}/schedules`).expect(200);
    expect((await api().acme.get(`${job.url}/schedules`).expect(200)).body.total).toBe(0);
    expect(await actions(job)).toEqual(['DELETE', 'CREATE']);
  });

  it('answers 404 for what is not there, or not for the caller', async () => {
    const job = await createJob(api().acme);
    const other = await createJob(api().acme);
    const places = [
      `${job.url}/schedules/${NOWHERE}`,
      `${job.url}/schedules/x`,
      `${other.url}/schedules/${job.first.scheduleId}`,
    ];
    for (const url of places) {
      await refuses(api().acme.get(url), 404, /There is no schedule/);
      await refuses(api().acme.put(url, { active: true }), 404, /There is no schedule/);
      await refuses(api().acme.delete(url), 404, /There is no schedule/);
    }
    for (const url of [
      `${job.url}/schedules`,
      '/scheduler/jobs/999999/schedules',
      '/scheduler/jobs/x/schedules',
    ]) {
      await refuses(api().beta.get(url), 404, /There is no job/);
      await refuses(api().beta.post(url, aSchedule()), 404, /There is no job/);
      await refuses(
        api().beta.post(`${url}/activationStatus`, { activationStatus: true }),
        404,
        /There is no job/,
      );
      await refuses(api().beta.delete(url), 404, /There is no job/);
    }
    await refuses(api().beta.get(place(job)), 404, /There is no/);
    await refuses(api().beta.put(place(job), { active: false }), 404, /There is no/);
    await refuses(api().beta.delete(place(job)), 404, /There is no/);
    await api().provider.get(place(job)).expect(200);
  });
});
