import { jest } from '@jest/globals';
import { DatabaseUnavailable } from '../../src/database/connection/availability.js';
import { DeploymentReader } from '../../src/health/deployment/deployment.reader.js';
import { BreakerReader } from '../../src/schedule/protection/breaker/breaker.reader.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { fresh, valueOf } from './metrics-setup.js';
import { startFlow, startReplica, TENANTS, type Flow } from './setup.js';

const MINUTE_MS = 60_000;
const EVERY_MINUTE = { cron: '* * * * * * 0' };
const METRICS = [
  'carillon_runs_due',
  'carillon_oldest_due_age_seconds',
  'carillon_runs_open',
  'carillon_throttle_longest_wait_seconds',
  'carillon_replicas',
  'carillon_jobs',
  'carillon_schedules',
  'carillon_operations_open',
  'carillon_notifications_pending',
  'carillon_breakers',
  'carillon_breaker_waiting_runs',
];

describe.each(databaseKinds)('The metrics of the deployment on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { AMQP_URL: 'amqp://127.0.0.1:1' });
  });
  afterEach(() => jest.restoreAllMocks());

  async function setup() {
    await flow.clear();
    await flow.drain();
    return flow;
  }

  it('tell what is due and how old the oldest of it is, until it is claimed', async () => {
    const { createJob, clock, drain } = await setup();
    clock.set(Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS);
    await createJob({}, { schedules: [1, 2, 3].map(() => ({ ...EVERY_MINUTE, active: true })) });
    await createJob(EVERY_MINUTE, { client: flow.beta });
    const before = await fresh(flow); // half a minute later
    expect(before('carillon_runs_due')).toEqual({ '': 0 });
    expect(before('carillon_oldest_due_age_seconds')).toEqual({ '': 0 });
    clock.advance(MINUTE_MS);
    const late = await fresh(flow);
    expect(late('carillon_runs_due')).toEqual({ '': 4 });
    expect(late('carillon_oldest_due_age_seconds')).toEqual({ '': 60 });
    expect(late('carillon_jobs')).toEqual({ '': 2 });
    expect(late('carillon_schedules')).toEqual({ '': 4 });
    await drain();
    const claimed = await fresh(flow);
    expect(claimed('carillon_runs_due')).toEqual({ '': 0 });
    expect(claimed('carillon_oldest_due_age_seconds')).toEqual({ '': 0 });
  });

  it('tell how long the run has waited that its throttle keeps longest', async () => {
    const { createJob, clock, drain } = await setup();
    clock.set(Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS);
    await createJob(EVERY_MINUTE, { throttle: { calls: 1, per: '1 hour' } });
    expect((await fresh(flow))('carillon_throttle_longest_wait_seconds')).toEqual({ '': 0 });
    clock.set(Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS);
    for (let minute = 0; minute < 2; minute++) {
      await drain();
      clock.advance(MINUTE_MS);
    }
    await drain();
    const since = clock.now() - MINUTE_MS;
    const waiting = await fresh(flow);
    expect(waiting('carillon_throttle_longest_wait_seconds')).toEqual({ '': (clock.now() - since) / 1_000 });
  });

  it('leave out what waits for a suspended tenant', async () => {
    const { createJob, clock, provider } = await setup();
    clock.set(Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS);
    await createJob(EVERY_MINUTE, { client: flow.beta });
    await createJob(EVERY_MINUTE);
    const path = `/admin/v1/tenants/${TENANTS.beta}`;
    await provider.post(`${path}/suspend`).expect(204);
    clock.advance(MINUTE_MS);
    expect((await fresh(flow))('carillon_runs_due')).toEqual({ '': 1 });
    await provider.post(`${path}/resume`).expect(204);
    expect((await fresh(flow))('carillon_runs_due')).toEqual({ '': 2 });
  });

  it('count the runs that wait for their application, and what is told to nobody', async () => {
    const { createJob, clock, tick, target, acme } = await setup();
    const before = (await fresh(flow))('carillon_notifications_pending');
    target.reacts({ kind: 'answer', status: 202 });
    const job = await createJob({ time: 'now' });
    await createJob({ time: 'now' });
    clock.advance(1_000);
    await tick();
    const asked = await acme.post(job.runs).expect(202);
    const open = await fresh(flow);
    expect(open('carillon_runs_open')).toEqual({ ACK_RECVD: 2, ACK_NOT_RECVD: 0 });
    expect(open('carillon_operations_open')).toEqual({ '': 1 });
    expect(open('carillon_replicas')).toEqual({ '': 0 }); // it has not beaten for half a minute
    await tick();
    expect((await fresh(flow))('carillon_runs_open')).toEqual({ ACK_RECVD: 3, ACK_NOT_RECVD: 0 });
    await acme.post(`${asked.body['job-uri']}/operations/cancel`).expect(204);
    const ended = await fresh(flow);
    expect(ended('carillon_operations_open')).toEqual({ '': 0 });
    expect(ended('carillon_notifications_pending')).toEqual({ '': Number(before['']) + 1 });
  });

  it('are read once by all who ask within 10 s, and are the same until then', async () => {
    const { createJob, clock } = await setup();
    await fresh(flow);
    const standing = jest.spyOn(flow.app.get(DeploymentReader, { strict: false }), 'standing');
    await createJob({ time: 'now' });
    clock.advance(9_000);
    await Promise.all([1, 2, 3].map(() => valueOf(flow, 'carillon_runs_due')));
    expect(standing).not.toHaveBeenCalled();
    clock.advance(1_000);
    await Promise.all([1, 2, 3].map(() => valueOf(flow, 'carillon_runs_due')));
    expect(standing).toHaveBeenCalledTimes(1);
    await Promise.all(standing.mock.results.map(({ value }) => value));
  });

  it('are left out while the database is away, and the others are not', async () => {
    const { clock } = await setup();
    await fresh(flow);
    const reader = flow.app.get(DeploymentReader, { strict: false });
    const away = () => Promise.reject(new DatabaseUnavailable('The database is away.', null));
    const standing = jest.spyOn(reader, 'standing').mockImplementation(away);
    jest.spyOn(reader, 'sums').mockImplementation(away);
    jest.spyOn(flow.app.get(BreakerReader, { strict: false }), 'count').mockImplementation(away);
    clock.advance(30_000);
    const values = () => Promise.all(METRICS.map((name) => valueOf(flow, name)));
    expect(await values()).toEqual(METRICS.map(() => undefined));
    expect(await valueOf(flow, 'carillon_calls_in_flight')).toBe(0);
    // Nor does each who asks ask the database again.
    expect(standing).toHaveBeenCalledTimes(1);
    jest.restoreAllMocks();
    const again = await fresh(flow);
    expect(METRICS.map((name) => Object.keys(again(name)).length)).not.toContain(0);
  });

  it('are what was read before while the database hangs, for a minute, and then nothing; nobody waits for it', async () => {
    const { clock } = await setup();
    await fresh(flow);
    let answer: () => void = () => undefined;
    const hanging = new Promise<never>((_resolve, reject) => {
      answer = () => reject(new DatabaseUnavailable('The database hung.', null));
    });
    const reader = flow.app.get(DeploymentReader, { strict: false });
    const standing = jest.spyOn(reader, 'standing').mockReturnValue(hanging);
    clock.advance(15_000);
    expect(await valueOf(flow, 'carillon_runs_due')).toBeDefined();
    clock.advance(30_000);
    expect(await valueOf(flow, 'carillon_runs_due')).toBeDefined();
    clock.advance(15_000);
    expect(await valueOf(flow, 'carillon_runs_due')).toBeUndefined();
    expect(standing).toHaveBeenCalledTimes(1);
    answer();
    jest.restoreAllMocks();
    clock.advance(30_000);
    expect((await fresh(flow))('carillon_runs_due')).toHaveProperty(['']);
  });
});

describe('Replicas on MariaDB', () => {
  it('publish the same of the deployment, whether they dispatch or not, and how many there are', async () => {
    const flow = await startFlow(mariaDb, { LEASE_MS: '300000' });
    const { clock, createJob, target } = flow;
    const idle = await startReplica(
      { ...flow.options, env: { ...flow.options.env, DISPATCH: 'off' }, clock, uaa: flow.uaa },
      target,
    );
    await createJob(EVERY_MINUTE);
    clock.advance(2 * MINUTE_MS);
    await idle.dispatcher.standBy();
    const [one, two] = [await fresh(flow), await fresh(idle)];
    expect(one('carillon_replicas')).toEqual({ '': 1 });
    expect(two('carillon_replicas')).toEqual({ '': 1 });
    expect([one('carillon_runs_due'), two('carillon_runs_due')]).toEqual([{ '': 1 }, { '': 1 }]);
    await flow.tick();
    await idle.dispatcher.standBy();
    for (const replica of [flow, idle]) {
      const published = await fresh(replica);
      expect(published('carillon_replicas')).toEqual({ '': 2 });
      expect(published('carillon_jobs')).toEqual({ '': 1 });
    }
    await idle.stop();
    expect((await fresh(flow))('carillon_replicas')).toEqual({ '': 1 });
  });
});
