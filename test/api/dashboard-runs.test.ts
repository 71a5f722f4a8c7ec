import { Heartbeat } from '../../src/replica/heartbeat.js';
import { HeldRunStore } from '../../src/run-log/queue/held-run.store.js';
import { uuidBytes } from '../database/rows.js';
import { allPages, describeReads, EVERY_MINUTE, many, type Stage } from './dashboard-setup.js';
import { amongManyTenants, seededRuns } from './dashboard-seeded-runs.js';
import { NOWHERE } from './setup.js';

describeReads('The runs of many schedules', (stage) => {
  it('are told with their instants, those that were due last first, and their number', async () => {
    const { acme, createJob, run, runs, clock } = await stage();
    const job = await createJob(EVERY_MINUTE);
    await run(200, 500);
    const due = clock.now() - 1_000;
    const { total, results, after } = await runs(acme, `?from=${due - 60_000}`);
    const states = { SUCCESS: 1, ERROR: 1 };
    expect({ total, after }).toEqual({ total: { runs: 2, failed: 1, isMore: false, states }, after: null });
    expect(results[0]).toEqual({
      ...{ runId: expect.any(String), state: 'ERROR', origin: 'plan', scheduleId: job.scheduleId },
      tenant: { id: expect.any(String), subdomain: 'acme' },
      job: { id: job.jobId, name: job.path.replace('/action', 'job') },
      ...{ plannedAt: due, dueAt: due, calledAt: clock.now(), endedAt: clock.now(), lateMs: 1_000 },
      httpStatus: 500,
    });
    expect(results.map(({ state, dueAt }) => [state, dueAt])).toEqual([
      ['ERROR', due],
      ['SUCCESS', due - 60_000],
    ]);
  });

  it('say what keeps them from their endpoint, since when and until when', async () => {
    const { acme, createJob, run, runs, clock } = await stage();
    await createJob(EVERY_MINUTE, { throttle: { calls: 1, per: '2 minutes' } });
    await run(200, 200);
    const { results } = await runs(acme, '?state=SCHEDULED');
    const [held, ...planned] = results.filter(({ plannedAt, dueAt }) => plannedAt !== dueAt);
    expect(planned).toEqual([]);
    const { body } = await acme.get(`/dashboard/api/runs/${held?.runId}`).expect(200);
    expect(body.held).toEqual({ by: 'throttle', since: clock.now(), until: held?.dueAt });
    await run(200);
    const { body: called } = await acme.get(`/dashboard/api/runs/${held?.runId}`).expect(200);
    expect(called.state).toBe('SCHEDULED');
    await run(200);
    const { body: done } = await acme.get(`/dashboard/api/runs/${held?.runId}`).expect(200);
    expect([done.state, done.held]).toEqual(['SUCCESS', undefined]);
  });

  it('are narrowed by state and time', async () => {
    const { acme, createJob, run, runs, clock } = await stage();
    await createJob(EVERY_MINUTE);
    const from = clock.now();
    await run(200, 500, 202, 404, 200);
    const statesOf = async (query: string) =>
      (await runs(acme, `?from=${from}&${query}`)).results.map(({ state }) => state);
    expect(await statesOf('')).toEqual(['SUCCESS', 'REQUEST_ERROR', 'ACK_RECVD', 'ERROR', 'SUCCESS']);
    expect(await statesOf('state=ERROR,REQUEST_ERROR')).toEqual(['REQUEST_ERROR', 'ERROR']);
    expect(await statesOf(`to=${from + 59_000 + 60_000}`)).toEqual(['SUCCESS']);
    expect(await statesOf(`to=${from + 59_001 + 60_000}`)).toEqual(['ERROR', 'SUCCESS']);
    const planned = await runs(acme, '?state=SCHEDULED');
    expect(planned.results).toMatchObject([{ state: 'SCHEDULED', calledAt: null, endedAt: null }]);
    for (const query of [
      'state=NONE',
      'state=',
      'from=yesterday',
      'to=-1',
      'after=1',
      `after=1_${'x'.repeat(36)}`,
    ]) {
      await acme.get(`/dashboard/api/runs?${query}`).expect(400);
    }
  });

  it('come page by page, each once, where many are due at one instant', async () => {
    const here = await stage();
    const { acme, provider, createJob, run, clock, TENANTS } = here;
    await createJob({}, many(60));
    const from = clock.now();
    await run(200, 500);
    for (const [client, query] of [
      [acme, `?from=${from}`],
      [provider, `?from=${from}`],
      [provider, `?from=${from}&tenantId=${TENANTS.acme}`],
    ] as const) {
      const { pages, all } = await allPages(here, client, query);
      expect(pages.map(({ results }) => results.length)).toEqual([50, 50, 20]);
      const states = { SUCCESS: 60, ERROR: 60 };
      expect(pages.map(({ total }) => total)).toEqual([
        { runs: 120, failed: 60, isMore: false, states },
        null,
        null,
      ]);
      expect(new Set(all.map(({ runId }) => runId)).size).toBe(120);
      expect(all.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).sort((a, b) => b - a));
    }
  });

  it('are those of one schedule where it is named, with what is planned where that is asked for', async () => {
    const { acme, beta, provider, createJob, run, runs, clock } = await stage();
    const job = await createJob({}, many(2));
    const { body } = await acme.get(`${job.job}/schedules`).expect(200);
    const [one, other] = body.results.map(({ scheduleId }: { scheduleId: string }) => scheduleId);
    const from = clock.now();
    await run(200, 404, 202);
    for (const client of [acme, provider]) {
      const begun = await runs(client, `?scheduleId=${one}&from=${from}`);
      expect(begun.results.map(({ scheduleId, state }) => [scheduleId, state])).toEqual([
        [one, 'ACK_RECVD'],
        [one, 'REQUEST_ERROR'],
        [one, 'SUCCESS'],
      ]);
      const states = { SUCCESS: 1, REQUEST_ERROR: 1, ACK_RECVD: 1 };
      expect(begun.total).toEqual({ runs: 3, failed: 1, isMore: false, states });
      const all = await runs(client, `?scheduleId=${other}&from=${from}&state=SCHEDULED,ACK_RECVD`);
      expect(all.results.map(({ state }) => state)).toEqual(['SCHEDULED', 'ACK_RECVD']);
      expect(all.total?.states).toEqual({ SCHEDULED: 1, ACK_RECVD: 1 });
    }
    await beta.get(`/dashboard/api/runs?scheduleId=${one}`).expect(404);
    await acme.get(`/dashboard/api/runs?scheduleId=${NOWHERE}`).expect(404);
    await acme.get('/dashboard/api/runs?scheduleId=1').expect(404);
  });

  it("are a tenant's own, and the whole instance's for the provider", async () => {
    const { acme, beta, provider, createJob, run, runs, clock, TENANTS } = await stage();
    const [ofAcme, ofBeta] = [await createJob(EVERY_MINUTE), await createJob(EVERY_MINUTE, { client: beta })];
    const from = clock.now();
    await run(200);
    const seen = async (client: Stage['acme'], query = '') =>
      (await runs(client, `?from=${from}${query}`)).results.map(({ scheduleId }) => scheduleId).sort();
    expect(await seen(acme)).toEqual([ofAcme.scheduleId]);
    expect(await seen(beta)).toEqual([ofBeta.scheduleId]);
    expect(await seen(provider)).toEqual([ofAcme.scheduleId, ofBeta.scheduleId].sort());
    expect(await seen(provider, `&tenantId=${TENANTS.beta}`)).toEqual([ofBeta.scheduleId]);
    await acme.get(`/dashboard/api/runs?tenantId=${TENANTS.beta}`).expect(404);
    await provider.get(`/dashboard/api/runs?tenantId=${NOWHERE}`).expect(404);
    await beta.delete(ofBeta.job).expect(200);
    expect(await seen(provider)).toEqual([ofAcme.scheduleId]);
  });

  it('are planned ones as long as they are claimed and not called', async () => {
    const { acme, provider, createJob, runs, database, app, clock } = await stage();
    const job = await createJob(EVERY_MINUTE);
    clock.advance(60_000);
    const [row] = await database.read((tx) =>
      tx.query<{ id: number }>('SELECT tenancy_id AS id FROM job WHERE id = ?', [job.jobId]),
    );
    const { replicaId } = app.get(Heartbeat, { strict: false });
    const quotas = [{ tenancyId: row?.id ?? 0, limit: 5 }];
    const held = app.get(HeldRunStore, { strict: false });
    const claimed = await database.transaction((tx) =>
      held.claim(tx, { quotas, dueUntil: clock.now(), replicaId }),
    );
    expect(claimed).toHaveLength(1);
    for (const client of [acme, provider]) {
      const of = async (state: string) =>
        (await runs(client, `?state=${state}`)).results.filter(({ runId }) => runId === claimed[0]?.runId);
      expect(await of('TRIGGERED')).toEqual([]);
      expect(await of('SCHEDULED')).toMatchObject([{ state: 'SCHEDULED' }]);
    }
    await database.transaction((tx) => held.markCalled(tx, claimed, { replicaId, at: clock.now() }));
    for (const client of [acme, provider]) {
      expect(await runs(client, '?state=TRIGGERED')).toMatchObject({ results: [{ state: 'TRIGGERED' }] });
    }
    await database.transaction((tx) =>
      held.giveBack(
        tx,
        claimed.map(({ id }) => id),
        replicaId,
      ),
    );
  });

  describe('of few among many', () => {
    const seeded = async () => seededRuns(await stage());

    it('are looked for with a bounded effort, and found further on', async () => {
      const here = await seeded();
      const { provider, acme, runs, from, ownRun, store, end } = here;
      await store(Array.from({ length: 10_001 }, (_, n) => ownRun(n, n < 2 ? 'TIMEOUT' : 'SUCCESS')));
      const query = `?state=TIMEOUT&from=${from}`;
      const found = async () => {
        const { pages, all } = await allPages(here, provider, query);
        expect(pages[0]?.total).toEqual({ runs: 0, failed: 0, isMore: true, states: {} });
        expect(all.map(({ dueAt }) => dueAt - from)).toEqual([1, 0]);
        return pages.map(({ results }) => results.length);
      };
      expect(await found()).toEqual([2]);
      await amongManyTenants(here, async () => {
        expect(await found()).toEqual([0, 0, 0, 1, 1]);
      });
      expect((await runs(acme, query)).results.map(({ dueAt }) => dueAt - from)).toEqual([1, 0]);
      expect((await runs(acme, `?from=${from}`)).total).toEqual({
        runs: 10_000,
        failed: 2,
        isMore: true,
        states: { SUCCESS: 9_999, TIMEOUT: 2 },
      });
      await end();
    }, 60_000);

    it('go on after runs of their own, whatever lies between them of other instances', async () => {
      const here = await seeded();
      const { provider, from, ownRun, store, end, database } = here;
      const other = 600_000;
      await database.transaction(async (tx) => {
        const columns = ['id', 'instance_id', 'tenant_id', 'is_provider', 'created_at'];
        await tx.dialect.insertIgnore(tx, 'tenancy', columns, [[other, 9_999, uuidBytes(1), 0, 0]]);
      });
      const isOwn = (n: number) => n < 60 || n === 3_060;
      await store(
        Array.from({ length: 4_061 }, (_, n) => ownRun(n, 'SUCCESS', isOwn(n) ? undefined : other)),
      );
      const own = [3_060, ...Array.from({ length: 60 }, (_, n) => 59 - n)];
      const lengths = async () => {
        const { pages, all } = await allPages(here, provider, `?from=${from}`);
        expect(all.map(({ dueAt }) => dueAt - from)).toEqual(own);
        for (const { after, results } of pages.slice(0, -1)) {
          const last = results.at(-1);
          expect(after).toBe(`${last?.dueAt}_${last?.runId}`);
        }
        return pages.map(({ results }) => results.length);
      };
      expect(await lengths()).toEqual([50, 11]);
      await amongManyTenants(here, async () => {
        expect(await lengths()).toEqual([1, 50, 10]);
        // Sixty tenants with a run each at one instant: none is passed over.
        await database.transaction((tx) =>
          tx.execute(
            'UPDATE run SET due_at = ?, tenancy_id = 500000 + (planned_at * 7 % 60) WHERE planned_at >= ? AND planned_at < ?',
            [from, from, from + 60],
          ),
        );
        const { all } = await allPages(here, provider, `?from=${from}`);
        expect(new Set(all.map(({ runId }) => runId)).size).toBe(61);
      });
      await database.transaction((tx) => tx.execute('DELETE FROM run WHERE tenancy_id = ?', [other]));
      await database.transaction((tx) => tx.execute('DELETE FROM tenancy WHERE id = ?', [other]));
      await end();
    }, 60_000);
  });
});

describeReads('One run', (stage) => {
  it('is told with its instants, what was said, its replica and its neighbours', async () => {
    const { acme, createJob, run, runs, clock, app } = await stage();
    await createJob(EVERY_MINUTE);
    const from = clock.now();
    await run(200, 503, 202);
    const [last, middle, first] = (await runs(acme, `?from=${from}`)).results;
    const { body } = await acme.get(`/dashboard/api/runs/${middle?.runId}`).expect(200);
    const at = clock.now() - 60_000;
    expect(body).toMatchObject({
      ...{ runId: middle?.runId, state: 'ERROR', isReported: false, ackedAt: null, action: 'http' },
      limits: { answerMs: 15_000, reportMs: 30 * 60_000 },
      ...{ calledAt: at, endedAt: at, lateMs: 1_000, durationMs: 0 },
      replica: { id: app.get(Heartbeat, { strict: false }).replicaId, name: expect.any(String) },
      previous: { runId: first?.runId, state: 'SUCCESS', plannedAt: first?.plannedAt },
      next: { runId: last?.runId, state: 'ACK_RECVD', plannedAt: last?.plannedAt },
    });
    expect(body.transitions).toEqual([
      { at: body.createdAt, state: 'SCHEDULED', text: '', httpStatus: null },
      { at, state: 'TRIGGERED', text: '', httpStatus: null },
      { at, state: 'ERROR', text: expect.stringContaining('said 503'), httpStatus: 503 },
    ]);
    const acked = await acme.get(`/dashboard/api/runs/${last?.runId}`).expect(200);
    expect(acked.body).toMatchObject({ endedAt: null, durationMs: null, ackedAt: clock.now() });
    expect(acked.body.transitions.map(({ state }: { state: string }) => state)).toEqual([
      ...['SCHEDULED', 'TRIGGERED', 'ACK_RECVD'],
    ]);
    expect(acked.body.next).toMatchObject({ state: 'SCHEDULED' });
    const planned = await acme.get(`/dashboard/api/runs/${acked.body.next.runId}`).expect(200);
    expect(planned.body).toMatchObject({ state: 'SCHEDULED', replica: null, next: null, lateMs: null });
  });

  it("is nobody else's", async () => {
    const { acme, beta, provider, createJob, run, runs, clock } = await stage();
    const job = await createJob(EVERY_MINUTE);
    const from = clock.now();
    await run(200);
    const [{ runId } = { runId: '' }] = (await runs(acme, `?from=${from}`)).results;
    await provider.get(`/dashboard/api/runs/${runId}`).expect(200);
    const { body: hidden } = await beta.get(`/dashboard/api/runs/${runId}`).expect(404);
    const { body: missing } = await acme.get(`/dashboard/api/runs/${NOWHERE}`).expect(404);
    expect(hidden.detail.replace(runId, NOWHERE)).toBe(missing.detail);
    await acme.delete(job.job).expect(200);
    await acme.get(`/dashboard/api/runs/${runId}`).expect(404);
  });
});
