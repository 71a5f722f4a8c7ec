import { OperationWorker } from '../../src/operation/operation-worker.js';
import { uriOf } from './operation-setup.js';
import { aJob, aName, createJob, CREATING, describeApi, refuses } from './setup.js';

describeApi('The fields of a job', (api) => {
  const post = (change: object) => api().acme.post('/scheduler/jobs', aJob(change));
  const putByName = (name: string, change: object) =>
    api().acme.put(`/scheduler/jobs/${name}`, aJob({ name, ...change }));
  const countJobs = async () => (await api().acme.get('/scheduler/jobs').expect(200)).body.total;

  const TASK =
    "'jobType' CF_TASK cannot be created here, because a task belongs to an application: " +
    "create it with POST /admin/v1/tasks and the provider's token";

  it.each([
    [{ jobType: 'CF_TASK' }, TASK],
    [
      { jobType: 'CF_TASK', action: 'bin/rake' },
      `${TASK}; also: 'action' 'bin/rake' must be an absolute URL with http or https, such as 'https://app.example.com/run'`,
    ],
    [{ jobType: 'cf_task' }, "'jobType' 'cf_task' is not known: leave it out, or use 'HTTP_ENDPOINT'"],
    [{ jobType: '' }, "'jobType' '' is not known: leave it out, or use 'HTTP_ENDPOINT'"],
    [{ jobType: null }, "'jobType' null is not known: leave it out, or use 'HTTP_ENDPOINT'"],
    [{ jobType: 7 }, "'jobType' 7 is not known: leave it out, or use 'HTTP_ENDPOINT'"],
  ])('refuse %j, and nothing is made', async (change, detail) => {
    const before = await countJobs();
    await refuses(post(change), 400, `${CREATING}${detail}`);
    await refuses(putByName(aName(), change), 400, new RegExp(detail.slice(0, 40)));
    expect(await countJobs()).toBe(before);
  });

  it('refuse a task in an import, and tell it', async () => {
    const before = await countJobs();
    const entries = [aJob({ jobType: 'CF_TASK' }), aJob({ jobType: 'HTTP_ENDPOINT' })];
    const uri = uriOf(await api().acme.post('/scheduler/import', entries).expect(202));
    await api().app.get(OperationWorker, { strict: false }).tick();
    const { body } = await api().acme.get(uri).expect(200);
    expect(body['job-results']).toMatchObject({
      created: 1,
      failed: 1,
      errors: [{ index: 0, message: TASK }],
    });
    expect(await countJobs()).toBe(before + 1);
  });

  it('refuse another type of a job that is there', async () => {
    const job = await createJob(api().acme);
    const url = `/scheduler/jobs/${job._id}`;
    for (const jobType of ['CF_TASK', 'X']) await api().acme.put(url, { jobType }).expect(400);
    await api().acme.put(url, { jobType: 'HTTP_ENDPOINT', description: 'd' }).expect(200);
  });

  it('take the type that every job here has', async () => {
    expect(await createJob(api().acme, { jobType: 'HTTP_ENDPOINT' })).toMatchObject({
      jobType: 'HTTP_ENDPOINT',
    });
  });

  it.each([
    ['a:b', "'user' 'a:b' must not contain colons or control characters"],
    [':', "'user' ':' must not contain colons or control characters"],
    ['a\u0000', 'must not contain colons or control characters'],
    ['a\r\nX: y', 'must not contain colons or control characters'],
    ['a\u007f', 'must not contain colons or control characters'],
    ['a\u0085', 'must not contain colons or control characters'],
  ])('refuse the user %p', async (user, message) => {
    const isAbout = new RegExp(message.replace(/[()]/g, '.'));
    await refuses(post({ user, password: 'p' }), 400, isAbout);
    const job = await createJob(api().acme);
    await refuses(api().acme.put(`/scheduler/jobs/${job._id}`, { user }), 400, isAbout);
    await refuses(putByName(job.name, { user, password: 'p' }), 400, isAbout);
  });

  it('take an empty user for none, and no password without one', async () => {
    const job = await createJob(api().acme, { user: '', password: 'p' });
    expect(job.user).toBeNull();
    const url = `/scheduler/jobs/${job._id}`;
    await api().acme.put(url, { user: 'ünï', password: 'p:w' }).expect(200);
    expect((await api().acme.get(url)).body.user).toBe('ünï');
    await api().acme.put(url, { user: '' }).expect(200);
    expect((await api().acme.get(url)).body.user).toBeNull();
  });

  it.each([
    ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
    ['Sinhala', '\u0dc1\u0dca\u200d\u0dbb\u0dd3'],
    ['Devanagari', '\u0915\u094d\u200d\u0937 report'],
    ['Malayalam', '\u0d28\u0d4d\u200d\u0d2e'],
    ['Bengali', '\u09b0\u200d\u09cd\u09af'],
    ['Arabic with marks', '\u0645\u064e\u200c\u0645'],
  ])('take a name of %s letters with a joiner between them', async (_script, name) => {
    expect((await createJob(api().acme, { name })).name).toBe(name);
  });

  it.each([
    ['Latin', 'a\u200db'],
    ['Latin with marks', 'e\u0301\u200cx'],
    ['Greek', '\u03b1\u200c\u03b2'],
    ['Cyrillic', '\u0430\u200d\u0431'],
    ['Han', '\u6f22\u200d\u5b57'],
    ['digits', 'x1\u200d2'],
    ['Arabic-Indic digits', '\u0645\u0661\u200d\u0662'],
    ['two scripts', '\u0645\u200c\u0915'],
    ['Latin and Arabic', 'a\u200c\u0645'],
  ])('refuse a name with a joiner between %s', async (_script, name) => {
    await refuses(post({ name }), 400, /must not contain invisible joiners/);
  });

  it.each(['\u200d\u0645', '\u0645\u200d', '\u0645\u200c\u200c\u0645', '\u0645 \u200c\u0645', '\u200c'])(
    'refuse the name %j, whose joiner joins nothing',
    async (name) => {
      await refuses(post({ name }), 400, /must not contain invisible joiners/);
    },
  );

  it.each(['\u200b', '\u2060', '\ufeff', '\u00ad', '\u202e'])(
    'refuse the invisible %j anywhere',
    async (sign) => {
      await refuses(post({ name: `\u0645${sign}\u0645` }), 400, /must not contain special characters/);
    },
  );
});
