import { ActionTarget } from '../support/action-target.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { createJob, DEFAULT_PREFIX, describeApi, NOWHERE, refuses, startApi } from './setup.js';

describeApi('/scheduler/globalParameters', (api) => {
  const put = (body: object) => api().provider.put('/scheduler/globalParameters', body);
  const read = async () => (await api().provider.get('/scheduler/globalParameters').expect(200)).body;
  const config = (value: string) => ({
    config: [{ CONFIG_NAME: 'ASYNC_EXEC_TIMEOUT', CONFIG_VALUE: value }],
  });

  it('are read by everyone and changed by the provider', async () => {
    expect(await read()).toEqual(config('1800'));
    const { body } = await put({ ASYNC_EXEC_TIMEOUT: '600' }).expect(200);
    expect(body).toEqual({ success: true });
    expect(await read()).toEqual(config('600'));
    await put({ ASYNC_EXEC_TIMEOUT: 604_800 }).expect(200);
    const { body: tenants } = await api().acme.get('/scheduler/globalParameters').expect(200);
    expect(tenants).toEqual(config('604800'));
    await refuses(
      api().acme.put('/scheduler/globalParameters', { ASYNC_EXEC_TIMEOUT: '5' }),
      403,
      /insufficient_scope/,
    );
    expect(await read()).toEqual(config('604800'));
  });

  it.each([
    [{ OTHER: '1' }, 'Unallowed Configuration'],
    [{ ASYNC_EXEC_TIMEOUT: '1', OTHER: '1' }, 'Unallowed Configuration'],
    [{}, 'Unallowed Configuration'],
    [
      { ASYNC_EXEC_TIMEOUT: '604801' },
      'Incorrect ASYNC_EXEC_TIMEOUT value - maximum value for ASYNC_EXEC_TIMEOUT is 604800',
    ],
    [
      { ASYNC_EXEC_TIMEOUT: '-604800' },
      'Incorrect ASYNC_EXEC_TIMEOUT value - value for ASYNC_EXEC_TIMEOUT must be positive (provided -604800)',
    ],
    [
      { ASYNC_EXEC_TIMEOUT: 0 },
      'Incorrect ASYNC_EXEC_TIMEOUT value - value for ASYNC_EXEC_TIMEOUT must be positive (provided 0)',
    ],
    [
      { ASYNC_EXEC_TIMEOUT: 'ten' },
      'Incorrect ASYNC_EXEC_TIMEOUT value - ASYNC_EXEC_TIMEOUT must be a number',
    ],
    [
      { ASYNC_EXEC_TIMEOUT: null },
      'Incorrect ASYNC_EXEC_TIMEOUT value - ASYNC_EXEC_TIMEOUT must be a number',
    ],
  ])('refuse %j', async (body, detail) => {
    const before = await read();
    await refuses(put(body), 400, `${DEFAULT_PREFIX}${detail}`);
    expect(await read()).toEqual(before);
  });
});

describeApi('/scheduler/actionLogs', (api) => {
  it('tell what happened, newest first, and go with their job', async () => {
    const target = await ActionTarget.start();
    atEndOfFile(() => target.stop());
    const schedules = [{ time: 'now', active: true }];
    const job = await createJob(api().acme, { active: true, action: target.url(), schedules });
    await api().tick();
    await api().acme.put(job.url, { description: 'x' }).expect(200);
    await api().provider.put(job.url, { description: 'y' }).expect(200);
    const list = async (query = '') =>
      (await api().acme.get(`/scheduler/actionLogs?jobId=${job._id}${query}`).expect(200)).body;
    const scheduleId = job.first.scheduleId;
    const entry = {
      actor: 'acme',
      jobId: job._id,
      timestamp: expect.any(String),
      details: expect.any(String),
    };
    const update = { ...entry, action: 'UPDATE', scheduleId: null, details: 'Changed: description' };
    expect(await list()).toEqual({
      ...{ total: 5, prev_url: null, next_url: null },
      results: [
        { ...update, actor: `${api().uaa.clientid} (provider)` },
        update,
        { ...entry, action: 'DEACTIVATION_ON_COMPLETION', scheduleId, actor: 'system' },
        { ...entry, action: 'CREATE', scheduleId },
        { ...entry, action: 'CREATE', scheduleId: null },
      ],
    });
    expect((await list(`&scheduleId=${scheduleId}`)).total).toBe(2);
    const page = await list('&page_size=1&offset=2');
    expect(page.results).toMatchObject([{ action: 'DEACTIVATION_ON_COMPLETION' }]);
    expect(page.next_url).toBe(`/scheduler/actionLogs?jobId=${job._id}&page_size=1&offset=3`);
    await api().acme.delete(`${job.url}/schedules/${scheduleId}`).expect(200);
    expect((await list(`&scheduleId=${scheduleId}`)).results[0]).toMatchObject({ action: 'DELETE' });
    await refuses(
      api().acme.get(`/scheduler/actionLogs?jobId=${job._id}&scheduleId=${NOWHERE}`),
      404,
      /There is no schedule/,
    );
    await refuses(api().beta.get(`/scheduler/actionLogs?jobId=${job._id}`), 404, /There is no job/);
    await refuses(api().acme.get('/scheduler/actionLogs'), 400, /'jobId' is required/);
    await api().provider.get(`/scheduler/actionLogs?jobId=${job._id}`).expect(200);
  });
});

describe('The rate limits', () => {
  it('delay a tenant near its limit, then refuse it, and leave the others alone', async () => {
    const api = await startApi({ RATE_LIMIT_CLIENT_PER_MINUTE: '10' });
    for (let count = 0; count < 9; count++) {
      const { headers } = await api.acme.get('/scheduler/jobCount').expect(200);
      expect(headers['throttling']).toBeUndefined();
    }
    const { headers: slow } = await api.acme.get('/scheduler/jobCount').expect(200);
    expect(slow['throttling']).toBe('500');
    await refuses(api.acme.get('/scheduler/jobCount').expect('Retry-After', '6'), 429, /Too many requests/);
    await api.beta.get('/scheduler/jobCount').expect(200);
    api.clock.advance(6_000);
    await api.acme.get('/scheduler/jobCount').expect(200);
    await refuses(api.acme.get('/scheduler/jobCount'), 429, /Too many requests/);
  });

  it('refuse everyone past the absolute limit, which is off by default', async () => {
    const api = await startApi({ RATE_LIMIT_ABSOLUTE_PER_MINUTE: '30', RATE_LIMIT_CLIENT_PER_MINUTE: '100' });
    const statuses: number[] = [];
    while (statuses.at(-1) !== 503) {
      const answer = await api.acme.get('/scheduler/jobCount');
      statuses.push(answer.status);
      if (answer.status === 503) expect(Number(answer.headers['retry-after'])).toBeLessThan(60);
    }
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    await refuses(api.beta.get('/scheduler/jobCount'), 503, /The service is busy/);
    await api.http.get('/health/live').expect(200);
  });
});
