import { aSchedule, createJob, describeApi, refuses } from './setup.js';

describeApi('/scheduler/search', (api) => {
  const search = (what: 'jobs' | 'schedules', q: string, more = '') =>
    api().acme.get(`/scheduler/search/${what}?q=${encodeURIComponent(q)}${more}`);
  const found = async (q: string) => {
    const { body } = await search('jobs', q).expect(200);
    expect(body.total).toBe(body.results.length);
    return body.results.map(({ name }: { name: string }) => name);
  };

  it('finds jobs that hold every word in name or description, whatever its case', async () => {
    await createJob(api().acme, { name: 'Finder Älpha', description: 'Sends 100% of it_all' });
    await createJob(api().acme, { name: 'finder beta', active: true });
    await createJob(api().beta, { name: 'finder of beta' });
    expect(await found('finder')).toEqual(['Finder Älpha', 'finder beta']);
    expect(await found('IT_ALL  finder äL')).toEqual(['Finder Älpha']);
    expect(await found('finder 0%')).toEqual(['Finder Älpha']);
    expect(await found('finder %')).toEqual(['Finder Älpha']);
    expect(await found('finder _')).toEqual(['Finder Älpha']);
    expect(await found('finder nowhere')).toEqual([]);
    expect(await found('finder active:true')).toEqual(['finder beta']);
    expect(await found('active:false finder')).toEqual(['Finder Älpha']);
    const { body } = await api().provider.get('/scheduler/search/jobs?q=finder').expect(200);
    expect(body.total).toBe(3);
  });

  it('hears of every change', async () => {
    const job = await createJob(api().acme, { name: 'changing thing', description: 'red' });
    await api().acme.put(job.url, { description: 'green' }).expect(200);
    expect(await found('changing green')).toEqual(['changing thing']);
    expect(await found('changing red')).toEqual([]);
    const place = `${job.url}/schedules/${job.first.scheduleId}`;
    await api().acme.put(place, { description: 'violet' }).expect(200);
    expect((await search('schedules', 'changing violet').expect(200)).body.total).toBe(1);
    await api().acme.delete(place).expect(200);
    expect((await search('schedules', 'changing').expect(200)).body.total).toBe(0);
    await api().acme.delete(job.url).expect(200);
    expect(await found('changing')).toEqual([]);
  });

  it('shows a job in the shape of a search', async () => {
    const job = await createJob(api().acme, {
      ...{ name: 'shaped job', active: true, user: 'robot', startTime: '2030-01-02' },
      schedules: [aSchedule({ description: 'nightly', data: { a: 1 } })],
    });
    const { body } = await search('jobs', 'shaped').expect(200);
    expect(body).toEqual({
      ...{ total: 1, pagination_enabled: false, prev_url: null, next_url: null },
      results: [
        {
          ...{
            _id: job._id,
            name: 'shaped job',
            description: '',
            action: job.action,
            user: 'robot',
            jobActive: true,
          },
          ...{
            httpMethod: 'POST',
            jobStartTime: '2030-01-02 00:00:00',
            jobEndTime: null,
            signatureVersion: 0,
          },
          schedules: [
            {
              ...{
                scheduleId: job.first.scheduleId,
                scheduleDescription: 'nightly',
                type: 'recurring',
                active: true,
              },
              ...{
                startTime: null,
                endTime: null,
                cron: '* * * * 3 0 0',
                repeatInterval: null,
                repeatAt: null,
              },
              ...{ time: null, data: '{"a":1}', nextRunAt: '2030-01-02 03:00:00' },
            },
          ],
        },
      ],
    });
    const { body: bare } = await search('jobs', 'shaped', '&displaySchedules=false').expect(200);
    expect(bare.results[0].schedules).toBeUndefined();
    const { body: schedules } = await search('schedules', 'nightly').expect(200);
    expect(schedules.results).toEqual([
      { ...body.results[0].schedules[0], parent: { _id: job._id, name: 'shaped job', jobUrl: job.url } },
    ]);
  });

  it('compares start and end times', async () => {
    await createJob(api().acme, { name: 'timed early', startTime: '2030-02-01', endTime: '2030-03-01' });
    await createJob(api().acme, { name: 'timed late', startTime: '2030-04-01T12:00:00Z' });
    expect(await found('timed startTime:>2030-02-01')).toEqual(['timed late']);
    expect(await found('timed startTime:>=2030-02-01')).toEqual(['timed early', 'timed late']);
    expect(await found('timed startTime:<=2030-04-01T12:00:00')).toEqual(['timed early', 'timed late']);
    expect(await found('timed startTime:<2030-04-01T12:00:00')).toEqual(['timed early']);
    expect(await found('timed endTime:<2031-01-01')).toEqual(['timed early']);
    const { body } = await search('jobs', 'startTime:>=2030-04-01 startTime:<2030-05-01').expect(200);
    expect(body.results).toMatchObject([{ name: 'timed late' }]);
  });

  it('finds schedules by their own state and description, and by the name of their job', async () => {
    const schedules = [
      aSchedule({ description: 'Morning Run', startTime: '2030-07-01' }),
      aSchedule({ description: 'evening run', active: false }),
    ];
    await createJob(api().acme, { name: 'scheduled work', active: false, schedules });
    const descriptions = async (q: string) => {
      const { body } = await search('schedules', q).expect(200);
      return body.results.map((each: { scheduleDescription: string }) => each.scheduleDescription);
    };
    expect(await descriptions('RUN work')).toEqual(['Morning Run', 'evening run']);
    expect(await descriptions('scheduled active:true')).toEqual(['Morning Run']);
    expect(await descriptions('scheduled startTime:>2030-06-01')).toEqual(['Morning Run']);
    expect(await descriptions('startTime:>2030-06-30 startTime:<2030-07-02')).toEqual(['Morning Run']);
    expect((await api().beta.get('/scheduler/search/schedules?q=scheduled').expect(200)).body.total).toBe(0);
  });

  it.each(['jobs', 'schedules'] as const)(
    'answers pages of %s whose URLs keep what was asked',
    async (what) => {
      const word = `paged-${what}`;
      for (let count = 0; count < 5; count++)
        await createJob(api().acme, { name: `${word} (more) ${count}` });
      const q = encodeURIComponent(word);
      const { body } = await search(what, word, '&page_size=2&offset=1').expect(200);
      expect(body).toMatchObject({
        ...{ total: 5, pagination_enabled: true },
        prev_url: `/scheduler/search/${what}?q=${q}&page_size=2&offset=0`,
        next_url: `/scheduler/search/${what}?q=${q}&page_size=2&offset=3`,
      });
      const { body: next } = await api().acme.get(body.next_url).expect(200);
      expect(next.results).toHaveLength(2);
      expect(next.next_url).toBeNull();
      expect((await search(what, word, '&offset=4').expect(200)).body.results).toHaveLength(1);
    },
  );

  it.each([
    ['', 'Search query not provided'],
    ['q=', 'Search query not provided'],
    ['q=%20', 'Search query not provided'],
    ['q=a&q=b', "'q' must be given once"],
    ['q=owner:me', 'Field not recognized'],
    ['q=startTime:2025-01-01', 'Operator not specified for startTime'],
    ['q=endTime:=2025-01-01', 'Operator not specified for endTime'],
    ['q=startTime:>2025-1-1', 'Date format must be YYYY-MM-DDTHH:mm:ss or YYYY-MM-DD'],
    ['q=startTime:<2025-02-30', 'Date format must be YYYY-MM-DDTHH:mm:ss or YYYY-MM-DD'],
    ['q=active:1', "'active' must be true or false, for example active:true"],
    ['q=a&page_size=101', "'page_size' must be a whole number from 1 to 100, but is '101'"],
    ['q=a&offset=-1', "'offset' must be a whole number, 0 or more, but is '-1'"],
  ])('refuses ?%s in both searches', async (query, detail) => {
    for (const what of ['jobs', 'schedules']) {
      await refuses(
        api().acme.get(`/scheduler/search/${what}?${query}`),
        400,
        `Error in Job Scheduler action: ${detail}`,
      );
    }
  });

  it('refuses displaySchedules for schedules', async () => {
    const detail = 'Error in Job Scheduler action: displaySchedules is not supported';
    await refuses(search('schedules', 'a', '&displaySchedules=true'), 400, detail);
  });
});
