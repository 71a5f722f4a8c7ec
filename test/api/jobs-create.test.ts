import { ACME, BETA, aJob, aName, aSchedule, CREATING, createJob, describeApi, refuses } from './setup.js';

describeApi('POST /scheduler/jobs', (api) => {
  const post = (change: object) => api().acme.post('/scheduler/jobs', aJob(change));

  it('answers 201, where the job is, and the job as it was sent', async () => {
    const schedule = {
      description: 'every night',
      cron: '* * * * 3 0 0',
      active: true,
      data: { region: 'eu' },
      startTime: { date: '2030-02-01 04:30 +0000', format: 'YYYY-MM-DD HH:mm Z' },
      endTime: '2031-01-01T00:00:00Z',
    };
    const job = {
      name: aName(),
      description: 'sends the statements',
      action: 'https://app.example.com/run?x=1',
      active: true,
      httpMethod: 'PUT',
      startTime: '2030-01-15',
      endTime: null,
      ansConfig: { onSuccess: false, onError: true },
      calmConfig: { enabled: true },
      user: 'robot',
      password: 'secret',
      schedules: [schedule],
    };
    const { body, headers } = await api().acme.post('/scheduler/jobs', job).expect(201);
    expect(headers['location']).toBe(`/scheduler/jobs/${body._id}`);
    const { password: _password, schedules: _schedules, ...echoed } = job;
    expect(body).toEqual({
      ...echoed,
      startTime: '2030-01-15 00:00:00',
      signatureVersion: 0,
      jobType: 'HTTP_ENDPOINT',
      tenantId: ACME,
      subDomain: 'acme',
      createdAt: '2030-01-01 00:00:00',
      _id: expect.any(Number),
      jobId: body._id,
      schedules: [
        {
          scheduleId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          type: 'recurring',
          description: 'every night',
          cron: '* * * * 3 0 0',
          active: true,
          data: '{"region":"eu"}',
          startTime: '2030-02-01 04:30:00',
          endTime: '2031-01-01 00:00:00',
          nextRunAt: '2030-02-02 03:00:00',
        },
      ],
    });
  });

  it('takes the defaults for what is not given', async () => {
    const job = { name: aName(), action: 'http://app.example.com/run', schedules: [{ time: 'now' }] };
    const { body } = await api().acme.post('/scheduler/jobs', job).expect(201);
    expect(body).toMatchObject({
      ...{ description: '', active: false, httpMethod: 'POST', startTime: null, endTime: null, user: null },
      ...{ ansConfig: null, calmConfig: null },
      schedules: [
        { type: 'one-time', active: false, description: '', data: null, time: 'now', nextRunAt: null },
      ],
    });
  });

  it('echoes each timing field as it was sent, and no other', async () => {
    const time = { date: '2030-05-01', format: 'YYYY-MM-DD' };
    const timings = [
      { cron: '* * * * 10:12 */30 0' },
      { repeatInterval: '2 Hours' },
      { repeatAt: '4.40pm' },
      { time },
    ];
    const { schedules } = await createJob(api().acme, { schedules: timings });
    timings.forEach((timing, place) => {
      const { cron, repeatInterval, repeatAt, time: when } = schedules[place];
      expect(JSON.parse(JSON.stringify({ cron, repeatInterval, repeatAt, time: when }))).toEqual(timing);
    });
  });

  it.each([
    [true, true],
    ['true', true],
    [1, true],
    [false, false],
    ['false', false],
    [0, false],
  ])('takes active %p for %p', async (active, expected) => {
    const body = await createJob(api().acme, { active, schedules: [aSchedule({ active })] });
    expect([body.active, body.first.active]).toEqual([expected, expected]);
  });

  it('takes data as an object or as the JSON text of one, and answers text', async () => {
    const schedules = [{ a: { b: [1] } }, '{"a": 1}', null].map((data) => aSchedule({ data }));
    const body = await createJob(api().acme, { schedules });
    expect(body.schedules.map(({ data }: { data: string }) => data)).toEqual([
      '{"a":{"b":[1]}}',
      '{"a":1}',
      null,
    ]);
  });

  it('plans the first run only where job and schedule are active', async () => {
    const schedules = [aSchedule(), aSchedule({ active: false })];
    const active = await createJob(api().acme, { active: true, schedules });
    expect(active.schedules.map((each: { nextRunAt: unknown }) => each.nextRunAt)).toEqual([
      '2030-01-01 03:00:00',
      null,
    ]);
    const inactive = await createJob(api().acme, { active: false, schedules });
    expect(inactive.schedules.map((each: { nextRunAt: unknown }) => each.nextRunAt)).toEqual([null, null]);
  });

  it('deactivates a schedule that has no run left at once', async () => {
    const schedules = [
      aSchedule({ cron: '2015 * * * * * *' }),
      aSchedule({ endTime: '2030-01-01T01:00:00Z' }),
    ];
    const body = await createJob(api().acme, { active: true, schedules });
    expect(body.schedules).toMatchObject([
      { active: false, nextRunAt: null },
      { active: false, nextRunAt: null },
    ]);
    const { body: logs } = await api().acme.get(`/scheduler/actionLogs?jobId=${body._id}`).expect(200);
    const actions = logs.results.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(['DEACTIVATION_NO_FUTURE_RUN', 'DEACTIVATION_ON_END_TIME']),
    );
  });

  it.each(['Ünï cödé', "it's (one) - a_b.c", 'क्ष', 'x'.repeat(255)])('takes the name %p', async (name) => {
    const body = await createJob(api().acme, { name });
    expect(body.name).toBe(name);
    const { body: found } = await api()
      .acme.get(`/scheduler/jobs?name=${encodeURIComponent(name)}`)
      .expect(200);
    expect(found._id).toBe(body._id);
  });

  it.each([
    ['12345', /must not consist of digits only/],
    ['', /must have 1 to 255 characters/],
    ['x'.repeat(256), /must have 1 to 255 characters/],
    [' a', /must not begin or end with a blank/],
    ['a ', /must not begin or end with a blank/],
    ['a/b', /must not contain special characters/],
    ['a\u0000b', /must not contain special characters/],
    ['😀', /must not contain special characters/],
    [7, /'name' must be a string, but is 7/],
    [undefined, /'name' is required/],
  ])('refuses the name %p', async (name, message) => {
    await refuses(post({ name }), 400, message);
  });

  it('tells names apart by case and accents, and refuses the same name of the same technical user', async () => {
    const name = aName();
    await createJob(api().acme, { name });
    for (const other of [name.toUpperCase(), name.replace('o', 'ö')])
      await createJob(api().acme, { name: other });
    await refuses(
      post({ name }),
      400,
      `${CREATING}'name' '${name}' is already in use by another job: choose another name`,
    );
    await createJob(api().beta, { name });
    await createJob(api().provider, { name });
  });

  it('creates each job once when many are asked for at the same time', async () => {
    const names = Array.from({ length: 12 }, aName);
    const answers = await Promise.all([...names, ...names].map((name) => post({ name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...names.map(() => 201),
      ...names.map(() => 400),
    ]);
    for (const name of names)
      await api()
        .acme.get(`/scheduler/jobs?name=${encodeURIComponent(name)}`)
        .expect(200);
  });

  it.each([
    [{ calmConfig: {} }, "'calmConfig' object cannot be empty"],
    [{ calmConfig: { enabled: 'true' } }, "'enabled' in 'calmConfig' must be of type 'boolean'"],
    [{ calmConfig: { enable: true } }, "'enabled' is a required property for object 'calmConfig'"],
    [{ calmConfig: { enabled: true, x: 1 } }, "'x' is not an allowed property for object 'calmConfig'"],
    [{ ansConfig: {} }, "'ansConfig' object cannot be empty"],
    [{ ansConfig: { onError: 1 } }, "'onError' in 'ansConfig' must be of type 'boolean'"],
    [{ ansConfig: { onErr: true } }, "'onErr' is not an allowed property for object 'ansConfig'"],
  ])('refuses %j in the words of the contract', async (change, detail) => {
    await refuses(post(change), 400, `${CREATING}${detail}`);
  });

  it.each([
    [{ action: undefined }, /'action' is required/],
    [{ action: 'ftp://x' }, /'action' 'ftp:\/\/x' must be an absolute URL/],
    [{ action: '/run' }, /must be an absolute URL/],
    [{ httpMethod: 'PATCH' }, /'httpMethod' must be one of GET, POST, PUT, DELETE, but is 'PATCH'/],
    [{ active: 'yes' }, /'active' must be a boolean/],
    [{ startTime: 'soon' }, /startTime 'soon' is not a date/],
    [
      { startTime: '2031-01-01', endTime: '2030-01-01' },
      /'endTime' 2030-01-01 00:00:00 lies before 'startTime'/,
    ],
    [{ schedules: undefined }, /'schedules' is required/],
    [{ schedules: [] }, /'schedules' must have at least 1 entry/],
    [{ schedules: [{ active: true }] }, /Exactly one of cron, time, repeatInterval, repeatAt must be given/],
    [{ schedules: [{ cron: '* * * * * * 0', time: 'now' }] }, /must be given, not cron and time/],
    [
      { schedules: [aSchedule(), { cron: '0 9 * * 1' }] },
      /schedules\[1\]\.cron '0 9 \* \* 1' is a Linux cron/,
    ],
    [{ schedules: [{ time: 'today 25:00' }] }, /time 'today 25:00' is not understood/],
    [{ schedules: [aSchedule({ data: [1] })] }, /'schedules\[0\].data' must be a JSON object/],
    [{ schedules: [aSchedule({ data: 'text' })] }, /'schedules\[0\].data' must be a JSON object/],
    [
      { schedules: [aSchedule({ startTime: '2031-01-02', endTime: '2031-01-01' })] },
      /'schedules\[0\]\.endTime'/,
    ],
  ])('refuses %j', async (change, message) => {
    await refuses(post(change), 400, new RegExp(`^${CREATING}.*${message.source}`));
  });

  it('keeps a tenant to the number of jobs that it is limited to, also where many are asked for at once', async () => {
    const { total } = (await api().beta.get('/scheduler/jobs').expect(200)).body;
    const limit = (maxJobs: number | null) =>
      api().provider.put(`/admin/v1/tenants/${BETA}/limits`, {
        maxJobs,
        maxCalls: null,
        requestsPerMinute: null,
      });
    expect((await limit(total + 2)).status).toBeLessThan(300);
    const create = (name = aName()) =>
      api().beta.put(`/scheduler/jobs/${encodeURIComponent(name)}`, aJob({ name }));
    const answers = await Promise.all([create(), create(), create(), create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
    await refuses(api().beta.post('/scheduler/jobs', aJob()), 409, /The tenant is limited to \d+ jobs/);
    await createJob(api().acme);
    await limit(null);
    await createJob(api().beta);
  });

  it('creates nothing where one schedule is wrong', async () => {
    const name = aName();
    await post({ name, schedules: [aSchedule(), { cron: 'x' }] }).expect(400);
    await api()
      .acme.get(`/scheduler/jobs?name=${encodeURIComponent(name)}`)
      .expect(404);
  });
});
