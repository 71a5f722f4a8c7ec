import { DAY_MS, HOUR_MS } from '../../src/core/instant.js';
import { createJob, describeApi, NOWHERE, refuses, type Api } from './setup.js';

const PREVIEW = '/scheduler/preview';
const THURSDAY = '2026-11-26T21:30:00Z';
const iso = (at: number) => new Date(at).toISOString();
const atOf = (body: { readonly runs: readonly { readonly at: string }[] }) => body.runs.map(({ at }) => at);

describeApi('A preview', (api) => {
  it('says in words what a schedule means and when it would run', async () => {
    const { body } = await api()
      .acme.post(PREVIEW, { cron: '* * * mon:fri 9 0 0', from: THURSDAY, count: 3 })
      .expect(200);
    expect(body).toEqual({
      text: 'every weekday at 09:00 UTC',
      runs: ['27', '30']
        .map((day) => ({ at: `2026-11-${day}T09:00:00.000Z` }))
        .concat({ at: '2026-12-01T09:00:00.000Z' }),
      runsPerDay: 0.71,
      warnings: [],
    });
  });

  it('is of ten runs from now on, for each kind of timing, and keeps to the window', async () => {
    const { acme, clock } = api();
    const now = clock.now();
    const interval = (await acme.post(PREVIEW, { repeatInterval: '2 hours' }).expect(200)).body;
    expect(atOf(interval)).toEqual(
      Array.from({ length: 10 }, (_, place) => iso(now + (place + 1) * 2 * HOUR_MS)),
    );
    expect(interval).toMatchObject({ text: 'every 2 hours, counted from the last start', runsPerDay: 12 });
    const daily = (
      await acme.post(PREVIEW, { repeatAt: '4.40pm', endTime: iso(now + 3 * DAY_MS) }).expect(200)
    ).body;
    expect(daily).toMatchObject({ text: 'every day at 16:40 UTC', runsPerDay: 1, runs: { length: 3 } });
    const once = (await acme.post(PREVIEW, { time: 'in 2 hours', startTime: null }).expect(200)).body;
    expect(once).toMatchObject({ runs: [{ at: iso(now + 2 * HOUR_MS) }], runsPerDay: null, warnings: [] });
    const over = { cron: '* * * * 9 0 0', endTime: iso(now + 1) };
    expect((await acme.post(PREVIEW, over).expect(200)).body).toMatchObject({
      runs: [],
      warnings: ['The window ends before the first firing.'],
    });
    const seldom = (await acme.post(PREVIEW, { cron: '* 2 29 * 0 0 0', count: 100 }).expect(200)).body;
    expect(seldom).toMatchObject({ runsPerDay: 0.00066, runs: { length: 100 } });
  });

  it('shows the runs that a schedule gets that is made of it', async () => {
    const { acme, clock } = api();
    const timings = [{ cron: '* * -1 * 23 0 0' }, { repeatAt: 'noon' }, { repeatInterval: '90 minutes' }];
    for (const timing of timings) {
      const [first] = atOf((await acme.post(PREVIEW, timing).expect(200)).body);
      const { first: made } = await createJob(acme, {
        active: true,
        schedules: [{ ...timing, active: true }],
      });
      expect({ timing, at: `${made.nextRunAt.replace(' ', 'T')}Z` }).toEqual({
        timing,
        at: first?.replace(/\.\d+/, ''),
      });
    }
    expect(clock.now()).toBeGreaterThan(0);
  });

  it('takes a schedule with all its settings, and ends with its last run', async () => {
    const { acme } = api();
    const schedule = {
      cron: '* * * * 9 0 0',
      overlap: 'skip',
      retry: { attempts: 2 },
      maxRuns: 3,
      catchUp: 'last',
    };
    expect(atOf((await acme.post(PREVIEW, schedule).expect(200)).body)).toHaveLength(3);
    await refuses(acme.post(PREVIEW, { ...schedule, overlap: 'never' }), 400, /'overlap' must be one of/);
  });

  it('refuses what a schedule refuses, and what it does not know', async () => {
    const { acme } = api();
    const cron = '* * * * 9 0 0';
    await refuses(
      acme.post(PREVIEW, {}),
      400,
      /Exactly one of cron, time, repeatInterval, repeatAt must be given/,
    );
    await refuses(acme.post(PREVIEW, { cron, repeatAt: 'noon' }), 400, /not cron and repeatAt/);
    await refuses(acme.post(PREVIEW, { cron: '* * * * 24 0 0' }), 400, /Hour '24' is not permitted/);
    await refuses(acme.post(PREVIEW, { time: 'garbage' }), 400, /time 'garbage' is not understood/);
    await refuses(acme.post(PREVIEW, { cron, timezone: 'Europe/Berlin' }), 400, /'timezone' is not known/);
    await refuses(acme.post(PREVIEW, { cron, from: 'soon' }), 400, /from 'soon' is not a date/);
    for (const count of [0, 101, 1.5, '10'])
      await refuses(acme.post(PREVIEW, { cron, count }), 400, /'count' must be/);
    const reversed = { cron, startTime: '2030-01-02', endTime: '2030-01-01' };
    await refuses(acme.post(PREVIEW, reversed), 400, /'endTime' .* lies before 'startTime'/);
  });

  it('suggests what a Linux crontab line means, which creating a schedule does not', async () => {
    const { acme } = api();
    const { body } = await acme.post(PREVIEW, { cron: '0 9 * * 1-5' }).expect(400);
    expect(body).toMatchObject({ code: 400, suggestion: '* * * mon:fri 9 0 0' });
    expect(body.message).toContain('is a Linux cron');
    const { body: suggested } = await acme.post(PREVIEW, { cron: body.suggestion }).expect(200);
    expect(suggested.text).toBe('every weekday at 09:00 UTC');
    await refuses(acme.post(PREVIEW, { cron: '0 0 13 * 5' }), 400, /no single equivalent/);
    const schedules = [{ cron: '0 9 * * 1-5' }];
    await refuses(
      acme.post('/scheduler/jobs', { name: 'linux', action: 'https://a.example', schedules }),
      400,
      /Linux/,
    );
  });
});

describeApi('The next runs of a schedule', (api) => {
  const nextOf = async ({ acme }: Api, url: string, query = '') =>
    (await acme.get(`${url}/next${query}`).expect(200)).body;

  it('begin with the planned one, and keep to the windows of schedule and job', async () => {
    const { acme, clock } = api();
    const now = clock.now();
    const schedules = [{ repeatInterval: '1 hour', active: true }];
    const job = await createJob(acme, { active: true, schedules, endTime: iso(now + 3 * HOUR_MS + 1_000) });
    const url = `${job.url}/schedules/${job.first.scheduleId}`;
    const next = await nextOf(api(), url);
    expect(next).toMatchObject({
      text: 'every hour, counted from the last start',
      warnings: [],
      runs: { length: 3 },
    });
    expect(Date.parse(atOf(next)[0] ?? '')).toBe(now + HOUR_MS);
    expect(await nextOf(api(), url, '?count=1')).toMatchObject({ runs: { length: 1 } });
    for (const count of ['0', '101', 'x'])
      await refuses(acme.get(`${url}/next?count=${count}`), 400, /'count' must be/);
  });

  it('are none while schedule or job is inactive', async () => {
    const { acme } = api();
    const off = await createJob(acme, { active: true, schedules: [{ repeatAt: 'noon', active: false }] });
    expect(await nextOf(api(), `${off.url}/schedules/${off.first.scheduleId}`)).toEqual({
      text: 'every day at 12:00 UTC',
      runs: [],
      warnings: ['The schedule is inactive: it does not run.'],
    });
    const job = await createJob(acme, { active: false, schedules: [{ repeatAt: 'noon', active: true }] });
    expect(await nextOf(api(), `${job.url}/schedules/${job.first.scheduleId}`)).toMatchObject({
      runs: [],
      warnings: ['The job is inactive: it does not run.'],
    });
  });

  it("are not there for another tenant, or of another job's schedule", async () => {
    const { acme, beta } = api();
    const [job, other] = [await createJob(acme), await createJob(acme)];
    const url = (at: string, id: string) => `${at}/schedules/${id}/next`;
    await refuses(beta.get(url(job.url, job.first.scheduleId)), 404, /There is no job/);
    await refuses(acme.get(url(other.url, job.first.scheduleId)), 404, /There is no schedule/);
    await refuses(acme.get(url(job.url, NOWHERE)), 404, /There is no schedule/);
  });
});
