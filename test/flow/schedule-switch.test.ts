import { TENANTS } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startOperations, uriOf, type TestJob } from '../api/operation-setup.js';

const HOURLY = { repeatInterval: '1 hour', startTime: '2099-01-01 00:00:00', active: false };
/** More of one job than the default permits. */
const MANY = { MAX_SCHEDULES_PER_JOB: '5000..100000' };
const pathOf = ({ jobId }: TestJob) => `/scheduler/jobs/${jobId}/schedules`;

describe.each(databaseKinds)('a switch of all schedules of a job on $name', (kind) => {
  let service: Awaited<ReturnType<typeof startOperations>>;
  beforeAll(async () => (service = await startOperations(kind, MANY)));

  /** A job with so many schedules that are off. */
  const withSchedules = (count: number): Promise<TestJob> =>
    service.createJob(service.acme, { schedules: Array.from({ length: count }, () => HOURLY) });

  const switched = ({ acme }: typeof service, job: TestJob, activationStatus: boolean) =>
    acme.post(`${pathOf(job)}/activationStatus`, { activationStatus });

  const active = async (job: TestJob) => {
    const { body } = await service.acme.get(`/scheduler/jobs/${job.jobId}?displaySchedules=true`).expect(200);
    const schedules = body.schedules as { active: boolean; nextRunAt: string | null; scheduleId: string }[];
    return schedules.filter((schedule) => schedule.active);
  };

  it('is done within the request where there are few', async () => {
    const job = await withSchedules(30);
    expect((await switched(service, job, true).expect(200)).body).toEqual({ success: true });
    expect(await active(job)).toHaveLength(30);
  });

  it('is an operation where there are more than 1,000, and plans every one of them', async () => {
    const { acme, worker } = service;
    const job = await withSchedules(1_001);
    const answer = await switched(service, job, true).expect(202);
    expect(answer.headers['operation-location']).toBe(uriOf(answer));
    await worker.tick();
    expect((await acme.get(uriOf(answer)).expect(200)).body).toMatchObject({
      status: 'complete',
      'job-status-code': 200,
      'job-results': { 'job-id': job.jobId, active: true, changed: 1_001 },
    });
    const on = await active(job);
    expect(on).toHaveLength(1_001);
    expect(on.filter(({ nextRunAt }) => nextRunAt === null)).toEqual([]);

    // What is changed after the request stays as it is, and the later of two requests wins.
    service.clock.advance(1_000);
    const off = uriOf(await switched(service, job, false).expect(202));
    service.clock.advance(1_000);
    const again = uriOf(await switched(service, job, true).expect(202));
    service.clock.advance(1_000);
    const [kept] = await active(job);
    await acme.put(`${pathOf(job)}/${kept?.scheduleId ?? ''}`, { active: false }).expect(200);
    await worker.tick();
    expect((await acme.get(off)).body.status).toBe('complete');
    expect((await acme.get(again)).body.status).toBe('complete');
    const left = await active(job);
    expect(left).toHaveLength(1_000);
    expect(left.map(({ scheduleId }) => scheduleId)).not.toContain(kept?.scheduleId);
  });

  it('ends with what a limit says, and with what was done until then', async () => {
    const { provider, acme, worker } = service;
    const job = await withSchedules(1_001);
    await provider.put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxFiringsPerMinute: 1 }).expect(204);
    const uri = uriOf(await switched(service, job, true).expect(202));
    await worker.tick();
    const { body } = await acme.get(uri).expect(200);
    expect(body).toMatchObject({ status: 'complete', 'job-status-code': 409, 'job-reason-code': 1 });
    expect(body['job-results'].message).toMatch(/limit/);
    expect(await active(job)).toHaveLength(body['job-results'].changed);
    await provider.put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxFiringsPerMinute: null }).expect(204);
  });

  it('is refused for a job of somebody else, however large', async () => {
    const job = await withSchedules(2);
    await service.beta.post(`${pathOf(job)}/activationStatus`, { activationStatus: true }).expect(404);
    expect(await active(job)).toHaveLength(0);
  });
});
