import { TENANTS, type Client } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startOperations, uriOf, type OperationsApp } from './operation-setup.js';

const EXPORT = '/scheduler/export';
const IMPORT = '/scheduler/import';

/** What the SAP service answers to GET /scheduler/jobs?displaySchedules=true, by its public documentation. */
const FROM_SAP = {
  total: 2,
  results: [
    {
      _id: 3,
      jobId: 3,
      name: 'daily report',
      description: 'cron job',
      action: 'https://app.example.com/report',
      active: true,
      user: null,
      httpMethod: 'GET',
      jobType: 'HTTP_ENDPOINT',
      tenantId: '99999999-9999-4999-8999-999999999999',
      subDomain: 'acme-old',
      signatureVersion: 0,
      startTime: null,
      endTime: '2040-10-20 04:30:00',
      createdAt: '2015-10-20 04:30:00',
      ansConfig: {},
      calmConfig: null,
      schedules: [
        {
          scheduleId: 'cb5c9def-e2a0-4294-8a51-61e4db373f99',
          type: 'recurring',
          description: 'every night',
          data: '{"month":12}',
          cron: '* * * * 3 0 0',
          repeatInterval: null,
          repeatAt: null,
          time: null,
          active: true,
          startTime: null,
          endTime: null,
          nextRunAt: '2029-02-20 03:00:00',
        },
        {
          scheduleId: '0ab9def0-e2a0-4294-8a51-61e4db373f99',
          type: 'one-time',
          description: '',
          data: null,
          cron: null,
          repeatInterval: null,
          repeatAt: null,
          time: '10 hours from now',
          active: true,
          startTime: null,
          endTime: null,
          nextRunAt: '2031-03-01 12:00:00',
        },
      ],
    },
    { name: 'without schedules', action: 'https://app.example.com/x', schedules: [] },
  ],
  prev_url: null,
  next_url: null,
};

async function deleteJobs(client: Client): Promise<void> {
  const { body } = await client.get('/scheduler/jobs?page_size=100').expect(200);
  for (const { jobId } of body.results) await client.delete(`/scheduler/jobs/${jobId}`).expect(200);
  if (body.next_url) await deleteJobs(client);
}

describe.each(databaseKinds)('Export and import on $name', (kind) => {
  let app: OperationsApp;
  /** Another installation, which has no jobs when a test begins. */
  let other: OperationsApp;
  beforeAll(async () => {
    app = await startOperations(kind);
    other = await startOperations(kind);
  });

  async function setup() {
    for (const client of [other.acme, other.beta, other.provider]) await deleteJobs(client);
    const { worker } = other;
    /** Imports into the other installation and returns the status of the operation at its end. */
    const importing = async (body: object, query = '', client: Client = other.acme) => {
      const uri = uriOf(await client.post(`${IMPORT}${query}`, body).expect(202));
      await worker.tick();
      const { body: status } = await client.get(uri).expect(200);
      expect(status).toMatchObject({ status: 'complete', kind: 'import-jobs' });
      return { ...status['job-results'], progress: status.progress };
    };
    const exported = async (client: Client, query = '') =>
      (await client.get(`${EXPORT}${query}`).expect(200)).body;
    const jobOf = async (client: Client, name: string) =>
      (await client.get('/scheduler/jobs').query({ name, displaySchedules: true }).expect(200)).body;
    return { ...app, other, importing, exported, jobOf };
  }

  it('move a tenant to another installation', async () => {
    const { createJob, acme, other, importing, exported } = await setup();
    await createJob(acme, {
      name: 'moved 1',
      description: 'with everything',
      httpMethod: 'PUT',
      user: 'u',
      password: 'p',
      startTime: '2020-01-01T00:00:00Z',
      endTime: '2050-01-01T00:00:00Z',
      ansConfig: { onError: true },
      calmConfig: { enabled: true },
      schedules: [
        { cron: '* * * mon 10 0 0', active: true, data: { a: [1, { b: "o'clock" }] }, description: 'd' },
        { repeatInterval: '90 minutes' },
        { repeatAt: '4.40pm', active: true, startTime: '2031-01-01T00:00:00Z' },
        { time: 'tomorrow at 4pm', active: true },
        { time: { date: '2033-12-01', format: 'YYYY-MM-DD' } },
      ],
    });
    await createJob(acme, { name: 'moved 2', active: false });
    const document = await exported(acme);
    expect(document.next_url).toBeNull();
    expect(JSON.stringify(document)).not.toContain('"password"');
    const results = await importing(document);
    expect(results).toMatchObject({ created: document.results.length, failed: 0, errors: [] });
    expect(results['passwords-to-set']).toEqual(['moved 1']);
    expect(await exported(other.acme)).toEqual(document);
  });

  it('are done in pages', async () => {
    const { createJob, acme, exported } = await setup();
    for (let made = 0; made < 5; made++) await createJob(acme);
    const whole = await exported(acme);
    const names: string[] = [];
    for (let url: string | null = `${EXPORT}?page_size=2`; url !== null;) {
      const page: { results: { name: string }[]; next_url: string | null } = (await acme.get(url)).body;
      expect(page.results.length).toBeLessThanOrEqual(2);
      names.push(...page.results.map((job) => job.name));
      url = page.next_url;
    }
    expect(names).toEqual(whole.results.map((job: { name: string }) => job.name));
  });

  it('take what the SAP service lists', async () => {
    const { importing, jobOf, other } = await setup();
    expect(await importing(FROM_SAP)).toMatchObject({ created: 2, failed: 0 });
    expect(await jobOf(other.acme, 'daily report')).toMatchObject({
      active: true,
      httpMethod: 'GET',
      endTime: '2040-10-20 04:30:00',
      ansConfig: null,
      tenantId: TENANTS.acme,
      schedules: [
        { cron: '* * * * 3 0 0', active: true, data: '{"month":12}', description: 'every night' },
        { active: true, nextRunAt: '2031-03-01 12:00:00', data: null },
      ],
    });
    expect((await jobOf(other.acme, 'without schedules')).schedules).toEqual([]);
  });

  it.each([
    ['an array', (jobs: object[]) => jobs],
    ['an object with jobs', (jobs: object[]) => ({ jobs })],
    ['a single job', ([job]: object[]) => job],
  ])('take %s', async (_name, bodyOf) => {
    const { importing } = await setup();
    const job = {
      name: 'alone',
      action: 'https://app.example.com/x',
      schedules: [{ cron: '* * * * 3 0 0' }],
    };
    expect(await importing(bodyOf([job]) as object)).toMatchObject({ created: 1 });
  });

  it('may be repeated: what is there stays, or is replaced where that is asked for', async () => {
    const { importing, jobOf, other } = await setup();
    await importing(FROM_SAP);
    const { jobId } = await jobOf(other.acme, 'daily report');
    const changed = { results: [{ ...FROM_SAP.results[0], description: 'changed' }] };
    expect(await importing(changed)).toMatchObject({ created: 0, skipped: 1 });
    expect((await jobOf(other.acme, 'daily report')).description).toBe('cron job');
    expect(await importing(changed, '?existing=replace')).toMatchObject({ replaced: 1 });
    expect(await jobOf(other.acme, 'daily report')).toMatchObject({ description: 'changed', jobId });
    expect((await jobOf(other.acme, 'daily report')).schedules).toHaveLength(2);
  });

  it('replace no job by an entry that does not say its schedules', async () => {
    const { importing, jobOf, other } = await setup();
    await importing(FROM_SAP);
    const silent = { ...FROM_SAP.results[0], description: 'changed', schedules: undefined };
    const refused = {
      replaced: 0,
      errors: [{ message: expect.stringContaining("'schedules' is required") }],
    };
    expect(await importing([silent], '?existing=replace&dryRun=true')).toMatchObject(refused);
    expect(await importing([silent], '?existing=replace')).toMatchObject(refused);
    expect((await jobOf(other.acme, 'daily report')).schedules).toHaveLength(2);
    const none = { ...silent, schedules: [] };
    expect(await importing([none], '?existing=replace')).toMatchObject({ replaced: 1 });
    expect((await jobOf(other.acme, 'daily report')).schedules).toEqual([]);
  });

  it('change nothing when they are only to say what they would do', async () => {
    const { importing, exported, other } = await setup();
    expect(await importing(FROM_SAP, '?dryRun=true')).toMatchObject({ 'dry-run': true, created: 2 });
    expect((await exported(other.acme)).results).toEqual([]);
  });

  it('tell which entries are refused and why, and take the others', async () => {
    const { importing } = await setup();
    const good = { action: 'https://app.example.com/x', schedules: [{ cron: '* * * * 3 0 0' }] };
    const results = await importing([
      { ...good, name: 'good' },
      { ...good, name: '123' },
      { ...good, name: 'bad cron', schedules: [{ cron: '*/5 * * * *' }] },
      { ...good, name: 'two timings', schedules: [{ cron: '* * * * 3 0 0', repeatAt: '4pm' }] },
      { ...good, name: 'no action', action: 'ftp://x' },
      { ...good, name: 'reversed', startTime: '2031-01-01T00:00:00Z', endTime: '2030-01-01T00:00:00Z' },
      { ...good, name: 'good' },
      { ...good },
      { ...good, name: 'good too' },
    ]);
    expect(results).toMatchObject({ created: 2, skipped: 1, failed: 6, progress: { done: 9, total: 9 } });
    expect(results.errors.map((error: { index: number }) => error.index)).toEqual([1, 2, 3, 4, 5, 7]);
    for (const error of results.errors)
      expect(error).toEqual({
        index: expect.any(Number),
        name: expect.any(String),
        message: expect.stringMatching(/./),
      });
  });

  it('tell of numbers, halves of characters and depth in data that is given as text', async () => {
    const { importing } = await setup();
    const entry = (name: string, data: string) => ({
      ...{ name, action: 'https://app.example.com/x', schedules: [{ cron: '* * * * 3 0 0', data }] },
    });
    const results = await importing([
      entry('number', '{"a":9007199254740993}'),
      entry('half', String.raw`{"a":"\ud83d"}`),
      entry('deep', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`),
      entry('good', String.raw`{"a":[1.0,"\ud83d\ude00"]}`),
    ]);
    expect(results).toMatchObject({ created: 1, failed: 3 });
    expect(results.errors.map(({ message }: { message: string }) => message)).toEqual([
      expect.stringMatching(/'schedules\[0\].data.a' is the number 9007199254740993, .*: send it as text$/),
      expect.stringMatching(/'schedules\[0\].data.a' has half of a character, \\ud83d/),
      expect.stringMatching(/'schedules\[0\].data' must be flatter/),
    ]);
  });

  it('do not make a tenant’s job the provider’s own', async () => {
    const { importing, createJob, acme, provider, exported, other } = await setup();
    await createJob(acme, { name: 'of a tenant' });
    const ofAcme = await exported(provider, `?tenantId=${TENANTS.acme}`);
    const all = await exported(provider);
    expect(ofAcme.results.length).toBeGreaterThan(0);
    expect(all.results.length).toBeGreaterThanOrEqual(ofAcme.results.length);
    const results = await importing(ofAcme, '', other.provider);
    expect(results).toMatchObject({ created: 0, failed: ofAcme.results.length });
    await acme.get(`${EXPORT}?tenantId=${TENANTS.acme}`).expect(400);
  });

  it('keep a tenant’s jobs to the tenant', async () => {
    const { createJob, acme, beta, exported } = await setup();
    await createJob(acme, { name: `only acme’s`.replace('’', "'") });
    const names = (await exported(beta)).results.map((job: { name: string }) => job.name);
    expect(names).not.toContain("only acme's");
    await app.http.get(EXPORT).expect(401);
    await app.http.post(IMPORT).send(FROM_SAP).expect(401);
  });

  it('may be as large as four megabytes, and no larger', async () => {
    const { importing, other } = await setup();
    const job = (place: number) => ({
      name: `large ${place}`,
      description: 'x'.repeat(1_000),
      action: 'https://app.example.com/x',
    });
    const jobs = Array.from({ length: 150 }, (_, place) => job(place));
    expect(await importing(jobs)).toMatchObject({ created: 150 });
    const { body } = await other.acme
      .post(
        IMPORT,
        Array.from({ length: 4_500 }, (_, place) => job(place)),
      )
      .expect(413);
    expect(body.message).toBe('request entity too large');
  });

  it.each([[{}], [{ results: 'x' }], [[]], [[1]], [{ jobs: [] }]])('refuse %j', async (body) => {
    const { other } = await setup();
    await other.acme.post(IMPORT, body as object).expect(400);
  });
});
