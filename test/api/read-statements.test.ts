import { Database } from '../../src/database/database.js';
import { countOfReads } from '../support/statements.js';
import { aSchedule, createJob, describeApi, refuses, DEFAULT_PREFIX, type Api } from './setup.js';

interface Shown {
  readonly scheduleId: string;
  readonly data: string;
  readonly nextRunAt: string | null;
}

const databaseOf = ({ app }: Api) => app.get(Database, { strict: false });

/** Returns the schedules of a job as they are shown with it, and as they are listed by themselves. */
async function bothWays({ acme }: Api, url: string) {
  const { body: job } = await acme.get(`${url}?displaySchedules=true`).expect(200);
  const { body: list } = await acme.get(`${url}/schedules`).expect(200);
  const those = (schedules: readonly Shown[]) =>
    schedules.map(({ scheduleId, data, nextRunAt }) => ({ scheduleId, data, nextRunAt }));
  return { inJob: those(job.schedules), listed: those(list.results) };
}

const placed = (count: number) => Array.from({ length: count }, (_, place) => ({ place }));
const schedules = (count: number) => placed(count).map((data) => aSchedule({ data }));

describeApi('The number of statements', (api) => {
  const statements = async (path: (job: Awaited<ReturnType<typeof createJob>>) => string, count = 1) => {
    const job = await createJob(api().acme, { active: true, schedules: schedules(count) });
    return countOfReads(databaseOf(api()), () => api().acme.get(path(job)).expect(200));
  };

  it('is one for a job, with its schedules where they are few and without', async () => {
    expect(await statements(({ url }) => url, 5)).toBe(1);
    expect(await statements(({ url }) => `${url}?displaySchedules=true`)).toBe(1);
    expect(await statements(({ url }) => `${url}?displaySchedules=true`, 4)).toBe(1);
    // One that finds too many, and those that read them in parts.
    expect(await statements(({ url }) => `${url}?displaySchedules=true`, 5)).toBe(5);
  });

  it('is one for a schedule and for the number of jobs', async () => {
    expect(await statements(({ url, first }) => `${url}/schedules/${first.scheduleId}`)).toBe(1);
    expect(await statements(() => '/scheduler/jobCount')).toBe(1);
  });

  it('is five for a page of jobs, however many they are', async () => {
    await createJob(api().acme);
    expect(await statements(() => '/scheduler/jobs?page_size=2')).toBe(5);
    expect(await statements(() => '/scheduler/jobs?page_size=50')).toBe(5);
  });
});

describeApi('The schedules of a job', (api) => {
  it.each([1, 4, 5, 6])('are shown with it in the order in which they were made: %i', async (count) => {
    const { url } = await createJob(api().acme, { active: true, schedules: schedules(count) });
    const { inJob, listed } = await bothWays(api(), url);
    expect(inJob).toEqual(listed);
    expect(inJob.map(({ data }) => JSON.parse(data))).toEqual(placed(count));
    expect(inJob.map(({ nextRunAt }) => nextRunAt)).toEqual(inJob.map(() => expect.any(String)));
  });

  it('are shown whole where their data is large', async () => {
    const job = await createJob(api().acme, { active: true, schedules: schedules(3) });
    const data = JSON.stringify({ text: 'x'.repeat(300_000) });
    await databaseOf(api()).transaction((tx) =>
      tx.execute('UPDATE schedule SET data = ? WHERE job_id = ?', [data, job._id]),
    );
    const { inJob, listed } = await bothWays(api(), job.url);
    expect(inJob.map((schedule) => schedule.data)).toEqual([data, data, data]);
    expect(inJob).toEqual(listed);
  });

  it('have no next run where they or their job are switched off', async () => {
    const { acme } = api();
    const made = [...schedules(1), aSchedule({ active: false })];
    const job = await createJob(acme, { active: true, schedules: made });
    const next = async () => (await bothWays(api(), job.url)).inJob.map(({ nextRunAt }) => nextRunAt);
    expect(await next()).toEqual([expect.any(String), null]);
    await acme.put(job.url, { active: false }).expect(200);
    expect(await next()).toEqual([null, null]);
  });
});

describeApi('A schedule that is not there', (api) => {
  it('is told from a job that is not there', async () => {
    const { acme, beta } = api();
    const job = await createJob(acme);
    const of = (url: string) => `${url}/schedules/${job.first.scheduleId}`;
    const other = await createJob(acme);
    const missing = `${DEFAULT_PREFIX}There is no schedule with the id '${job.first.scheduleId}' in a job ${other._id}.`;
    await refuses(acme.get(of(other.url)), 404, missing);
    const noJob = (id: number) => `${DEFAULT_PREFIX}There is no job with the id ${id}.`;
    await refuses(acme.get(of('/scheduler/jobs/999999')), 404, noJob(999_999));
    await refuses(beta.get(of(job.url)), 404, noJob(job._id));
    await acme.get(of(job.url)).expect(200);
  });
});
