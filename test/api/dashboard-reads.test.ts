import { jest } from '@jest/globals';
import { DAY_MS } from '../../src/core/instant.js';
import { RUN_STATES, type RunState } from '../../src/core/run-state.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { FailingQuery } from '../../src/dashboard/reads/failing/failing.query.js';
import { NOWHERE } from './setup.js';
import { describeReads, EVERY_MINUTE } from './dashboard-setup.js';

describeReads('The failing schedules', (stage) => {
  it('are told with the first of their failures, their number and the last success', async () => {
    const { acme, createJob, run, clock, failing } = await stage();
    const job = await createJob(EVERY_MINUTE);
    await run(200);
    const lastSuccessAt = clock.now();
    await run(500);
    const since = clock.now();
    await run(503);
    const { total, lastHealedAt, results, after } = await failing(acme);
    expect({ total, lastHealedAt, after }).toEqual({
      total: { schedules: 1, jobs: 1, isMore: false },
      ...{ lastHealedAt: null, after: null },
    });
    expect(results).toEqual([
      {
        schedule: {
          id: job.scheduleId,
          description: '',
          kind: 'cron',
          expression: EVERY_MINUTE.cron,
          text: 'every minute',
        },
        job: { id: job.jobId, name: job.path.replace('/action', 'job') },
        tenant: { id: expect.any(String), subdomain: 'acme' },
        ...{ since, times: 2, lastSuccessAt },
        lastRun: expect.objectContaining({ state: 'ERROR', httpStatus: 503, endedAt: clock.now() }),
      },
    ]);
    await run(200);
    expect(await failing(acme)).toMatchObject({
      total: { schedules: 0 },
      lastHealedAt: clock.now(),
      results: [],
    });
  });

  it('are without those that were switched off or deleted a moment ago', async () => {
    const { acme, createJob, run, failing, clock } = await stage();
    const [off, gone, failed] = [
      await createJob(EVERY_MINUTE),
      await createJob(EVERY_MINUTE),
      await createJob(EVERY_MINUTE),
    ];
    await run(500);
    expect(await failing(acme)).toMatchObject({ total: { schedules: 3, jobs: 3 } });
    await acme.put(off.schedule, { active: false }).expect(200);
    await acme.delete(gone.job).expect(200);
    clock.advance(2_000);
    const { total, results } = await failing(acme);
    expect(total?.schedules).toBe(1);
    expect(results.map(({ job }) => job.id)).toEqual([failed.jobId]);
  });

  it("are a tenant's own, and all of the instance for the provider, who may name a tenant", async () => {
    const { acme, beta, provider, createJob, run, failing, TENANTS } = await stage();
    const [ofAcme, ofBeta] = [await createJob(EVERY_MINUTE), await createJob(EVERY_MINUTE, { client: beta })];
    await run(500);
    const jobsOf = async (...words: Parameters<typeof failing>) =>
      (await failing(...words)).results.map(({ job }) => job.id).sort((a, b) => a - b);
    expect(await jobsOf(acme)).toEqual([ofAcme.jobId]);
    expect(await jobsOf(beta)).toEqual([ofBeta.jobId]);
    expect(await jobsOf(provider)).toEqual([ofAcme.jobId, ofBeta.jobId]);
    expect(await jobsOf(provider, `?tenantId=${TENANTS.beta}`)).toEqual([ofBeta.jobId]);
    expect(await jobsOf(acme, `?tenantId=${TENANTS.acme}`)).toEqual([ofAcme.jobId]);
    const texts = [];
    for (const [client, tenantId] of [
      [acme, TENANTS.beta],
      [acme, NOWHERE],
      [provider, NOWHERE],
    ] as const) {
      const { body, headers } = await client.get(`/dashboard/api/failing?tenantId=${tenantId}`).expect(404);
      expect(headers['content-type']).toMatch('application/problem+json');
      texts.push(body.detail.replace(tenantId, ''));
    }
    expect(new Set(texts).size).toBe(1);
  });

  it('come page by page, each once', async () => {
    const { acme, createJob, run, failing } = await stage();
    const { jobId } = await createJob({}, { schedules: Array.from({ length: 120 }, () => EVERY_MINUTE) });
    await run(500);
    const seen: string[] = [];
    let query = '';
    for (let pages = 1; ; pages++) {
      const { results, after, total } = await failing(acme, query);
      expect(total).toEqual(query === '' ? { schedules: 120, jobs: 1, isMore: false } : null);
      seen.push(...results.map(({ schedule }) => schedule.id));
      expect(results.every(({ job }) => job.id === jobId)).toBe(true);
      if (after === null) {
        expect(pages).toBe(3);
        break;
      }
      query = `?after=${after}`;
    }
    expect(new Set(seen).size).toBe(120);
    await acme.get('/dashboard/api/failing?after=elsewhere').expect(400);
  });

  it('are computed once per two seconds and scope, and a client that has the answer is told so', async () => {
    const { acme, beta, app, clock, createJob, run } = await stage();
    const page = jest.spyOn(app.get(FailingQuery, { strict: false }), 'page');
    const ask = (client = acme) => client.get('/dashboard/api/failing');
    const [first] = await Promise.all([ask().expect(200), ask().expect(200), ask(beta).expect(200)]);
    expect(page).toHaveBeenCalledTimes(2);
    const tag = String(first.headers['etag']);
    expect(first.headers['cache-control']).toBe('no-store');
    const same = await ask().set('If-None-Match', tag).expect(304);
    expect(same.text).toBe('');
    expect(page).toHaveBeenCalledTimes(2);
    await createJob(EVERY_MINUTE);
    await run(500);
    await ask().set('If-None-Match', tag).expect(200);
    expect(page).toHaveBeenCalledTimes(3);
    clock.advance(2_000);
    await ask().expect(200);
    expect(page).toHaveBeenCalledTimes(4);
    page.mockRestore();
    // Other answers have no tag, and `*` matches none.
    await acme.get('/dashboard/api/runs').set('If-None-Match', '*').expect(200);
  });
});

describeReads('The number of failing schedules', (stage) => {
  it('is that of what is noted where it is large', async () => {
    const { acme, createJob, run, failing, chores, clock } = await stage();
    const { job } = await createJob({}, { schedules: Array.from({ length: 501 }, () => EVERY_MINUTE) });
    await createJob(EVERY_MINUTE);
    await run(500);
    expect(await failing(acme)).toMatchObject({ total: { schedules: 502, jobs: 2, isMore: false } });
    await acme.put(job, { active: false }).expect(200);
    clock.advance(2_000);
    expect(await failing(acme)).toMatchObject({ total: { schedules: 502 }, results: [{}] });
    await chores.start('failing-schedules');
    clock.advance(2_000);
    expect(await failing(acme)).toMatchObject({ total: { schedules: 1, jobs: 1 }, results: [{}] });
  });
});

describeReads('The strips of schedules', (stage) => {
  it('have the last runs that were called, oldest first', async () => {
    const { acme, createJob, run, clock } = await stage();
    const job = await createJob(EVERY_MINUTE);
    const none = await createJob({ cron: '2099 * * * * 0 0' });
    await run(200, 500, 202);
    const ids = [none.scheduleId, job.scheduleId].join(',');
    const { body } = await acme.get(`/dashboard/api/strips?schedules=${ids}`).expect(200);
    const last = clock.now() - 1_000;
    expect(body.results).toEqual([
      { scheduleId: none.scheduleId, runIds: [], states: [], plannedAt: [], calledAt: [], endedAt: [] },
      {
        scheduleId: job.scheduleId,
        runIds: [expect.any(String), expect.any(String), expect.any(String)],
        states: ['SUCCESS', 'ERROR', 'ACK_RECVD'],
        plannedAt: [last - 120_000, last - 60_000, last],
        calledAt: [expect.any(Number), expect.any(Number), expect.any(Number)],
        endedAt: [expect.any(Number), expect.any(Number), null],
      },
    ]);
    const short = await acme.get(`/dashboard/api/strips?runs=1&schedules=${job.scheduleId}`).expect(200);
    expect(short.body.results[0].states).toEqual(['ACK_RECVD']);
  });

  it('have runs that are called again and that were skipped, and none that only waits', async () => {
    const { acme, createJob, run, clock, database } = await stage();
    const job = await createJob(EVERY_MINUTE);
    await run(200, 200, 200, 200, 200, 200);
    const { results } = (await acme.get(`/dashboard/api/strips?schedules=${job.scheduleId}`).expect(200))
      .body;
    const later = clock.now() + DAY_MS;
    // The states as they are stored, those that were claimed again among them.
    const stored: readonly (readonly [state: RunState, attempt: number])[] = [
      ...([
        ['SKIPPED', 1],
        ['WAITING', 1],
        ['TRIGGERED', 1],
      ] as const),
      ...([
        ['RETRYING', 2],
        ['TRIGGERED', 2],
      ] as const),
    ];
    for (const [place, [state, attempt]] of stored.entries()) {
      await database.transaction((tx) =>
        tx.execute('UPDATE run SET state = ?, attempt = ?, executed_at = NULL, due_at = ? WHERE id = ?', [
          ...[RUN_STATES.indexOf(state), attempt, later, uuidToBytes(results[0].runIds[place])],
        ]),
      );
    }
    const { body } = await acme.get(`/dashboard/api/strips?schedules=${job.scheduleId}`).expect(200);
    expect(body.results[0]).toMatchObject({
      states: ['SKIPPED', 'RETRYING', 'RETRYING', 'SUCCESS'],
      calledAt: [null, null, null, expect.any(Number)],
    });
  });

  it("leave out schedules that are another tenant's, of a deleted job, or nowhere", async () => {
    const { acme, beta, provider, createJob, run } = await stage();
    const [own, other] = [await createJob(EVERY_MINUTE), await createJob(EVERY_MINUTE, { client: beta })];
    await run(200);
    const ids = [own.scheduleId, other.scheduleId, NOWHERE].join(',');
    const seen = async (client = acme) => {
      const { body } = await client.get(`/dashboard/api/strips?schedules=${ids}`).expect(200);
      return body.results.map(({ scheduleId }: { scheduleId: string }) => scheduleId);
    };
    expect(await seen()).toEqual([own.scheduleId]);
    expect(await seen(beta)).toEqual([other.scheduleId]);
    expect(await seen(provider)).toEqual([own.scheduleId, other.scheduleId]);
    await acme.delete(own.job).expect(200);
    expect(await seen()).toEqual([]);
  });

  it.each([
    '',
    '?schedules=',
    '?schedules=x',
    `?schedules=${NOWHERE}&runs=51`,
    `?schedules=${NOWHERE}&runs=0`,
  ])('refuse %j', async (query) => {
    const { acme } = await stage();
    const { body } = await acme.get(`/dashboard/api/strips${query}`).expect(400);
    expect(body).toMatchObject({ status: 400, title: 'Bad Request' });
  });
});
