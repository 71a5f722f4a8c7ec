import { JobListQuery } from '../../src/dashboard/reads/jobs/job-list.query.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { runRow, uuid } from '../database/rows.js';
import { describeReads, EVERY_MINUTE, many } from './dashboard-setup.js';
import { NOWHERE } from './setup.js';

const OFF = { schedules: [{ ...EVERY_MINUTE, active: false }] };

describeReads('The jobs of the dashboard', (stage) => {
  async function listed() {
    const all = await stage();
    const list = async (query = '', client = all.acme) => {
      all.clock.advance(2_000);
      const { body } = await client.get(`/dashboard/api/jobs${query}`).expect(200);
      return body as {
        jobs: number;
        inactive: number;
        failing: { jobs: number; isMore: boolean };
        total: { jobs: number; isMore: boolean };
        results: { id: number; name: string; isFailing: boolean; schedule: { id: string } | null }[];
      };
    };
    const detail = async (jobId: number, client = all.acme) => {
      all.clock.advance(2_000);
      return (await client.get(`/dashboard/api/jobs/${jobId}`).expect(200)).body;
    };
    const idsOf = async (query: string, client = all.acme) =>
      (await list(query, client)).results.map(({ id }) => id);
    return { ...all, list, detail, idsOf };
  }

  it('are counted, and have the schedule that runs next', async () => {
    const { createJob, list, clock } = await listed();
    const job = await createJob(EVERY_MINUTE);
    const { results, ...counts } = await list();
    expect(counts).toEqual({
      ...{ jobs: 1, inactive: 0, failing: { jobs: 0, isMore: false } },
      total: { jobs: 1, isMore: false },
    });
    expect(results).toMatchObject([
      {
        ...{
          id: job.jobId,
          isFailing: false,
          active: true,
          kind: 'http',
          schedules: { total: 1, active: 1 },
        },
        tenant: { subdomain: 'acme' },
        schedule: {
          id: job.scheduleId,
          active: true,
          kind: 'cron',
          expression: EVERY_MINUTE.cron,
          text: 'every minute',
        },
      },
    ]);
    const { nextAt } = results[0]?.schedule as unknown as { nextAt: number };
    expect(nextAt - clock.now()).toBeGreaterThan(0);
    expect(nextAt - clock.now()).toBeLessThanOrEqual(60_000);
  });

  it('are found by what fails, by what is off and by a part of their name', async () => {
    const { acme, createJob, run, list, idsOf } = await listed();
    const fine = await createJob(EVERY_MINUTE);
    const off = await createJob(EVERY_MINUTE);
    await run(200);
    await acme.put(off.job, { active: false }).expect(200);
    const failed = await createJob({}, many(3));
    await acme.put(fine.schedule, { active: false }).expect(200);
    await run(500);
    expect(await idsOf('')).toEqual(expect.arrayContaining([fine.jobId, off.jobId, failed.jobId]));
    expect(await idsOf('?state=failing')).toEqual([failed.jobId]);
    expect(await idsOf('?state=inactive')).toEqual([off.jobId]);
    expect(await list('?state=failing')).toMatchObject({
      ...{ jobs: 3, inactive: 1, failing: { jobs: 1 }, total: { jobs: 1 } },
      results: [{ isFailing: true }],
    });
    const [{ name } = { name: '' }] = (await list('?state=failing')).results;
    expect(await idsOf(`?q=${encodeURIComponent(name.toUpperCase())}`)).toEqual([failed.jobId]);
    expect(await idsOf(`?q=${encodeURIComponent(name)}&state=inactive`)).toEqual([]);
    expect(await idsOf('?q=%25')).toEqual([]);
    expect((await list(`?q=${encodeURIComponent(name)}`)).total).toEqual({ jobs: 1, isMore: false });
  });

  it('are found by a part of their name in any case, in every script, and by their names alone', async () => {
    const { createJob, acme, idsOf } = await listed();
    const job = await createJob({}, { ...OFF, name: 'ÜBERWEISUNG Łódź ОТЧЁТ', description: 'Änderungen' });
    await createJob({}, OFF);
    for (const q of ['überw', 'ÜBERW', 'łÓDŹ', 'отчёт', 'Отчёт']) {
      expect([q, await idsOf(`?q=${encodeURIComponent(q)}`)]).toEqual([q, [job.jobId]]);
    }
    for (const q of ['änderungen', 'ОТЧЁТ\nÄ', 'uber']) {
      expect([q, await idsOf(`?q=${encodeURIComponent(q)}`)]).toEqual([q, []]);
    }
    expect(await idsOf(`?q=${encodeURIComponent('ÜBER')}&state=inactive`)).toEqual([]);
    await acme.put(job.job, { active: false }).expect(200);
    for (const more of ['&state=inactive', '&sort=next', '&sort=newest']) {
      expect(await idsOf(`?q=${encodeURIComponent('ÜBER')}${more}`)).toEqual([job.jobId]);
    }
  });

  it('show a schedule as it was written where an earlier version stored what this one cannot read', async () => {
    const { createJob, list, detail, database, failing, run, acme } = await listed();
    const job = await createJob(EVERY_MINUTE);
    await run(500);
    await database.transaction((tx) =>
      tx.execute("UPDATE schedule SET expression = '* * * * * 99' WHERE job_id = ?", [job.jobId]),
    );
    const shown = { kind: 'cron', expression: '* * * * * 99', text: '* * * * * 99' };
    expect((await list()).results).toMatchObject([{ id: job.jobId, schedule: shown }]);
    expect((await detail(job.jobId)).results).toMatchObject([shown]);
    expect((await failing(acme)).results).toMatchObject([{ schedule: shown }]);
  });

  it('show the failing schedule first, wherever it stands in its job', async () => {
    const { createJob, acme, run, list } = await listed();
    const job = await createJob(EVERY_MINUTE, {
      schedules: Array.from({ length: 30 }, () => OFF.schedules[0]),
    });
    const { body } = await acme.post(`${job.job}/schedules`, EVERY_MINUTE).expect(201);
    await run(503);
    expect((await list()).results).toMatchObject([{ schedule: { id: body.scheduleId }, isFailing: true }]);
  });

  it('come in pages, by name or the newest first', async () => {
    const { createJob, idsOf } = await listed();
    const ids: number[] = [];
    for (let count = 0; count < 55; count++) ids.push((await createJob({}, OFF)).jobId);
    expect(await idsOf('?sort=newest')).toEqual(ids.toReversed().slice(0, 50));
    expect(await idsOf('?sort=newest&page=2')).toEqual(ids.slice(0, 5).toReversed());
    const byName = [...(await idsOf('')), ...(await idsOf('?page=2'))];
    expect(byName).toHaveLength(55);
    expect(new Set(byName)).toEqual(new Set(ids));
    expect(await idsOf('?page=3')).toEqual([]);
  });

  it('come in the order in which they run next, then by name', async () => {
    const { createJob, acme, provider, idsOf, clock } = await listed();
    const at = (hour: number, more = {}) => ({ cron: `* * * * ${hour} 30 0`, active: true, ...more });
    const hour = new Date(clock.now()).getUTCHours();
    const [late, soon, none] = [
      await createJob(at((hour + 9) % 24)),
      await createJob({}, { schedules: [at((hour + 15) % 24), at((hour + 3) % 24)] }),
      await createJob(at((hour + 2) % 24, { active: false })),
    ];
    const off = await createJob(at((hour + 1) % 24));
    await acme.put(off.job, { active: false }).expect(200);
    // A run on request is none that is planned.
    await acme.post(`${late.schedule}/runs`, {}).expect(202);
    for (const client of [acme, provider]) {
      expect((await idsOf('?sort=next', client)).slice(0, 2)).toEqual([soon.jobId, late.jobId]);
      expect(await idsOf('?sort=next', client)).toEqual([
        ...[soon.jobId, late.jobId],
        ...(await idsOf('', client)).filter((id) => [none.jobId, off.jobId].includes(id)),
      ]);
    }
    expect(await idsOf('?sort=next&state=inactive')).toEqual([off.jobId]);
  });

  it('come with those first that failed last, then by name', async () => {
    const { createJob, acme, provider, run, idsOf } = await listed();
    const fine = [await createJob({}, OFF), await createJob({}, OFF)].map(({ jobId }) => jobId);
    const former = await createJob(EVERY_MINUTE);
    await run(500);
    await acme.put(`${former.schedule}`, { cron: '2099 * * * 3 0 0' }).expect(200);
    const latter = await createJob({}, many(2));
    await run(500);
    for (const client of [acme, provider]) {
      expect(await idsOf('?sort=result', client)).toEqual([
        ...[latter.jobId, former.jobId],
        ...(await idsOf('', client)).filter((id) => fine.includes(id)),
      ]);
    }
    expect(await idsOf('?sort=result&state=failing')).toEqual([latter.jobId, former.jobId]);
  });

  it('have none twice and none left out where an order goes over to the names within a page', async () => {
    const { createJob, idsOf } = await listed();
    const ids: number[] = [];
    for (let count = 0; count < 52; count++) ids.push((await createJob(EVERY_MINUTE)).jobId);
    for (let count = 0; count < 52; count++) ids.push((await createJob({}, OFF)).jobId);
    const pages = [];
    for (const page of [1, 2, 3]) pages.push(await idsOf(`?sort=next&page=${page}`));
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 4]);
    expect(pages.flat().slice(0, 52)).toEqual(expect.arrayContaining(ids.slice(0, 52)));
    expect(new Set(pages.flat())).toEqual(new Set(ids));
  });

  it("are a tenant's own", async () => {
    const { acme, beta, provider, createJob, run, idsOf, TENANTS } = await listed();
    const [ofAcme, ofBeta] = [await createJob(EVERY_MINUTE), await createJob(EVERY_MINUTE, { client: beta })];
    await run(500);
    for (const query of ['?', '?state=failing&', '?sort=newest&', '?q=o&']) {
      const own = await idsOf(query);
      expect(own).not.toContain(ofBeta.jobId);
      const both = await idsOf(query, provider);
      expect(await idsOf(`${query}tenantId=${TENANTS.beta}`, provider)).toEqual(
        both.filter((id) => id !== ofAcme.jobId),
      );
    }
    expect(await idsOf('?state=failing', provider)).toHaveLength(2);
    await acme.get(`/dashboard/api/jobs?tenantId=${NOWHERE}`).expect(404);
    await acme.get(`/dashboard/api/jobs/${ofBeta.jobId}`).expect(404);
    await beta.get(`/dashboard/api/jobs/${ofBeta.jobId}`).expect(200);
    for (const query of ['?page=0', '?state=other', '?sort=last']) {
      await acme.get(`/dashboard/api/jobs${query}`).expect(400);
    }
  });

  it('one is told with its settings, its schedules and what fails of them', async () => {
    const { acme, createJob, run, detail, clock } = await listed();
    const job = await createJob(EVERY_MINUTE);
    await run(200);
    const lastSuccessAt = clock.now();
    await run(502);
    const since = clock.now();
    const { body } = await acme
      .post(`${job.job}/schedules`, { repeatAt: '18:40', timeZone: 'europe/berlin', active: false })
      .expect(201);
    expect(await detail(job.jobId)).toMatchObject({
      ...{ id: job.jobId, httpMethod: 'POST', schedules: { total: 2, active: 1 }, user: null, settings: {} },
      results: [
        {
          ...{ id: job.scheduleId, active: true, settings: {} },
          failing: { since, times: 1, lastSuccessAt, lastRun: { state: 'ERROR', text: expect.any(String) } },
        },
        {
          ...{ id: body.scheduleId, kind: 'dailyAt', active: false, nextAt: null, failing: null },
          settings: { timeZone: 'Europe/Berlin' },
        },
      ],
    });
    await run(200);
    expect((await detail(job.jobId)).results[0].failing).toBeNull();
  });

  it('are searched for one question of a tenant at a time, and for others meanwhile', async () => {
    const { acme, beta, app, http } = await listed();
    const query = app.get(JobListQuery, { strict: false });
    const find = query.find.bind(query);
    let goOn: () => void = () => undefined;
    const goesOn = new Promise<void>((resolve) => (goOn = resolve));
    const said: string[] = [];
    const begun = new Promise<void>((resolve) => {
      query.find = async (tx, scope, question, known) => {
        said.push(`begin ${question.q}`);
        resolve();
        if (question.q === 'first') await goesOn;
        const found = await find(tx, scope, question, known);
        said.push(`end ${question.q}`);
        return found;
      };
    });
    const ask = (client: typeof acme, q: string) =>
      client.get(`/dashboard/api/jobs?q=${q}`).then(({ status }) => status);
    try {
      const first = ask(acme, 'first');
      await begun;
      const others = [ask(acme, 'second'), ask(beta, 'third')];
      // By the time that these are answered, the others have come too.
      for (let count = 0; count < 3; count += 1) await http.get('/health/live');
      goOn();
      expect(await Promise.all([first, ...others])).toEqual([200, 200, 200]);
    } finally {
      goOn();
      query.find = find;
    }
    const ofAcme = said.filter((text) => !text.endsWith('third'));
    expect(ofAcme).toEqual(['begin first', 'end first', 'begin second', 'end second']);
    expect(await acme.get('/dashboard/api/jobs?q=a&page=2').then(({ body }) => body.results)).toEqual([]);
  });

  it('tell how many run logs go with them', async () => {
    const { acme, beta, createJob, run, database, sweeper } = await listed();
    const job = await createJob({}, many(3));
    const count = async (client = acme) =>
      (await client.get(`/dashboard/api/jobs/${job.jobId}/log-count`).expect(200)).body;
    expect(await count()).toEqual({ logs: 0, isMore: false });
    await run(200, 500);
    expect(await count()).toEqual({ logs: 6, isMore: false });
    await beta.get(`/dashboard/api/jobs/${job.jobId}/log-count`).expect(404);
    const [row] = await database.read((tx) =>
      tx.query<{ tenancy_id: number }>('SELECT tenancy_id FROM job WHERE id = ?', [job.jobId]),
    );
    const rows = Array.from({ length: 10_000 }, (_, n) =>
      runRow(0, {
        ...{ id: uuid(0x7000_0000 + n), scheduleId: job.scheduleId, tenancyId: row?.tenancy_id ?? 0 },
        ...{ state: 'SUCCESS', plannedAt: n, dueAt: n, executedAt: n, completedAt: n },
      }),
    );
    await database.transaction(async (tx) => {
      for (let at = 0; at < rows.length; at += 500) await tx.manager.insert(RunRow, rows.slice(at, at + 500));
    });
    expect(await count()).toMatchObject({ isMore: true });
    await acme.delete(job.job).expect(200);
    await sweeper.purge();
  }, 60_000);
});
