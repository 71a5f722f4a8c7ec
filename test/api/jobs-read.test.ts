import { ACME, aName, aSchedule, BETA, createJob, describeApi, refuses } from './setup.js';

const DETAILS = 'Error while fetching job details: ';
const LIST = 'Error while fetching list of jobs: ';

describeApi('GET /scheduler/jobs', (api) => {
  const filtered = (text: string) =>
    api().provider.get(`/scheduler/jobs?page_size=100&filter=${encodeURIComponent(text)}`);
  const names = async (text: string) => {
    const { body } = await filtered(text).expect(200);
    expect(body.total).toBe(body.results.length);
    return body.results.map(({ name }: { name: string }) => name);
  };

  it('finds one job by id, by name, or by both where they agree', async () => {
    const job = await createJob(api().acme);
    const other = await createJob(api().acme);
    const name = encodeURIComponent(job.name);
    for (const query of [`jobId=${job._id}`, `name=${name}`, `jobId=${job._id}&name=${name}`]) {
      const { body } = await api().acme.get(`/scheduler/jobs?${query}`).expect(200);
      expect(body).toMatchObject({ _id: job._id, name: job.name });
      expect(body.schedules).toBeUndefined();
    }
    for (const query of [
      `jobId=${other._id}&name=${name}`,
      'jobId=999999',
      'jobId=abc',
      'name=nowhere',
      `name=${name}%20`,
    ]) {
      await refuses(api().acme.get(`/scheduler/jobs?${query}`), 404, /There is no job with/);
    }
  });

  it('shows schedules where they are asked for', async () => {
    const job = await createJob(api().acme, { active: true });
    for (const path of [
      `${job.url}?displaySchedules=true`,
      `/scheduler/jobs?jobId=${job._id}&displaySchedules=true`,
    ]) {
      const { body } = await api().acme.get(path).expect(200);
      expect(body).toEqual({ ...body, schedules: job.schedules });
    }
    for (const path of [job.url, `${job.url}?displaySchedules=false`]) {
      const { body } = await api().acme.get(path).expect(200);
      expect(body.schedules).toBeUndefined();
    }
    await refuses(
      api().acme.get(`${job.url}?displaySchedules=maybe`),
      400,
      /'displaySchedules' must be a boolean/,
    );
  });

  it('refuses a page of one job', async () => {
    for (const query of ['jobId=1&page_size=10', 'name=x&offset=0']) {
      await refuses(api().acme.get(`/scheduler/jobs?${query}`), 400, `${DETAILS}Invalid query`);
    }
  });

  it('prefers the own job of a name to that of a tenant, and asks for the tenant where several have it', async () => {
    const name = aName();
    const find = (more = '') => api().provider.get(`/scheduler/jobs?name=${encodeURIComponent(name)}${more}`);
    const ofAcme = await createJob(api().acme, { name });
    expect((await find().expect(200)).body._id).toBe(ofAcme._id);
    const ofBeta = await createJob(api().beta, { name });
    await refuses(find(), 400, /^Error while fetching job details: .*tenantId/);
    expect((await find(`&tenantId=${BETA}`).expect(200)).body._id).toBe(ofBeta._id);
    const own = await createJob(api().provider, { name });
    expect((await find().expect(200)).body._id).toBe(own._id);
  });

  it.each(['0', '101', '-1', 'x', '1.5', ''])('refuses page_size=%s', async (size) => {
    await refuses(api().acme.get(`/scheduler/jobs?page_size=${size}`), 400, `${LIST}Invalid Page Size`);
  });

  it('refuses what it does not know', async () => {
    for (const query of [
      'offset=-1',
      'sort_by=action',
      'sort_order=up',
      'jobType=X',
      'page_size=1&page_size=2',
    ]) {
      await refuses(api().acme.get(`/scheduler/jobs?${query}`), 400, new RegExp(`^${LIST}`));
    }
  });

  it('answers pages that fit together, with their URLs', async () => {
    for (let count = 0; count < 12; count++) await createJob(api().beta);
    const first = await api().beta.get('/scheduler/jobs').expect(200);
    expect(first.body.results).toHaveLength(10);
    expect(first.body.prev_url).toBeNull();
    expect(first.body.next_url).toBe('/scheduler/jobs?page_size=10&offset=10');
    const seen: number[] = [];
    let url: string | null = '/scheduler/jobs?page_size=5';
    while (url !== null) {
      const { body }: { body: { total: number; results: { _id: number }[]; next_url: string | null } } =
        await api().beta.get(url).expect(200);
      expect(body.total).toBe(first.body.total);
      seen.push(...body.results.map(({ _id }) => _id));
      url = body.next_url;
    }
    expect(new Set(seen).size).toBe(first.body.total);
    const { body: beyond } = await api().beta.get('/scheduler/jobs?page_size=5&offset=1000').expect(200);
    expect(beyond).toMatchObject({ total: first.body.total, results: [], next_url: null });
    expect(beyond.prev_url).toBe('/scheduler/jobs?page_size=5&offset=995');
  });

  it('answers the same entries in the same order, however deep a page begins and however it is sorted', async () => {
    const { body } = await api().beta.get('/scheduler/jobs').expect(200);
    for (let count: number = body.total; count < 12; count++) await createJob(api().beta);
    for (const sort of [
      '',
      'sort_by=name',
      'sort_by=name&sort_order=DESC',
      'sort_by=active',
      'sort_by=createdAt',
      'sort_by=createdAt&sort_order=DESC',
      'sort_order=DESC',
    ]) {
      const idsOf = async (page: string): Promise<number[]> => {
        const answer = await api().beta.get(`/scheduler/jobs?${page}&${sort}`).expect(200);
        return answer.body.results.map(({ _id }: { _id: number }) => _id);
      };
      const all = await idsOf('page_size=100');
      expect(all.length).toBeGreaterThanOrEqual(12);
      for (let offset = 0; offset <= all.length; offset++) {
        expect(await idsOf(`page_size=3&offset=${offset}`)).toEqual(all.slice(offset, offset + 3));
      }
    }
  });

  it('counts the schedules of each job', async () => {
    const job = await createJob(api().acme, {
      schedules: [aSchedule(), aSchedule({ active: false }), aSchedule()],
    });
    const { body } = await filtered(`name eq '${job.name}'`).expect(200);
    expect(body.results).toMatchObject([
      { ACTIVECOUNT: 2, INACTIVECOUNT: 1, tenantId: ACME, subDomain: 'acme' },
    ]);
  });

  it('sorts by each field, both ways', async () => {
    const filter = encodeURIComponent("contains(name, 'sorted')");
    for (const [name, active] of [
      ['sorted b', true],
      ['sorted C', false],
      ['sorted a', true],
    ] as const) {
      await createJob(api().acme, { name, active });
    }
    const sorted = async (query: string) => {
      const { body } = await api().acme.get(`/scheduler/jobs?filter=${filter}&${query}`).expect(200);
      return body.results.map(({ name }: { name: string }) => name.slice(7)).join('');
    };
    expect(await sorted('sort_by=name')).toBe('Cab');
    expect(await sorted('sort_by=name&sort_order=DESC')).toBe('baC');
    expect(await sorted('sort_by=jobId')).toBe('bCa');
    expect(await sorted('sort_by=jobId&sort_order=DESC')).toBe('aCb');
    expect(await sorted('sort_by=active')).toBe('Cba');
    expect(await sorted('sort_by=createdAt&sort_order=desc')).toBe('aCb');
  });

  it('lists endpoints, and no tasks', async () => {
    await createJob(api().acme);
    const total = async (type: string) =>
      (await api().acme.get(`/scheduler/jobs?jobType=${type}`).expect(200)).body.total;
    expect(await total('CF_TASK')).toBe(0);
    expect(await total('HTTP_ENDPOINT')).toBeGreaterThan(0);
  });

  it("restricts a provider's list to a tenant, and a filter wins over that", async () => {
    const job = await createJob(api().beta);
    const { body } = await api().provider.get(`/scheduler/jobs?page_size=100&tenantId=${BETA}`).expect(200);
    const { body: own } = await api().beta.get('/scheduler/jobs?page_size=100').expect(200);
    expect(body.total).toBe(own.total);
    expect(body.results).toEqual(own.results);
    const filter = encodeURIComponent(`name eq '${job.name}'`);
    const won = await api().provider.get(`/scheduler/jobs?tenantId=${ACME}&filter=${filter}`).expect(200);
    expect(won.body.total).toBe(1);
    const none = await api().provider.get('/scheduler/jobs?tenantId=nobody').expect(200);
    expect(none.body.total).toBe(0);
    for (const query of ['', '&name=x']) {
      await refuses(
        api().acme.get(`/scheduler/jobs?tenantId=${ACME}${query}`),
        400,
        /'tenantId' is for provider credentials only/,
      );
    }
  });

  it('filters by substring and by equality, case and wildcards taken literally', async () => {
    for (const name of ['flt alpha', 'flt Alpha', "flt (it's)", 'flt a_b'])
      await createJob(api().acme, { name });
    await createJob(api().beta, { name: 'flt beta' });
    expect(await names("contains(name, 'flt Al')")).toEqual(['flt Alpha']);
    expect(await names("contains(name, 'flt %')")).toEqual([]);
    expect(await names("contains(name, 'flt a_')")).toEqual(['flt a_b']);
    expect(await names("contains(name, 'flt (it''s')")).toEqual(["flt (it's)"]);
    expect(await names("name eq 'flt alpha'")).toEqual(['flt alpha']);
    expect(await names("name eq 'flt alpha '")).toEqual([]);
    expect(await names("contains(name,'flt') and subDomain eq 'beta'")).toEqual(['flt beta']);
    expect(await names(`contains(name,'flt')  and  contains( tenantId , '${BETA.slice(0, 12)}' )`)).toEqual([
      'flt beta',
    ]);
    // `and` binds tighter than `or`.
    expect(await names("name eq 'flt alpha' or contains(name,'flt') and subDomain eq 'beta'")).toEqual([
      'flt alpha',
      'flt beta',
    ]);
    const { body } = await filtered(`tenantId eq '${BETA}'`).expect(200);
    expect(body.total).toBe((await api().beta.get('/scheduler/jobs').expect(200)).body.total);
    const own = await api()
      .acme.get(`/scheduler/jobs?filter=${encodeURIComponent("subDomain eq 'beta'")}`)
      .expect(200);
    expect(own.body.total).toBe(0);
  });

  it.each([
    'name',
    "name ne 'x'",
    "contains(name, 'x",
    "(name eq 'x')",
    "action eq 'x'",
    "name eq 'x' and",
    "name eq 'x' xor name eq 'y'",
    '',
  ])('refuses the filter %p', async (filter) =>
    refuses(filtered(filter), 400, new RegExp(`^${LIST}'filter'`)),
  );

  it('counts active and inactive jobs through every change', async () => {
    const count = async () => (await api().beta.get('/scheduler/jobCount').expect(200)).body;
    const before = await count();
    const job = await createJob(api().beta, { active: true });
    expect(await count()).toEqual({ active: before.active + 1, inactive: before.inactive });
    await api().beta.put(job.url, { active: false }).expect(200);
    await api().beta.put(job.url, { active: false }).expect(200);
    expect(await count()).toEqual({ active: before.active, inactive: before.inactive + 1 });
    await api().beta.delete(job.url).expect(200);
    expect(await count()).toEqual(before);
    const total = (await api().beta.get('/scheduler/jobs').expect(200)).body.total;
    expect(total).toBe(before.active + before.inactive);
  });

  it('answers 404 for what is no id and for what another tenant has', async () => {
    const job = await createJob(api().acme);
    for (const id of ['999999', 'abc', '0', '1e3', '99999999999999999999', '-1']) {
      await refuses(api().acme.get(`/scheduler/jobs/${id}`), 404, /There is no job with the id/);
    }
    await refuses(
      api().beta.get(job.url),
      404,
      `Error in Job Scheduler action: There is no job with the id ${job._id}.`,
    );
    await api().provider.get(job.url).expect(200);
  });
});
