import { wireText } from '../../src/core/instant.js';
import { sqlite } from '../support/databases.js';
import { startOperations, uriOf, type OperationsApp } from './operation-setup.js';

const REPLAY = '/scheduler/runs/operations/replay';
const DAY_MS = 86_400_000;

describe('Operations that make runs little by little', () => {
  let app: OperationsApp;
  beforeAll(async () => {
    app = await startOperations(sqlite);
  });

  async function setup(schedule: object = { cron: '* * * * * 0 0' }) {
    const { acme, clock, createJob, worker } = app;
    const job = await createJob(acme, { schedules: [{ ...schedule, active: false }] });
    const path = `/scheduler/jobs/${job.jobId}/schedules/${job.scheduleId}/backfill`;
    const range = { from: wireText(clock.now() - DAY_MS), to: wireText(clock.now()) };
    const backfill = (body: object, client = acme) => client.post(path, { ...range, ...body });
    const replay = (filter: object, more: object = {}, client = acme) =>
      client.post(REPLAY, { filter: { runState: 'ERROR', ...range, ...filter }, ...more });
    const resultOf = async (uri: string) => {
      await worker.tick();
      return (await acme.get(uri).expect(200)).body['job-results'];
    };
    return { ...app, job, path, range, backfill, replay, resultOf };
  }

  it.each([
    [{ from: null }, /'from' is required/],
    [{ to: 'soon' }, /to 'soon' is not a date/],
    [{ from: '2030-01-02', to: '2030-01-01' }, /'from' is 2030-01-02 00:00:00 and later than 'to'/],
    [{ to: '2990-01-01' }, /'to' is 2990-01-01 00:00:00 and lies in the future/],
    [{ from: '1969-12-31' }, /'from' is 1969-12-31 00:00:00: nothing can be made up before 1970/],
    [{ from: '1970-01-01' }, /has \d{6} instants .* at most 10000/],
    [{ order: 'oldest first' }, /order/],
    [{ concurrency: 0 }, /concurrency/],
    [{ concurrency: 51 }, /concurrency/],
    [{ until: '2030-01-01' }, /until/],
  ])('are refused a back-fill of %j', async (body, message) => {
    const { backfill } = await setup();
    const { body: answer } = await backfill(body).expect(400);
    expect(JSON.stringify(answer)).toMatch(message);
  });

  it('say how many instants there are of every second in sixty years', async () => {
    const { backfill } = await setup({ cron: '* * * * * * *' });
    const { body } = await backfill({ from: '1970-01-01', to: '2024-12-31T23:59:59Z' }).expect(400);
    expect(JSON.stringify(body)).toContain('has 1735689600 instants');
  });

  it('count an interval from the start of its schedule', async () => {
    const { backfill, resultOf } = await setup({
      repeatInterval: '6 hours',
      startTime: '2030-01-01T01:30:00Z',
    });
    const body = { from: '2024-03-01T00:00:00Z', to: '2024-03-02T00:00:00Z', dryRun: true };
    expect(await resultOf(uriOf(await backfill(body).expect(202)))).toEqual({
      ...{ 'job-id': expect.any(Number), 'schedule-id': expect.any(String), order: 'oldest' },
      ...{ from: '2024-03-01 00:00:00', to: '2024-03-02 00:00:00' },
      ...{ 'dry-run': true, matched: 4, first: '2024-03-01 01:30:00', last: '2024-03-01 19:30:00' },
    });
  });

  it('are none where there is nothing to make', async () => {
    const { backfill, replay, resultOf } = await setup();
    const range = { from: '2024-01-01T00:00:01Z', to: '2024-01-01T00:00:02Z' };
    const none = uriOf(await backfill(range).expect(202));
    expect(await resultOf(none)).toMatchObject({ matched: 0, made: 0 });
    expect(await resultOf(uriOf(await replay({}).expect(202)))).toMatchObject({ matched: 0, made: 0 });
  });

  it('are refused for a schedule that runs once', async () => {
    const { backfill } = await setup({ time: '2990-01-01' });
    expect(JSON.stringify((await backfill({}).expect(400)).body)).toMatch(/runs once/);
  });

  it.each([
    [{ runState: 'RUNNING' }, / 'filter.runState' must be .*SUCCESS, ERROR/],
    [{ runState: [] }, / 'filter.runState' must be/],
    [{ runState: undefined }, / 'filter.runState' is required: give a state/],
    [{ runState: ['SCHEDULED'] }, /filter.runState/],
    [{ from: '2030-01-02', to: '2030-01-01' }, /filter.from/],
    [{ from: undefined }, / 'filter.from' is required/],
    [{ scheduleId: 'that one' }, / 'filter.scheduleId' must be .*'that one'/],
    [{ tenantId: '4' }, / 'filter.tenantId' .*provider credentials only/],
    [{ status: 'ERROR' }, /status/],
  ])('are refused a replay of %j', async (filter, message) => {
    const { replay } = await setup();
    expect(JSON.stringify((await replay(filter).expect(400)).body)).toMatch(message);
  });

  it('are of the caller’s own', async () => {
    const { backfill, replay, beta, provider, job, resultOf, runNow, dispatch, target, acme, clock } =
      await setup();
    await backfill({}, beta).expect(404);
    target.reacts({ kind: 'answer', status: 500 });
    const to = { to: wireText(clock.now() + 60_000) };
    await runNow(acme, job);
    await dispatch();
    target.reacts({ kind: 'answer' });
    const dryRun = { dryRun: true };
    const matched = async (client: typeof acme, filter: object) => {
      const uri = uriOf(await replay({ ...to, ...filter }, dryRun, client).expect(202));
      await resultOf(uri).catch(() => undefined);
      return (await client.get(uri).expect(200)).body['job-results'].matched;
    };
    const ofJob = { jobId: job.jobId };
    expect(await matched(acme, {})).toBe(1);
    expect(await matched(acme, ofJob)).toBe(1);
    expect(await matched(beta, {})).toBe(0);
    expect(await matched(beta, ofJob)).toBe(0);
    expect(await matched(provider, {})).toBe(1);
    expect(await matched(provider, ofJob)).toBe(1);
    expect(await matched(provider, { tenantId: '0f9fbd0e-0000-4000-8000-000000000000' })).toBe(0);
  });

  it('are at most five of one tenant at once', async () => {
    const { backfill, acme, target, path } = await setup();
    target.reacts({ kind: 'answer', status: 202 });
    const uris: string[] = [];
    for (let n = 0; n < 5; n++) uris.push(uriOf(await backfill({}).expect(202)));
    const { body } = await backfill({}).expect(429);
    expect(JSON.stringify(body)).toMatch(/5 back-fills and bulk replays/);
    await acme.post(`${uris[0]}/operations/cancel`).expect(204);
    await acme.post(path, { from: '2024-01-01', to: '2024-01-01' }).expect(202);
    for (const uri of uris.slice(1)) await acme.post(`${uri}/operations/cancel`).expect(204);
  });
});
