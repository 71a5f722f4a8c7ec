import { MOST_RUNS } from '../../src/dashboard/reads/overview/outcomes.query.js';
import { RunCountsStore } from '../../src/statistics/counts/run-counts.store.js';
import { newUuidBytes } from '../../src/database/uuid-v7.js';
import { describeReads, EVERY_MINUTE, type Stage } from './dashboard-setup.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);
const sums = ({ called, failed, unknown }: Record<'called' | 'failed' | 'unknown', number[]>) => [
  ...[sumOf(called), sumOf(failed), sumOf(unknown)],
];
const overview = async (client: Stage['acme'], query = '') =>
  (await client.get(`/dashboard/api/overview${query}`).expect(200)).body;

/** The row id of a tenancy that has a job. */
const tenancyOf = async ({ database }: Stage, jobId: number) => {
  const [row] = await database.read((tx) =>
    tx.query<{ id: number; instance: number }>(
      'SELECT tenancy_id AS id, instance_id AS instance FROM job WHERE id = ?',
      [jobId],
    ),
  );
  return row ?? { id: 0, instance: 0 };
};

describeReads('The overview', (stage) => {
  it("has a tenant's own runs by the minute in which they were due, and of an instance what was counted", async () => {
    const { acme, beta, provider, createJob, run, chores, clock, TENANTS } = await stage();
    await createJob(EVERY_MINUTE);
    await createJob(EVERY_MINUTE, { client: beta });
    await run(200, 500, 404);
    const own = await overview(acme);
    const minute = clock.now() - (clock.now() % MINUTE_MS);
    expect(own.outcomes).toMatchObject({ from: minute - 59 * MINUTE_MS, stepMs: MINUTE_MS });
    expect(own.outcomes).toMatchObject({ source: 'runs', isAbout: false });
    expect(own.outcomes.called.slice(-3)).toEqual([1, 1, 1]);
    expect(own.outcomes.failed.slice(-3)).toEqual([0, 1, 1]);
    expect(own.outcomes.called).toHaveLength(60);
    await chores.start('run-counts');
    const all = await overview(provider);
    expect(all.outcomes).toMatchObject({ source: 'counters', isAbout: true });
    expect(all.outcomes.called.slice(-3)).toEqual([2, 2, 2]);
    expect(all.outcomes.failed.slice(-3)).toEqual([0, 2, 2]);
    const named = await overview(provider, `?tenantId=${TENANTS.beta}`);
    expect(sums(named.outcomes)).toEqual([3, 2, 0]);
    // An hour later nothing of it is left.
    clock.advance(HOUR_MS);
    expect(sums((await overview(acme)).outcomes)).toEqual([0, 0, 0]);
  });

  it('counts a tenant by hours where it has more runs than are looked at', async () => {
    const place = await stage();
    const { acme, createJob, run, database, app, clock } = place;
    const job = await createJob(EVERY_MINUTE);
    await run(200);
    const { id, instance } = await tenancyOf(place, job.jobId);
    expect((await overview(acme)).outcomes.source).toBe('runs');
    const now = clock.now();
    const columns = [
      'id',
      'schedule_id',
      'tenancy_id',
      'origin',
      'state',
      'planned_at',
      'due_at',
      'created_at',
    ];
    const rows = Array.from({ length: MOST_RUNS }, (_, n) => [
      ...[newUuidBytes(now), newUuidBytes(now), id, 0, 4, now - n, now - n, now, 0, now],
    ]);
    const hour = now - (now % HOUR_MS);
    const counts = { calls: 7, failures: 2, unknowns: 1, lateness: Array.from({ length: 16 }, () => 0) };
    await database.transaction(async (tx) => {
      for (let from = 0; from < rows.length; from += 1_000) {
        await tx.dialect.insertIgnore(
          ...([
            tx,
            'run',
            [...columns, 'is_reported', 'executed_at'],
            rows.slice(from, from + 1_000),
          ] as const),
        );
      }
      const store = app.get(RunCountsStore, { strict: false });
      await store.addHours(tx, [{ key: [instance, hour - 3 * HOUR_MS, id], ...counts }]);
    });
    clock.advance(2_000);
    const { outcomes } = await overview(acme);
    expect(outcomes).toMatchObject({ source: 'hours', isAbout: true, stepMs: HOUR_MS });
    expect(outcomes.called).toHaveLength(24);
    expect([outcomes.called.at(-4), outcomes.failed.at(-4), outcomes.unknown.at(-4)]).toEqual([7, 2, 1]);
    await database.transaction((tx) =>
      tx.execute('DELETE FROM run WHERE tenancy_id = ? AND state = 4', [id]),
    );
  });

  it('has what fails, when it first ran, and how many jobs there are', async () => {
    const { acme, createJob, run, failing, clock } = await stage();
    const before = (await overview(acme)).jobs.total;
    const many = Array.from({ length: 12 }, () => EVERY_MINUTE);
    await createJob({}, { schedules: many });
    await createJob(EVERY_MINUTE, { active: false });
    await run(500);
    const { failing: shown, firstRunAt, jobs } = await overview(acme);
    const { total, results } = await failing(acme);
    expect(shown).toMatchObject({ total, lastHealedAt: null });
    expect(shown.total.schedules).toBe(12);
    expect(shown.results).toEqual(results.slice(0, 10));
    expect(jobs).toEqual({ total: before + 2, active: before + 1 });
    expect(firstRunAt).toBeLessThanOrEqual(clock.now());
  });

  it('has the runs that come next, without those that are switched off or of a suspended tenant', async () => {
    const { acme, beta, provider, createJob, clock, TENANTS } = await stage();
    const soon = await createJob({ cron: '* * * * * * 30' });
    const later = await createJob(EVERY_MINUTE, { client: beta });
    const off = await createJob({ cron: '* * * * * * 20' });
    await acme.put(off.schedule, { active: false }).expect(200);
    const nextOf = async (client: Stage['acme']) => (await overview(client)).next;
    const minute = clock.now() - (clock.now() % MINUTE_MS);
    const first = {
      plannedAt: minute + 30_000,
      schedule: {
        id: soon.scheduleId,
        description: '',
        kind: 'cron',
        expression: '* * * * * * 30',
        text: 'every minute at second 30',
      },
      job: { id: soon.jobId, name: soon.path.replace('/action', 'job') },
      tenant: { id: TENANTS.acme, subdomain: 'acme' },
    };
    const second = expect.objectContaining({
      plannedAt: minute + MINUTE_MS,
      schedule: expect.objectContaining({ id: later.scheduleId }),
    });
    expect(await nextOf(acme)).toEqual([first]);
    expect(await nextOf(provider)).toEqual([first, second]);
    await provider.post(`/admin/v1/tenants/${TENANTS.beta}/suspend`).expect(204);
    clock.advance(2_000);
    expect(await nextOf(provider)).toEqual([first]);
    await provider.post(`/admin/v1/tenants/${TENANTS.beta}/resume`).expect(204);
  });

  it("finds an instance's next runs beside many of another instance", async () => {
    const { provider, createJob, database, clock } = await stage();
    const { scheduleId } = await createJob({ cron: '* * * * 3 0 0' });
    const now = clock.now();
    const columns = [
      'id',
      'schedule_id',
      'tenancy_id',
      'origin',
      'state',
      'planned_at',
      'due_at',
      'created_at',
    ];
    const rows = Array.from({ length: 1_100 }, (_, n) => [
      ...[newUuidBytes(now), newUuidBytes(now), 999_999, 0, 0, now + 1 + n, now + 1 + n, now, 0],
    ]);
    await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', [...columns, 'is_reported'], rows));
    const { next } = await overview(provider);
    expect(next.map(({ schedule }: { schedule: { id: string } }) => schedule.id)).toEqual([scheduleId]);
    await database.transaction((tx) => tx.execute('DELETE FROM run WHERE tenancy_id = 999999'));
  });

  it('has the operations under way with how far they are', async () => {
    const { acme, beta, provider, createJob, database, clock } = await stage();
    const job = await createJob({ cron: '2099 * * * * 0 0' });
    await acme.post(job.runs).expect(202);
    const titles = async (client: Stage['acme']) => {
      const { operations } = await overview(client);
      return operations.results.map(({ title, progress }: Record<string, unknown>) => [title, progress]);
    };
    expect(await titles(acme)).toEqual([['Run now', null]]);
    expect(await titles(beta)).toEqual([]);
    await database.transaction((tx) =>
      tx.execute('UPDATE operation SET kind = ?, work = ? WHERE ended_at IS NULL', [
        ...['import-jobs', JSON.stringify({ state: 1, progress: { done: 3, total: 12 }, results: {} })],
      ]),
    );
    clock.advance(2_000);
    expect(await titles(provider)).toEqual([['Import of jobs', 0.25]]);
    expect((await overview(provider)).operations.total).toBe(1);
    await database.transaction((tx) => tx.execute('DELETE FROM operation'));
  });

  it('is shared and tagged, and hides the tenants of others', async () => {
    const { acme, TENANTS } = await stage();
    const { headers } = await acme.get('/dashboard/api/overview').expect(200);
    await acme.get('/dashboard/api/overview').set('If-None-Match', String(headers['etag'])).expect(304);
    await acme.get(`/dashboard/api/overview?tenantId=${TENANTS.beta}`).expect(404);
  });
});

describeReads('The timing of a schedule', (stage) => {
  it('has its last ended runs by how late and how long they were', async () => {
    const { acme, createJob, run, clock, drain, target } = await stage();
    const job = await createJob(EVERY_MINUTE);
    await run(200, 500);
    target.reacts({ kind: 'answer', status: 200 });
    clock.advance(MINUTE_MS + 30_000);
    await drain();
    const { body } = await acme.get(`/dashboard/api/schedules/${job.scheduleId}/timing`).expect(200);
    expect(body).toMatchObject({ runs: 3, states: { SUCCESS: 2, ERROR: 1 } });
    expect(body.steps).toHaveLength(16);
    expect(sumOf(body.lateness.counts)).toBe(3);
    // The stage begins a second after the minute: two are a second late, and one 31 seconds.
    expect(body.lateness).toMatchObject({ p50: 1_000, p99: 31_000 });
    expect([body.lateness.counts[9], body.lateness.counts[13]]).toEqual([2, 1]);
    expect(body.duration).toMatchObject({ p50: 0, p99: 0 });
  });

  it('is empty before the first run, and hidden from others', async () => {
    const { acme, beta, provider, createJob } = await stage();
    const job = await createJob(EVERY_MINUTE);
    const path = `/dashboard/api/schedules/${job.scheduleId}/timing`;
    const { body } = await acme.get(path).expect(200);
    expect(body).toMatchObject({ runs: 0, states: {}, lateness: { p50: null, p99: null } });
    await provider.get(path).expect(200);
    await beta.get(path).expect(404);
    await acme.get('/dashboard/api/schedules/elsewhere/timing').expect(404);
  });
});
