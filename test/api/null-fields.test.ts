import { SETTING_NAMES } from '../../src/core/policy/settings.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { jobReplacement } from '../../src/job/draft/job.schema.js';
import { scheduleDraft } from '../../src/schedule/schedule.schema.js';
import { uriOf } from './operation-setup.js';
import { aJob, aName, aSchedule, createJob, startApi } from './setup.js';

const api = await startApi();
const { acme } = api;
const worker = api.app.get(OperationWorker, { strict: false });

const refusalOf = ({ status, body }: { status: number; body: { message?: string } }) =>
  status < 300 ? null : (body.message ?? '').replace(/^Error [^:]*: /, '');

async function importing(entry: object): Promise<string | null> {
  const uri = uriOf(await acme.post('/scheduler/import', [entry]).expect(202));
  await worker.tick();
  const { body } = await acme.get(uri).expect(200);
  return body['job-results'].errors[0]?.message ?? null;
}

/** What a job that is made by POST, by PUT or by an import says to a field of it or of its schedule that is null. */
async function answersTo(change: object) {
  const made = aJob({ name: aName(), ...change });
  const replaced = aJob({ name: aName(), ...change });
  return {
    post: refusalOf(await acme.post('/scheduler/jobs', made)),
    put: refusalOf(await acme.put(`/scheduler/jobs/${encodeURIComponent(replaced.name)}`, replaced)),
    import: await importing(aJob({ name: aName(), ...change })),
  };
}

/** Fields that may be empty: null says that they are. All others refuse it. */
const MAY_BE_EMPTY: readonly string[] = [
  ...['description', 'startTime', 'endTime', 'ansConfig', 'calmConfig', 'user', 'password', 'data'],
  ...['cron', 'time', 'repeatInterval', 'repeatAt'],
  ...SETTING_NAMES,
];

describe('A field of a job that is null', () => {
  const fields = Object.keys(jobReplacement.out.in.shape).filter((field) => field !== 'name');

  it.each(fields)('says the same in every way a job comes: %s', async (field) => {
    const answers = await answersTo({ [field]: null });
    const wanted = MAY_BE_EMPTY.includes(field)
      ? null
      : expect.stringMatching(new RegExp(`^'${field}'.* null`));
    expect(answers).toEqual({ post: wanted, put: wanted, import: answers.post });
    expect(answers.put).toBe(answers.post);
  });

  it.each(fields.filter((field) => field !== 'schedules'))('says the same in a change: %s', async (field) => {
    const job = await createJob(acme);
    const change = refusalOf(await acme.put(job.url, { [field]: null }));
    expect(change).toBe(refusalOf(await acme.post('/scheduler/jobs', aJob({ [field]: null }))));
  });

  it('is as empty in an import as one that is left out', async () => {
    const nulls = Object.fromEntries(
      fields.filter((field) => MAY_BE_EMPTY.includes(field)).map((field) => [field, null]),
    );
    const [bare, given] = [aJob({ name: aName() }), aJob({ name: aName(), ...nulls })];
    expect(await importing(bare)).toBeNull();
    expect(await importing(given)).toBeNull();
    const shown = async ({ name }: { name: string }) => {
      const { body } = await acme.get(`/scheduler/jobs?name=${name}`).expect(200);
      return { ...body, name: '', _id: 0, jobId: 0 };
    };
    expect(await shown(given)).toEqual(await shown(bare));
  });
});

describe('A field of a schedule that is null', () => {
  const fields = Object.keys(scheduleDraft.out.in.shape);

  it.each(fields)('says the same in every way a schedule comes: %s', async (field) => {
    const timing = field === 'cron' ? { cron: undefined, repeatAt: '4pm' } : {};
    const schedule = aSchedule({ ...timing, [field]: null });
    const answers = await answersTo({ schedules: [schedule] });
    const job = await createJob(acme);
    const own = refusalOf(await acme.post(`${job.url}/schedules`, schedule));
    const change = { description: 'x', [field]: null };
    const changed = refusalOf(await acme.put(`${job.url}/schedules/${job.first.scheduleId}`, change));
    const wanted = MAY_BE_EMPTY.includes(field) ? null : `'${field}' must be`;
    for (const answer of [...Object.values(answers), own, changed]) {
      if (wanted === null) expect(answer).toBeNull();
      else expect(answer?.replace('schedules[0].', '')).toContain(wanted);
    }
  });
});

describe('An import', () => {
  it.each([
    ['schedules', 7, "'schedules' must be an array, but is 7"],
    ['schedules', {}, "'schedules' must be an array, but is {}"],
    ['startTime', {}, 'startTime {} is not a date'],
    ['password', 7, "'password' must be a string, but is something else"],
  ])('refuses %s %j as a POST does', async (field, value, message) => {
    const { post, put, import: imported } = await answersTo({ [field]: value });
    expect([post, put, imported]).toEqual(Array(3).fill(expect.stringContaining(message)));
  });

  it('takes what the SAP service and our export answer for a job that has nothing of it', async () => {
    const name = aName();
    const empty = { ansConfig: {}, calmConfig: {}, jobType: 'HTTP_ENDPOINT', schedules: [], tenantId: null };
    expect(await importing({ ...aJob({ name }), ...empty })).toBeNull();
    const { body } = await acme.get(`/scheduler/jobs?name=${name}&displaySchedules=true`).expect(200);
    expect(body).toMatchObject({ ansConfig: null, calmConfig: null, schedules: [] });
  });

  it('keeps data that is an empty object', async () => {
    const name = aName();
    expect(await importing(aJob({ name, schedules: [aSchedule({ data: {} })] }))).toBeNull();
    const { body } = await acme.get(`/scheduler/jobs?name=${name}&displaySchedules=true`).expect(200);
    expect(body.schedules[0].data).toBe('{}');
  });
});
