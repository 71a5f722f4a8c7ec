import type { Tx } from '../../src/database/tx.js';
import type { FairQueue } from '../../src/dispatch/queue/fair-queue.js';
import { TenantSeries } from '../../src/dispatch/tenants/tenant-series.js';
import type { EndedRun } from '../../src/run-log/run-endings.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import type { TenancyIndex } from '../../src/tenant/tenancy-index.js';
import { sqlite } from '../support/databases.js';
import { ManualClock } from '../support/manual-clock.js';
import { labeledSamplesOf, type Sample } from '../support/samples.js';
import { samples } from './metrics-setup.js';
import { startFlow, TENANTS, type Flow } from './setup.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How often the published series are looked at. */
const LOOK_MINUTES = 5;
const LOOKS_PER_HOUR = 60 / LOOK_MINUTES;
const TOKEN = 'sixteen-characters-and-more';
const NAMES = [
  'carillon_tenant_runs_ended_total',
  'carillon_tenant_lateness_max_seconds',
  'carillon_tenant_calls_in_flight',
];

const withTenants = (most: number) => ({ METRICS_TENANTS: String(most), METRICS_TOKEN: TOKEN });
const ofTenants = async (flow: Pick<Flow, 'http'>): Promise<Sample[]> =>
  (await samples(flow, undefined, TOKEN)).filter(({ name }) => name.startsWith('carillon_tenant_'));
/** The value of a metric for a tenant; undefined where there is no such series. */
const of = (all: readonly Sample[], name: string, tenant: string, result?: string) =>
  all.find(({ name: own, labels }) => {
    return own === `carillon_tenant_${name}` && labels['tenant_id'] === tenant && labels['result'] === result;
  })?.value;

describe('The metrics of the busiest tenants', () => {
  it('do not exist unless asked for, and no answer names a tenant', async () => {
    const flow = await startFlow(sqlite);
    const { createJob, drain, clock, http } = flow;
    await createJob({ cron: '* * * * * * 0' });
    for (let minute = 0; minute < 15; minute++) {
      clock.advance(MINUTE_MS);
      await drain();
    }
    const { text } = await http.get('/metrics').expect(200);
    expect(text).not.toContain('carillon_tenant_');
    for (const id of Object.values(TENANTS)) expect(text).not.toContain(id);
  });

  it('count for all others in the first ten minutes, and then for the tenants themselves', async () => {
    const flow = await startFlow(sqlite, withTenants(1));
    const { createJob, clock, drain, target, acme } = flow;
    const schedules = [1, 2].map(() => ({ cron: '* * * * * * 0', active: true }));
    await createJob({}, { schedules });
    await createJob({ cron: '* * * * * * 0' }, { client: flow.beta });
    const live = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        clock.advance(MINUTE_MS);
        await drain();
      }
    };
    clock.advance(-(clock.now() % MINUTE_MS));
    await live(9);
    const early = await ofTenants(flow);
    expect(new Set(early.map(({ labels }) => labels['tenant_id']))).toEqual(new Set(['other']));
    expect(of(early, 'runs_ended_total', 'other', 'good')).toBe(27);
    target.reacts({ kind: 'answer', status: 500 });
    await live(2);
    const chosen = await ofTenants(flow);
    // The other tenant has ended fewer runs. What ended before the choice stays with the others.
    const good = of(chosen, 'runs_ended_total', 'other', 'good') ?? 0;
    const bad =
      (of(chosen, 'runs_ended_total', 'other', 'bad') ?? 0) +
      (of(chosen, 'runs_ended_total', TENANTS.acme, 'bad') ?? 0);
    expect([good, bad]).toEqual([27, 6]);
    expect(of(chosen, 'runs_ended_total', TENANTS.acme, 'bad')).toBeGreaterThan(0);
    expect(of(chosen, 'runs_ended_total', TENANTS.acme, 'good')).toBe(0);
    expect(of(chosen, 'runs_ended_total', TENANTS.beta, 'bad')).toBeUndefined();
    // Called 30 s late, and open.
    target.reacts({ kind: 'hold' });
    clock.advance(MINUTE_MS + 30_000);
    const before = target.calls.length;
    const ticked = flow.tick();
    await target.received(before + 3);
    const open = await ofTenants(flow);
    expect(of(open, 'calls_in_flight', TENANTS.acme)).toBe(2);
    expect(of(open, 'calls_in_flight', 'other')).toBe(1);
    target.release();
    await ticked;
    const late = await ofTenants(flow);
    expect(of(late, 'lateness_max_seconds', TENANTS.acme)).toBe(30);
    expect(of(late, 'calls_in_flight', TENANTS.acme)).toBe(0);
    // A run that is canceled is neither good nor bad.
    const job = await createJob({ cron: '2099 * * * * 0 0' });
    const asked = await acme.post(job.runs).expect(202);
    await acme.post(`${asked.body['job-uri']}/operations/cancel`).expect(204);
    const ends = (all: readonly Sample[]) => all.filter(({ name }) => name === NAMES[0]);
    expect(ends(await ofTenants(flow))).toEqual(ends(late));
  });

  it('stay within their number over an hour and more, whatever 10,000 tenants do, and what ends for the others never falls', async () => {
    const most = 20;
    const clock = new ManualClock();
    const metrics = new Metrics();
    // As many tenancies as there may be; the first of them go after two hours.
    let isFirstGone = false;
    const tenancies = {
      find: (id: number) =>
        isFirstGone && id < 1_100 ? null : { tenantId: `tenant-${id}`, instanceUid: 'instance' },
    } as unknown as TenancyIndex;
    const queue = { inFlight: 0, inFlightOf: () => 0 } as unknown as FairQueue;
    const series = new TenantSeries(most, { metrics, tenancies, queue, clock });
    const publish = async () => labeledSamplesOf((await metrics.render(undefined)).text);
    const end = async (ids: readonly number[]) => {
      const ended = ids.map((tenancyId): EndedRun => ({
        ...{
          runId: '',
          scheduleId: '',
          scheduleKind: null,
          job: null,
          policy: null,
          tenancyId,
          origin: 'plan',
        },
        ...{ plannedAt: clock.now(), dueAt: clock.now(), executedAt: clock.now(), endedAt: clock.now() },
        ...{ state: tenancyId % 2 ? 'SUCCESS' : 'ERROR', httpStatus: 200, endText: '' },
        ...{ isCanceled: false, awaitedFrom: null, wasBegun: false, isRepeated: false },
      }));
      const followUps: (() => unknown)[] = [];
      const tx = { afterCommit: (work: () => unknown) => followUps.push(work) } as unknown as Tx;
      await series.settle(tx, ended);
      for (const followUp of followUps) followUp();
    };
    let others = 0;
    let runs = 0;
    const seen = new Map<string, number>();
    const names: Set<string>[] = [];
    for (let minute = 0; minute < 180; minute++) {
      clock.advance(MINUTE_MS);
      // Each minute other tenants are the busiest; two are busy throughout.
      const first = 1_000 + ((minute * 50) % 10_000);
      const busy = Array.from({ length: 50 }, (_, n) => first + n).flatMap((id) => [id, id, id]);
      const all = [...busy, 5_000, 5_000, 5_001, 5_001, ...Array.from({ length: 10 }, (_, n) => 11_000 + n)];
      runs += all.length;
      await end(all);
      if (minute === 120) isFirstGone = true;
      if (minute % LOOK_MINUTES < LOOK_MINUTES - 1) continue;
      const published = await publish();
      for (const name of NAMES) {
        const own = published.filter((sample) => sample.name === name);
        expect(own.length).toBeLessThanOrEqual(3 * most + 3);
        expect(own.length).toBeGreaterThan(0);
      }
      const listed = new Set(published.flatMap(({ labels }) => labels['tenant_id'] ?? []));
      listed.delete('other');
      expect(listed.size).toBe(minute < 9 ? 0 : most);
      for (const id of listed) if (!seen.has(id)) seen.set(id, names.length);
      names.push(listed);
      const now =
        (of(published, 'runs_ended_total', 'other', 'good') ?? 0) +
        (of(published, 'runs_ended_total', 'other', 'bad') ?? 0);
      expect(now).toBeGreaterThanOrEqual(others);
      others = now;
    }
    expect(others).toBeLessThan(runs);
    // Who joined stayed for an hour, unless it was gone.
    for (const [id, since] of seen) {
      for (const listed of names.slice(since, since + LOOKS_PER_HOUR)) {
        if (!isFirstGone || Number(id.slice(7)) >= 1_100) expect(listed.has(id)).toBe(true);
      }
    }
    expect(seen.size).toBeGreaterThan(most);
    expect([...(names.at(-1) ?? [])]).toEqual(expect.arrayContaining(['tenant-5000', 'tenant-5001']));
    // In no hour are there more series of a metric than that either.
    for (let from = 0; from + LOOKS_PER_HOUR < names.length; from++) {
      const within = new Set(names.slice(from, from + LOOKS_PER_HOUR).flatMap((listed) => [...listed]));
      expect(within.size + 1).toBeLessThanOrEqual(3 * most + 3);
    }
    clock.advance(2 * HOUR_MS);
    const idle = await publish();
    expect(new Set(idle.flatMap(({ labels }) => labels['tenant_id'] ?? []))).toEqual(new Set(['other']));
  });
});
