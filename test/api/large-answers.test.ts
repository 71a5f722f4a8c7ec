import { Database } from '../../src/database/database.js';
import type { Client } from '../support/app.js';
import { aJob, aName, aSchedule, createJob, describeApi, refuses, CREATING, type Api } from './setup.js';

const PAGE_BYTES = 1_048_576;
const LARGE = 90_000;

interface Back {
  readonly results: readonly { readonly runId: string }[];
  readonly prev_url?: string;
}

interface Answer {
  readonly results: readonly Record<string, unknown>[];
  readonly next_url?: string | null;
}

/** Follows `next_url` to the end, and returns the entries of each page. Each page has at most 1 MB, or one entry. */
async function pagesOf(client: Client, url: string) {
  const pages: (readonly Record<string, unknown>[])[] = [];
  for (let next: string | null | undefined = url; next;) {
    const { text } = await client.get(next).expect(200);
    const { results, next_url }: Answer = JSON.parse(text);
    if (results.length > 1) expect(text.length).toBeLessThan(PAGE_BYTES + 1_000);
    pages.push(results);
    next = next_url;
  }
  return pages;
}

const keysOf = (pages: readonly (readonly Record<string, unknown>[])[], key: string) =>
  pages.flat().map((entry) => entry[key]);

async function withLargeSchedules(api: Api, count: number, name = aName()) {
  const job = await createJob(api.raw.acme, { name, active: true });
  for (let n = 1; n < count; n++) {
    const schedule = aSchedule({ data: { text: 'x'.repeat(LARGE) } });
    await api.raw.acme.post(`${job.url}/schedules`, schedule).expect(201);
  }
  const { body } = await api.raw.acme.get(`${job.url}/schedules?page_size=1`).expect(200);
  expect(body.total).toBe(count);
  return job;
}

/** Writes a text into rows as it may be there from before there were limits. */
const write = (api: Api, sql: string, parameters: readonly unknown[]) =>
  api.app.get(Database, { strict: false }).transaction((tx) => tx.execute(sql, parameters));

describeApi('A description', (api) => {
  it('may have 2,000 characters', async () => {
    const job = await createJob(api().acme, { description: '😀'.repeat(2_000) });
    expect(Array.from(job.description)).toHaveLength(2_000);
  });

  it('of a job may not have more, whatever sets it', async () => {
    const text = /^.*'description' has 2001 characters: at most 2000 are allowed, shorten it$/;
    const description = 'd'.repeat(2_001);
    await refuses(api().acme.post('/scheduler/jobs', aJob({ description })), 400, text);
    const job = await createJob(api().acme);
    await refuses(api().acme.put(job.url, { description }), 400, text);
    await refuses(
      api().acme.put(
        `/scheduler/jobs/${encodeURIComponent(job.name)}`,
        aJob({ name: job.name, description }),
      ),
      400,
      text,
    );
  });

  it('of a schedule may not have more, and the message says of which', async () => {
    const description = 'd'.repeat(2_001);
    await refuses(
      api().acme.post('/scheduler/jobs', aJob({ schedules: [aSchedule(), aSchedule({ description })] })),
      400,
      `${CREATING}'schedules[1].description' has 2001 characters: at most 2000 are allowed, shorten it`,
    );
    const job = await createJob(api().acme);
    const url = `${job.url}/schedules/${job.first.scheduleId}`;
    await refuses(api().acme.put(url, { description }), 400, /2001 characters/);
  });

  it('that is longer from before stays readable, and stays when something else changes', async () => {
    const job = await createJob(api().acme);
    await write(api(), 'UPDATE job SET description = ? WHERE id = ?', ['d'.repeat(50_000), job._id]);
    await api().acme.put(job.url, { active: true }).expect(200);
    const { body } = await api().acme.get(job.url).expect(200);
    expect(body).toMatchObject({ active: true, description: 'd'.repeat(50_000) });
  });
});

describeApi('A list with large entries', (api) => {
  it('of jobs has shorter pages, which follow one another without a gap', async () => {
    const made: number[] = [];
    for (let n = 0; n < 25; n++) made.push((await createJob(api().raw.beta))._id);
    const few = await pagesOf(api().beta, '/scheduler/jobs?page_size=100');
    expect(few.map((page) => page.length)).toEqual([25]);
    const action = `https://app.example.com/${'a'.repeat(LARGE)}`;
    await write(api(), 'UPDATE job SET action = ? WHERE id > ? AND id <= ?', [action, made[4], made.at(-1)]);

    const pages = await pagesOf(api().beta, '/scheduler/jobs?page_size=100');
    expect(pages.map((page) => page.length)).toEqual([16, 9]);
    expect(keysOf(pages, '_id')).toEqual(made);

    const found = await pagesOf(api().beta, '/scheduler/search/jobs?q=job');
    expect(keysOf(found, '_id')).toEqual(made);
    expect(found.length).toBeGreaterThan(1);
    const exported = await pagesOf(api().beta, '/scheduler/export?page_size=1000');
    expect(exported.flat()).toHaveLength(25);
    expect(exported.length).toBeGreaterThan(1);
  });

  it('of schedules has shorter pages, and a job shows all of them', async () => {
    const job = await withLargeSchedules(api(), 16);
    const pages = await pagesOf(api().acme, `${job.url}/schedules?page_size=100`);
    expect(pages.length).toBeGreaterThan(1);
    const ids = keysOf(pages, 'scheduleId');
    expect(new Set(ids).size).toBe(16);
    expect(ids).toHaveLength(16);

    const { body } = await api().acme.get(`${job.url}?displaySchedules=true`).expect(200);
    expect(body.schedules.map((schedule: { scheduleId: string }) => schedule.scheduleId)).toEqual(ids);
    expect(JSON.parse(body.schedules[15].data).text).toHaveLength(LARGE);

    const found = await pagesOf(api().acme, `/scheduler/search/schedules?q=${encodeURIComponent(job.name)}`);
    expect(keysOf(found, 'scheduleId').toSorted()).toEqual(ids.toSorted());
  });

  it('shows a job whose schedules alone are too many as the only one of its page', async () => {
    const name = `giant ${aName()}`;
    const job = await withLargeSchedules(api(), 16, name);
    const after = await createJob(api().acme, { name: `giant ${aName()}` });

    const found = await pagesOf(api().acme, '/scheduler/search/jobs?q=giant');
    expect(found.map((page) => page.map(({ _id }) => _id))).toEqual([[job._id], [after._id]]);
    expect(found[0]?.[0]?.['schedules']).toHaveLength(16);

    const exported = await pagesOf(api().acme, `/scheduler/export?after=${job._id - 1}`);
    expect(keysOf(exported, 'name')).toEqual([name, after.name]);
    expect(exported[0]?.[0]?.['schedules']).toHaveLength(16);
  });

  it('answers a replaced job with all of its schedules that stay', async () => {
    const job = await withLargeSchedules(api(), 14);
    const url = `/scheduler/jobs/${encodeURIComponent(job.name)}`;
    const { body } = await api().acme.put(url, { action: 'https://app.example.com/other' }).expect(200);
    expect(body).toMatchObject({ _id: job._id, action: 'https://app.example.com/other' });
    expect(body.schedules).toHaveLength(14);
  });

  it('of run logs has shorter pages in both directions', async () => {
    const job = await createJob(api().acme, { active: true });
    const url = `${job.url}/schedules/${job.first.scheduleId}/runs`;
    const copies = Array.from({ length: 40 }, (_, n) => n);
    await api()
      .app.get(Database, { strict: false })
      .transaction(async (tx) => {
        const [run] = await tx.query<Record<string, unknown>>('SELECT * FROM run WHERE schedule_id = ?', [
          Buffer.from(job.first.scheduleId.replaceAll('-', ''), 'hex'),
        ]);
        for (const n of copies) {
          const own = run?.['id'] as Buffer;
          // Ids of no other run: the last byte but one differs.
          const id = Buffer.concat([own.subarray(0, 14), Buffer.from([(own[14] ?? 0) ^ 1, n])]);
          const row = { ...run, id, planned_at: n, due_at: n, state: 5, end_text: '\u0001'.repeat(60_000) };
          const marks = Object.keys(row)
            .map(() => '?')
            .join(', ');
          await tx.execute(
            `INSERT INTO run (${Object.keys(row).join(', ')}) VALUES (${marks})`,
            Object.values(row),
          );
        }
      });
    const pages = await pagesOf(api().acme, url);
    expect(pages.length).toBeGreaterThan(10);
    const ids = keysOf(pages, 'runId');
    expect(new Set(ids).size).toBe(41);
    expect(ids).toHaveLength(41);

    const back: unknown[] = [ids.at(-1)];
    for (let prev: string | undefined = `${url}?prev=${String(ids.at(-1))}`; prev;) {
      const { body }: { body: Back } = await api().acme.get(prev).expect(200);
      back.unshift(...body.results.map(({ runId }) => runId));
      prev = body.prev_url;
    }
    expect(back).toEqual(ids);

    const shown = await api().acme.get(`${job.url}/schedules/${job.first.scheduleId}?displayLogs=true`);
    expect(shown.text.length).toBeLessThan(PAGE_BYTES + 1_000);
    expect(shown.body.logs[0].runId).toBe(ids[0]);
  });
});
