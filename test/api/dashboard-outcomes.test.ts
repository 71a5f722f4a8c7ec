import { MOST_HOURS } from '../../src/dashboard/reads/outcomes/outcomes.service.js';
import { noCounts } from '../../src/core/lateness-steps.js';
import { RunCountsStore } from '../../src/statistics/counts/run-counts.store.js';
import { describeReads, EVERY_MINUTE, type Stage } from './dashboard-setup.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Answer {
  readonly countedFrom: number | null;
  readonly outcomes: {
    readonly from: number;
    readonly stepMs: number;
    readonly called: number[];
    readonly failed: number[];
    readonly unknown: number[];
    readonly isAbout: boolean;
    readonly source: string;
  } | null;
}

const outcomesOf = async (client: Stage['acme'], query: Record<string, unknown> = {}): Promise<Answer> => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  return (await client.get(`/dashboard/api/outcomes?${search.toString()}`).expect(200)).body;
};
/** The parts with calls: when each began, and its calls, failures and unknowns. */
const told = ({ outcomes }: Answer) =>
  (outcomes?.called ?? []).flatMap((called, place) =>
    called === 0 || !outcomes
      ? []
      : [[outcomes.from + place * outcomes.stepMs, called, outcomes.failed[place], outcomes.unknown[place]]],
  );
const beginningOf = (at: number, lengthMs: number) => at - (at % lengthMs);
const counted = (calls: number, failures = 0, unknowns = 0) => ({
  ...{ calls, failures, unknowns, lateness: noCounts() },
});

/** A service whose counts are all gone, with ways to put some there. */
async function outcomesStage(stage: () => Promise<Stage>) {
  const place = await stage();
  const { chores, database, app } = place;
  const store = app.get(RunCountsStore, { strict: false });
  const forget = () =>
    database.transaction(async (tx) => {
      for (const table of ['run_minute', 'run_hour']) await tx.execute(`DELETE FROM ${table}`);
    });
  await chores.start('run-counts');
  await forget();
  const addHours = async (
    hours: readonly { readonly at: number; readonly tenancy: number; readonly calls: number }[],
  ) => {
    for (let from = 0; from < hours.length; from += 500) {
      const some = hours.slice(from, from + 500);
      const rows = some.map(({ at, tenancy, calls }) => ({ key: [1, at, tenancy], ...counted(calls) }));
      await database.transaction((tx) => store.addHours(tx, rows));
    }
  };
  const addMinute = (at: number, calls: number) =>
    database.transaction((tx) => store.addMinutes(tx, [{ key: [1, at], ...counted(calls) }]));
  return { ...place, forget, addHours, addMinute, flush: () => chores.start('run-counts') };
}

describeReads('The outcomes of a span of time', (stage) => {
  it("are a tenant's own runs by the minute in which they were due, within the span alone", async () => {
    const { acme, beta, provider, createJob, run, clock, TENANTS } = await outcomesStage(stage);
    await createJob(EVERY_MINUTE);
    await createJob(EVERY_MINUTE, { client: beta });
    await run(200, 500, 404, 200);
    const minute = beginningOf(clock.now(), MINUTE_MS);
    const own = await outcomesOf(acme);
    expect(own.countedFrom).toBe(minute - 3 * MINUTE_MS);
    expect(own.outcomes).toMatchObject({ from: minute - 59 * MINUTE_MS, stepMs: MINUTE_MS });
    expect(own.outcomes).toMatchObject({ source: 'runs', isAbout: false });
    expect(own.outcomes?.called).toHaveLength(60);
    expect(own.outcomes?.called.slice(-5)).toEqual([0, 1, 1, 1, 1]);
    expect(own.outcomes?.failed.slice(-5)).toEqual([0, 0, 1, 1, 0]);
    const bounds = { from: minute - 2 * MINUTE_MS, to: minute };
    const some = [
      [minute - 2 * MINUTE_MS, 1, 1, 0],
      [minute - MINUTE_MS, 1, 1, 0],
    ];
    expect(told(await outcomesOf(acme, bounds))).toEqual(some);
    expect(told(await outcomesOf(provider, { ...bounds, tenantId: TENANTS.beta }))).toEqual(some);
    const more = await outcomesOf(acme, { from: minute - 2 * MINUTE_MS + 1, to: minute + 1 });
    expect(more.outcomes?.called).toEqual([1, 1, 1]);
    // What is asked for is told whole, as the list of runs says it.
    const hour = await outcomesOf(acme, { from: minute - HOUR_MS });
    expect(hour.outcomes).toMatchObject({ from: minute - HOUR_MS, stepMs: MINUTE_MS });
    expect(hour.outcomes?.called.slice(-5)).toEqual([0, 1, 1, 1, 1]);
  });

  it("are an instance's counts by minute, as far as they are stored", async () => {
    const { beta, provider, createJob, run, clock, flush } = await outcomesStage(stage);
    expect(await outcomesOf(provider)).toEqual({ countedFrom: null, outcomes: null });
    await createJob(EVERY_MINUTE);
    await createJob(EVERY_MINUTE, { client: beta });
    await run(200, 500);
    await flush();
    clock.advance(2_000);
    const minute = beginningOf(clock.now(), MINUTE_MS);
    const all = await outcomesOf(provider);
    expect(all).toMatchObject({ countedFrom: minute - MINUTE_MS });
    expect(all.outcomes).toMatchObject({ source: 'minutes', isAbout: true, stepMs: MINUTE_MS });
    expect(told(all)).toEqual([
      [minute - MINUTE_MS, 2, 0, 0],
      [minute, 2, 2, 0],
    ]);
    const one = await outcomesOf(provider, { from: minute, to: minute + MINUTE_MS });
    expect(told(one)).toEqual([[minute, 2, 2, 0]]);
  });

  it('are told by the hour where the span is long', async () => {
    const { acme, provider, createJob, run, clock, flush } = await outcomesStage(stage);
    const job = await createJob(EVERY_MINUTE);
    await run(200, 500);
    const first = clock.now() - MINUTE_MS;
    await acme.put(job.schedule, { active: false }).expect(200);
    await flush();
    clock.advance(7 * HOUR_MS);
    const calls = (answer: Answer) => told(answer).reduce((sum, [, count = 0]) => sum + count, 0);
    for (const [client, source] of [
      [acme, 'hours'],
      [provider, 'minutes'],
    ] as const) {
      const answer = await outcomesOf(client);
      expect(answer.outcomes).toMatchObject({ source, isAbout: true, stepMs: HOUR_MS });
      expect(answer.outcomes?.from).toBe(beginningOf(first, HOUR_MS));
      expect(answer.outcomes?.called).toHaveLength(
        (beginningOf(clock.now(), HOUR_MS) - beginningOf(first, HOUR_MS)) / HOUR_MS + 1,
      );
      expect(calls(answer)).toBe(2);
    }
  });

  it('of an instance go back further than its minutes where its tenants have few hours', async () => {
    const { provider, clock, addHours, addMinute } = await outcomesStage(stage);
    const hour = beginningOf(clock.now(), HOUR_MS);
    const old = hour - 100 * HOUR_MS;
    await addHours([
      { at: old, tenancy: 1, calls: 3 },
      { at: old, tenancy: 2, calls: 4 },
      { at: hour - HOUR_MS, tenancy: 1, calls: 9 },
    ]);
    await addMinute(hour - HOUR_MS, 9);
    const all = await outcomesOf(provider);
    expect(all).toMatchObject({ countedFrom: old, outcomes: { source: 'hours', stepMs: HOUR_MS } });
    expect(told(all)).toEqual([
      [old, 7, 0, 0],
      [hour - HOUR_MS, 9, 0, 0],
    ]);
    // A bar of an hour would tell of more than was asked for.
    expect((await outcomesOf(provider, { from: old, to: old + HOUR_MS - 1 })).outcomes).toBeNull();
    expect(told(await outcomesOf(provider, { from: old, to: old + HOUR_MS }))).toEqual([[old, 7, 0, 0]]);
  });

  it('of an instance are those of its minutes alone where its tenants have many hours', async () => {
    const { provider, clock, forget, addHours, addMinute } = await outcomesStage(stage);
    const hour = beginningOf(clock.now(), HOUR_MS);
    const old = hour - 100 * HOUR_MS;
    const many = Array.from({ length: MOST_HOURS + 1 }, (_, tenancy) => ({ at: old, tenancy, calls: 1 }));
    await addHours([...many, { at: hour - HOUR_MS, tenancy: 1, calls: 9 }]);
    await addMinute(hour - HOUR_MS, 9);
    expect((await outcomesOf(provider, { from: old })).outcomes).toBeNull();
    const open = await outcomesOf(provider);
    expect(open).toMatchObject({ countedFrom: old, outcomes: { source: 'minutes', stepMs: HOUR_MS } });
    expect(told(open)).toEqual([[hour - HOUR_MS, 9, 0, 0]]);
    expect((await outcomesOf(provider, { to: hour - 50 * HOUR_MS })).outcomes).toBeNull();
    await forget();
  });

  it('of an instance are no minutes that passed before an upgrade, and no fewer hours for that', async () => {
    const { provider, clock, addHours, addMinute } = await outcomesStage(stage);
    const hour = beginningOf(clock.now(), HOUR_MS);
    const at = hour - 5 * HOUR_MS;
    await addHours([
      { at, tenancy: 1, calls: 5 },
      { at: hour - HOUR_MS, tenancy: 1, calls: 6 },
    ]);
    await addMinute(hour - HOUR_MS, 6);
    const all = await outcomesOf(provider, { from: at, to: hour });
    expect(all.outcomes).toMatchObject({ source: 'hours' });
    expect(told(all)).toEqual([
      [at, 5, 0, 0],
      [hour - HOUR_MS, 6, 0, 0],
    ]);
    const later = await outcomesOf(provider, { from: at + HOUR_MS, to: hour });
    expect(later.outcomes).toMatchObject({ source: 'minutes', stepMs: MINUTE_MS });
    expect(told(later)).toEqual([[hour - HOUR_MS, 6, 0, 0]]);
  });

  it('of an instance are told by its minutes where the span begins within an hour', async () => {
    const { provider, clock, addHours, addMinute } = await outcomesStage(stage);
    const hour = beginningOf(clock.now(), HOUR_MS) - 5 * HOUR_MS;
    await addHours([
      { at: hour, tenancy: 1, calls: 2 },
      { at: hour + HOUR_MS, tenancy: 1, calls: 3 },
    ]);
    await addMinute(hour + 10 * MINUTE_MS, 2);
    await addMinute(hour + 65 * MINUTE_MS, 3);
    for (const minutes of [91, 66]) {
      const bounds = { from: hour + 30 * MINUTE_MS, to: hour + minutes * MINUTE_MS };
      const some = await outcomesOf(provider, bounds);
      expect(some.outcomes).toMatchObject({ source: 'minutes', stepMs: MINUTE_MS });
      expect(told(some)).toEqual([[hour + 65 * MINUTE_MS, 3, 0, 0]]);
    }
  });

  it('are none of a span without time, before all runs or after now', async () => {
    const { acme, createJob, run, clock } = await outcomesStage(stage);
    await createJob(EVERY_MINUTE);
    await run(200);
    const now = clock.now();
    for (const query of [{ from: now + 1 }, { from: now, to: now }, { to: now - 2 * MINUTE_MS }]) {
      const { countedFrom, outcomes } = await outcomesOf(acme, query);
      expect({ query, outcomes }).toEqual({ query, outcomes: null });
      expect(countedFrom).toBe(beginningOf(now, MINUTE_MS));
    }
    await acme.get('/dashboard/api/outcomes?from=yesterday').expect(400);
  });

  it('are shared and tagged, and hide the tenants of others', async () => {
    const { acme, TENANTS } = await outcomesStage(stage);
    const { headers } = await acme.get('/dashboard/api/outcomes').expect(200);
    await acme.get('/dashboard/api/outcomes').set('If-None-Match', String(headers['etag'])).expect(304);
    await acme.get(`/dashboard/api/outcomes?tenantId=${TENANTS.beta}`).expect(404);
  });
});
