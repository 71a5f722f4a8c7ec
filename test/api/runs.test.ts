import { ActionTarget } from '../support/action-target.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { createJob, describeApi, NOWHERE, refuses } from './setup.js';

const target = await ActionTarget.start();
atEndOfFile(() => target.stop());

describeApi('/scheduler/jobs/{jobId}/schedules/{scheduleId}/runs', (api) => {
  /** A job with one schedule that runs every minute, on the target. */
  const everyMinute = async () => {
    const schedules = [{ cron: '* * * * * * 0', active: true }];
    const job = await createJob(api().acme, { active: true, action: target.url(), schedules });
    const place = `${job.url}/schedules/${job.first.scheduleId}`;
    const list = async (query = '') => (await api().acme.get(`${place}/runs${query}`).expect(200)).body;
    return { job, place, list };
  };
  /** A run whose action was called and answered. */
  const called = async (status: number, body = '') => {
    target.reacts({ kind: 'answer', status, body });
    const job = await createJob(api().acme, {
      ...{ active: true, action: target.url(), schedules: [{ time: 'now', active: true }] },
    });
    const { body: planned } = await api()
      .acme.get(`${job.url}/schedules/${job.first.scheduleId}/runs`)
      .expect(200);
    await api().tick();
    const url = `${job.url}/schedules/${job.first.scheduleId}/runs/${planned.results[0].runId}`;
    const read = async () => (await api().acme.get(url).expect(200)).body;
    return { job, url, read, report: (report: object) => api().acme.put(url, report) };
  };
  const types = (run: { runText: string }) =>
    JSON.parse(run.runText).map(({ type }: { type: string }) => type);

  it('shows the planned next run', async () => {
    const { list, job } = await everyMinute();
    const body = await list();
    expect(body).toEqual({
      total: 1,
      results: [
        {
          ...{
            runId: expect.any(String),
            httpStatus: null,
            executionTimestamp: null,
            completionTimestamp: null,
          },
          ...{ runStatus: 'SCHEDULED', runState: 'SCHEDULED', locale: 'en' },
          statusMessage: 'The job has been scheduled for a future run',
          scheduleTimestamp: job.createdAt,
          scheduledTimestamp: job.createdAt,
          runText: JSON.stringify([
            {
              time: job.createdAt,
              type: 'SCHEDULED',
              text: `Next run at ${job.first.nextRunAt} (UTC)`,
              code: null,
            },
          ]),
          plannedTimestamp: job.first.nextRunAt,
          attempt: 1,
          origin: 'plan',
        },
      ],
    });
    // What was recorded of the original service stays in its order; what is ours comes after it.
    expect(Object.keys(body.results[0]).slice(-4)).toEqual([
      ...['locale', 'plannedTimestamp', 'attempt', 'origin'],
    ]);
  });

  it('shows what became of a call', async () => {
    const success = await called(200, 'fine');
    const run = await success.read();
    expect(run).toMatchObject({ runStatus: 'COMPLETED', runState: 'SUCCESS', httpStatus: 200 });
    expect(run.executionTimestamp).toMatch(/^2030-/);
    expect(run.completionTimestamp).toMatch(/^2030-/);
    expect(types(run)).toEqual(['SCHEDULED', 'TRIGGERED', 'SUCCESS']);
    expect(JSON.parse(run.runText).at(-1)).toMatchObject({
      code: 200,
      text: expect.stringContaining('fine'),
    });
    expect(await (await called(500)).read()).toMatchObject({ runState: 'ERROR', httpStatus: 500 });
    const refused = await (await called(404)).read();
    expect(refused).toMatchObject({ runState: 'REQUEST_ERROR', httpStatus: 404 });
    expect(refused.statusMessage).toBe(
      'Error encountered while sending job execution request to the endpoint',
    );
  });

  it('takes the report of an asynchronous run, once', async () => {
    const { read, report, url } = await called(202, 'accepted');
    expect(await read()).toMatchObject({ runStatus: 'RUNNING', runState: 'ACK_RECVD', httpStatus: 202 });
    await refuses(report({}), 400, /'success' is required|'success' must be a boolean/);
    await refuses(report({ success: 'perhaps' }), 400, /'success' must be a boolean/);
    await refuses(report({ success: true, message: 5 }), 400, /'message' must be a string/);
    await refuses(api().beta.put(url, { success: true }), 404, /There is no schedule/);
    const { body } = await report({ success: true, message: 'all done' }).expect(200);
    expect(body).toEqual({ success: true });
    const ended = await read();
    expect(ended).toMatchObject({ runStatus: 'COMPLETED', runState: 'SUCCESS', httpStatus: 202 });
    expect(types(ended)).toEqual(['SCHEDULED', 'TRIGGERED', 'ACK_RECVD', 'SUCCESS']);
    expect(JSON.parse(ended.runText).slice(2)).toMatchObject([
      { text: 'accepted', code: 202 },
      { text: 'all done' },
    ]);
    await report({ success: true, message: 'all done' }).expect(200);
    await refuses(
      report({ success: true, message: 'again' }),
      409,
      /is SUCCESS: only a running one takes a report/,
    );
    await refuses(report({ success: false, message: 'all done' }), 409, /only a running one/);
    expect(await read()).toEqual(ended);
  });

  it('takes a failure, and lets one of two contrary reports win', async () => {
    const failed = await called(202);
    await failed.report({ success: 'false', message: 'no disk' }).expect(200);
    expect(await failed.read()).toMatchObject({ runState: 'ERROR' });
    const raced = await called(202);
    const answers = await Promise.all([
      raced.report({ success: true, message: 'a' }),
      raced.report({ success: false, message: 'b' }),
      raced.report({ success: true, message: 'c' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('keeps 64 KB of a message and marks the cut', async () => {
    const { report, read } = await called(202);
    await report({ success: true, message: 'ü'.repeat(40_000) }).expect(200);
    const { text } = JSON.parse((await read()).runText).at(-1);
    expect(text).toBe(`${'ü'.repeat(32_768)} ... (cut)`);
  });

  it('takes no report of a run that is planned or has ended', async () => {
    const { place, list } = await everyMinute();
    const [planned] = (await list()).results;
    await refuses(api().acme.put(`${place}/runs/${planned.runId}`, { success: true }), 409, /is SCHEDULED/);
    const { report } = await called(200);
    await refuses(report({ success: true }), 409, /is SUCCESS/);
  });

  describe('in pages', () => {
    it('goes through all runs by offset and by cursor, in both directions, while new ones come', async () => {
      target.reacts({ kind: 'answer' });
      const { place, list } = await everyMinute();
      for (let minute = 0; minute < 7; minute++) {
        api().clock.advance(60_000);
        await api().tick();
      }
      const all = await list();
      expect(all.total).toBe(8);
      expect(all.next_url).toBeUndefined();
      expect(all.prev_url).toBeUndefined();
      const ids = all.results.map(({ runId }: { runId: string }) => runId);
      const planned = all.results.map(({ runText }: { runText: string }) => JSON.parse(runText)[0].text);
      expect(planned).toEqual([...planned].sort().reverse());

      const first = await list('?page_size=3');
      expect(first.results).toEqual(all.results.slice(0, 3));
      expect(first.prev_url).toBeUndefined();
      expect(first.next_url).toBe(`${place}/runs?page_size=3&next=${ids[2]}`);
      // A run that comes meanwhile does not shift the pages.
      api().clock.advance(60_000);
      await api().tick();
      const { body: second } = await api().acme.get(first.next_url).expect(200);
      expect(second.results.map(({ runId }: { runId: string }) => runId)).toEqual(ids.slice(3, 6));
      const { body: third } = await api().acme.get(second.next_url).expect(200);
      expect(third.results.map(({ runId }: { runId: string }) => runId)).toEqual(ids.slice(6));
      expect(third.next_url).toBeUndefined();
      const { body: back } = await api().acme.get(third.prev_url).expect(200);
      expect(back.results).toEqual(second.results);
      const { body: front } = await api().acme.get(back.prev_url).expect(200);
      expect(front.results.map(({ runId }: { runId: string }) => runId)).toEqual(ids.slice(0, 3));
      expect(front.prev_url).toBe(`${place}/runs?page_size=3&prev=${ids[0]}`);

      const offset = await list('?page_size=2&offset=1');
      expect(offset.results.map(({ runId }: { runId: string }) => runId)).toEqual([ids[0], ids[1]]);
      expect((await list('?offset=100')).results).toEqual([]);
    });

    it.each([
      ['page_size=0', /'page_size' must be a whole number from 1 to 200/],
      ['page_size=201', /'page_size'/],
      ['offset=-1', /'offset' must be a whole number/],
      [`offset=1&next=${NOWHERE}`, /Only one of offset, next, prev/],
      [`prev=${NOWHERE}&next=${NOWHERE}`, /Only one of offset, next, prev/],
    ])('refuses %s', async (query, message) => {
      const { place } = await everyMinute();
      await refuses(api().acme.get(`${place}/runs?${query}`), 400, message);
    });
  });

  it('answers 404 for what is not there, or not for the caller', async () => {
    const { place, list, job } = await everyMinute();
    const [{ runId }] = (await list()).results;
    const other = await everyMinute();
    for (const url of [
      `${place}/runs/${NOWHERE}`,
      `${place}/runs/x`,
      `${other.place}/runs/${runId}`,
      `${place}/runs?next=${NOWHERE}`,
    ]) {
      await refuses(api().acme.get(url), 404, /There is no run/);
    }
    await refuses(api().acme.put(`${other.place}/runs/${runId}`, { success: true }), 404, /There is no run/);
    await refuses(api().acme.get(`${job.url}/schedules/${NOWHERE}/runs`), 404, /There is no schedule/);
    for (const url of [`${place}/runs`, `${place}/runs/${runId}`]) {
      await refuses(api().beta.get(url), 404, /There is no schedule/);
      await api().provider.get(url).expect(200);
    }
  });
});
