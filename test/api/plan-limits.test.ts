import { Database } from '../../src/database/database.js';
import { TENANTS } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startOperations, uriOf } from './operation-setup.js';

const EVERY_SECOND = { cron: '* * * * * * *', active: true };
const DAILY = { cron: '* * * * 9 0 0', active: true };
const many = (schedule: object, count: number) => Array.from({ length: count }, () => schedule);
const LIMITS = { maxSchedulesPerJob: 4, maxSchedules: 6, maxFiringsPerMinute: 120 };

describe.each(databaseKinds)('What a tenant may plan on $name', (kind) => {
  async function setup(limits: object = LIMITS) {
    const app = await startOperations(kind);
    const setLimits = (change: object) =>
      app.provider.put(`/admin/v1/tenants/${TENANTS.acme}/limits`, change);
    await setLimits(limits).expect(204);
    let made = 0;
    const draft = (schedules: object[], change: object = {}) => ({
      ...{ name: `limited-${++made}`, action: app.target.url(), active: true, schedules },
      ...change,
    });
    const post = (schedules: object[], change: object = {}) =>
      app.acme.post('/scheduler/jobs', draft(schedules, change));
    const total = async () => (await app.acme.get('/scheduler/jobs').expect(200)).body.total as number;
    const finish = async (path: string, body: object) => {
      const uri = uriOf(await app.acme.post(path, body).expect(202));
      await app.worker.tick();
      return (await app.acme.get(uri).expect(200)).body;
    };
    /** What is counted of the tenancies, and what there is. */
    const counts = () =>
      app.app.get(Database, { strict: false }).read(async (tx) => {
        const numbers = (rows: object[]) => rows.map((row) => Object.values(row).map(Number));
        const counted = await tx.query<object>(
          `SELECT tenancy_id, SUM(schedules) AS n, SUM(firings_per_hour) AS f FROM plan_count
           GROUP BY tenancy_id HAVING SUM(schedules) > 0 ORDER BY tenancy_id`,
        );
        const there = await tx.query<object>(
          `SELECT s.tenancy_id, COUNT(*) AS n, SUM(s.active * j.active * s.firings_per_hour) AS f
           FROM schedule s JOIN job j ON j.id = s.job_id GROUP BY s.tenancy_id ORDER BY s.tenancy_id`,
        );
        return { counted: numbers(counted), there: numbers(there) };
      });
    return { ...app, setLimits, draft, post, total, finish, counts };
  }

  it('is so many schedules in one job', async () => {
    const { post, total, acme } = await setup();
    const { body } = await post(many(DAILY, 4)).expect(201);
    const refused = await post(many(DAILY, 5)).expect(409);
    expect(refused.body.message).toMatch(/A job of the tenant is limited to 4 schedules and would have 5/);
    expect(await total()).toBe(1);
    await acme.post(`/scheduler/jobs/${body.jobId}/schedules`, DAILY).expect(409);
    await acme.put(`/scheduler/jobs/${body.name}`, { ...body, schedules: many(DAILY, 5) }).expect(409);
    const { body: kept } = await acme.get(`/scheduler/jobs/${body.jobId}/schedules`).expect(200);
    expect(kept.total).toBe(4);
    await acme.delete(`/scheduler/jobs/${body.jobId}/schedules/${body.schedules[0].scheduleId}`).expect(200);
    await acme.post(`/scheduler/jobs/${body.jobId}/schedules`, DAILY).expect(201);
  });

  it('is so many schedules in all, also where many are asked for at once', async () => {
    const { post, total, acme } = await setup();
    await post(many(DAILY, 4)).expect(201);
    const { body } = await post(many(DAILY, 1)).expect(201);
    const answers = await Promise.all([post([DAILY]), post([DAILY]), post([DAILY])]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.message).toMatch(
      /The tenant is limited to 6 schedules and would have 7: delete some/,
    );
    expect(await total()).toBe(3);
    await acme.put(`/scheduler/jobs/${body.name}`, { ...body, schedules: many(DAILY, 2) }).expect(409);
    await acme.put(`/scheduler/jobs/${body.name}`, { ...body, schedules: many(DAILY, 1) }).expect(200);
  });

  it('leaves other tenants alone, and is more where the provider gives more', async () => {
    const { post, setLimits, beta, draft } = await setup();
    await post(many(DAILY, 5)).expect(409);
    await beta.post('/scheduler/jobs', draft(many(DAILY, 5))).expect(201);
    await setLimits({ maxSchedulesPerJob: 5 }).expect(204);
    await post(many(DAILY, 5)).expect(201);
  });

  it('is so many firings a minute, whichever way they come', async () => {
    const { post, acme, finish, counts } = await setup();
    const tooOften = /limited to 120 planned firings a minute and would have 180/;
    const { body: first } = await post(many(EVERY_SECOND, 2)).expect(201);
    const refused = await post([EVERY_SECOND]).expect(409);
    expect(refused.body.message).toMatch(tooOften);
    await acme.post(`/scheduler/jobs/${first.jobId}/schedules`, EVERY_SECOND).expect(409);

    const { body: off } = await post([EVERY_SECOND], { active: false }).expect(201);
    const activation = await acme.put(`/scheduler/jobs/${off.jobId}`, { active: true }).expect(409);
    expect(activation.body.message).toMatch(tooOften);
    await acme.put(`/scheduler/jobs/${off.jobId}`, { active: false, description: 'x' }).expect(200);

    const { body: other } = await post([
      { ...EVERY_SECOND, active: false },
      { time: 'now', active: false },
    ]);
    const [unused, once] = other.schedules;
    const path = `/scheduler/jobs/${other.jobId}/schedules`;
    await acme.put(`${path}/${unused.scheduleId}`, { active: true }).expect(409);
    await acme.put(`${path}/${once.scheduleId}`, { active: true }).expect(200);
    await acme.post(`${path}/activationStatus`, { activationStatus: true }).expect(409);
    await acme.put(`${path}/${unused.scheduleId}`, { cron: '* * * * 9 0 0' }).expect(200);

    const bulk = await finish('/scheduler/jobs/operations/activate', { filter: "contains(name, '')" });
    expect(bulk).toMatchObject({ status: 'complete', 'job-results': { matched: 3, changed: 0 } });
    expect(bulk['job-results'].errors).toEqual([
      { jobId: off.jobId, message: expect.stringMatching(tooOften) },
    ]);
    const { counted, there } = await counts();
    expect(counted).toEqual(there);

    await acme.put(`/scheduler/jobs/${first.jobId}`, { active: false }).expect(200);
    await acme.put(`/scheduler/jobs/${off.jobId}`, { active: true }).expect(200);
  });

  it('lets entries of an import fail that go beyond it, and makes the others', async () => {
    const { finish, draft, total } = await setup();
    const jobs = [draft(many(DAILY, 3)), draft(many(DAILY, 5)), draft(many(EVERY_SECOND, 3)), draft([DAILY])];
    const { 'job-results': results } = await finish('/scheduler/import', { jobs });
    expect(results).toMatchObject({ created: 2, failed: 2 });
    expect(results.errors.map((error: { message: string }) => error.message)).toEqual([
      expect.stringMatching(/limited to 4 schedules/),
      expect.stringMatching(/limited to 120 planned firings a minute/),
    ]);
    expect(await total()).toBe(2);
  });

  it('is at most what the operator permits', async () => {
    const { setLimits } = await setup();
    const { body } = await setLimits({ maxFiringsPerMinute: 600_001 }).expect(400);
    expect(body.detail).toMatch(
      /'maxFiringsPerMinute' 600001 is more than the operator permits: give at most 600000/,
    );
    await setLimits({ maxFiringsPerMinute: 600_000 }).expect(204);
    await setLimits({}).expect(204);
  });

  it('is counted as it is, after whatever happened', async () => {
    const { post, acme, beta, draft, finish, counts, clock, tick, sweeper } = await setup({});
    const ending = { ...EVERY_SECOND, endTime: { date: '2000-01-01', format: 'YYYY-MM-DD' } };
    const hourly = { cron: '* * * * * 0 0', active: true };
    const { body: one } = await post([EVERY_SECOND, DAILY, ending, { time: 'now', active: true }]).expect(
      201,
    );
    const { body: two } = await post([{ repeatInterval: '10 minutes', active: true }, hourly]).expect(201);
    await beta.post('/scheduler/jobs', draft([hourly])).expect(201);
    const path = `/scheduler/jobs/${one.jobId}/schedules`;
    const [often] = one.schedules;
    const steps: (() => PromiseLike<unknown>)[] = [
      () => acme.put(`${path}/${often.scheduleId}`, { cron: '* * * * * * 0' }).expect(200),
      () => acme.post(path, DAILY).expect(201),
      () => acme.put(`/scheduler/jobs/${one.jobId}`, { active: false }).expect(200),
      () => acme.post(`${path}/activationStatus`, { activationStatus: false }).expect(200),
      () => acme.post(`${path}/activationStatus`, { activationStatus: true }).expect(200),
      () => acme.put(`/scheduler/jobs/${one.jobId}`, { active: true }).expect(200),
      () => acme.put(`/scheduler/jobs/${one.jobId}`, { endTime: '2000-01-01' }).expect(200),
      () =>
        acme.put(`/scheduler/jobs/${two.name}`, { ...two, active: false, schedules: [hourly] }).expect(200),
      () => finish('/scheduler/jobs/operations/activate', { filter: "contains(name, '')" }),
      () => acme.delete(`${path}/${often.scheduleId}`).expect(200),
      () => finish('/scheduler/jobs/operations/delete', { filter: `contains(name, '${one.name}')` }),
      () => acme.delete(`/scheduler/jobs/${two.jobId}/schedules`).expect(200),
      () => post([hourly, { time: 'now', active: true }]).expect(201),
      async () => {
        clock.advance(1_000);
        await tick();
        clock.advance(31 * 86_400_000);
        await sweeper.retire();
        const { there } = await counts();
        // The hourly one of each tenant: the one-time schedule is deleted, being of no use any more.
        expect(there.map(([, schedules]) => schedules)).toEqual([1, 1]);
      },
    ];
    for (const [place, step] of steps.entries()) {
      await step();
      const { counted, there } = await counts();
      expect({ place, counted }).toEqual({ place, counted: there });
    }
  });
});
