import { HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { newUuidBytes } from '../../src/database/uuid-v7.js';
import { RunStore } from '../../src/run-log/queue/run.store.js';
import { Offboarding } from '../../src/subscription/offboarding.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, TENANTS, type Flow, type FlowJob } from './setup.js';

const DAY_MS = 24 * HOUR_MS;

describe.each(databaseKinds)('The plan of a schedule on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** A day of its own at a time of day, and what runs at which minutes of it. */
  async function setup(time: string) {
    await flow.clear();
    const midnight = Math.ceil(flow.clock.now() / DAY_MS) * DAY_MS;
    const date = new Date(midnight).toISOString().slice(0, 10);
    const at = (text: string) => Date.parse(`${date}T${text}:00Z`);
    flow.clock.set(at(time));
    await flow.drain();
    const calledAt = async (job: FlowJob) =>
      (await runsOf(job)).flatMap(({ executionTimestamp }) => executionTimestamp?.slice(11, 16) ?? []);
    const liveUntil = (text: string) => flow.live(`${date}T${text}:00Z`);
    return { ...flow, at, date, calledAt, liveUntil };
  }

  it.each([
    ['17:50', ['18:00', '19:00']],
    ['18:10', ['18:10', '19:10']],
  ])('that is hourly from 18:00 and activated at %s runs at %s', async (activated, expected) => {
    const { createJob, calledAt, liveUntil, date, acme, drain } = await setup('17:00');
    const start = { startTime: `${date}T18:00:00Z`, active: false };
    const job = await createJob({ repeatInterval: '1 hour', ...start });
    await liveUntil(activated);
    await acme.put(job.schedule, { active: true }).expect(200);
    await drain();
    await liveUntil('19:30');
    expect(await calledAt(job)).toEqual(expected);
  });

  it('is shifted by a late start: hourly from 10:00 and started at 10:02, it runs at 11:02', async () => {
    const { createJob, calledAt, liveUntil, clock, at, drain } = await setup('09:00');
    const job = await createJob({ repeatInterval: '1 hour' });
    clock.set(at('10:02'));
    await drain();
    await liveUntil('12:30');
    expect(await calledAt(job)).toEqual(['10:02', '11:02', '12:02']);
  });

  it('is not shifted by a late start where it follows the calendar', async () => {
    const { createJob, calledAt, liveUntil, clock, at, drain } = await setup('09:30');
    const job = await createJob({ cron: '* * * * * 0 0' });
    clock.set(at('10:02'));
    await drain();
    await liveUntil('11:30');
    expect(await calledAt(job)).toEqual(['10:02', '11:00']);
  });

  it('does not drift where runs are claimed ahead of their time', async () => {
    const { createJob, clock, at, dispatcher, drain, calledAt } = await setup('09:00');
    const job = await createJob({ repeatInterval: '10 minutes' });
    for (const time of ['09:10', '09:20', '09:30']) {
      clock.set(at(time) - 700);
      expect(await dispatcher.tick(1_000)).toMatchObject({ claimed: 1 });
      clock.set(at(time));
      await drain();
    }
    expect(await calledAt(job)).toEqual(['09:10', '09:20', '09:30']);
  });

  it.each([
    ['pattern', 'expression', 'not a cron', '* * * * * 0 0'],
    ['settings', 'policy', '{', null],
  ])(
    'whose %s cannot be read stops after its planned run, and no other',
    async (what, column, text, healed) => {
      const { createJob, clock, at, drain, calledAt, database, logOf, acme, beta } = await setup('09:30');
      const hourly = { cron: '* * * * * 0 0' };
      const poisoned = await createJob(hourly);
      const others = [await createJob(hourly), await createJob(hourly, { client: beta })];
      const id = uuidToBytes(poisoned.scheduleId);
      await database.transaction((tx) =>
        tx.execute(`UPDATE schedule SET ${column} = ? WHERE id = ?`, [text, id]),
      );
      flow.app.useLogger(false); // It logs an error, as it should.
      for (const time of ['10:00', '11:00']) {
        clock.set(at(time));
        await drain();
      }
      flow.app.useLogger(['error', 'fatal']);
      for (const job of others) expect(await calledAt(job)).toEqual(['10:00', '11:00']);
      expect(await calledAt(poisoned)).toEqual(['10:00']);
      expect(await logOf(poisoned)).toEqual([
        {
          action: 'DEACTIVATION_NO_FUTURE_RUN',
          details: `The stored ${what} of the schedule cannot be read.`,
        },
      ]);
      await database.transaction((tx) =>
        tx.execute(`UPDATE schedule SET ${column} = ? WHERE id = ?`, [healed, id]),
      );
      expect((await acme.get(poisoned.schedule)).body).toMatchObject({ active: false });
    },
  );

  it.each([
    ['an interval', { repeatInterval: '10 minutes' }, ['09:10', '09:20']],
    ['a cron', { cron: '* * * * * */10 0' }, ['09:10', '09:30']],
  ])('that is %s goes on where another run has its next instant', async (_name, schedule, expected) => {
    const { createJob, clock, at, drain, database, app, liveUntil } = await setup('09:00');
    const job = await createJob(schedule);
    // A run that was asked for, at the very instant of the run after the next.
    const { tenancyId } = await tenancyOf(flow);
    const taken = {
      scheduleId: uuidToBytes(job.scheduleId),
      tenancyId,
      plannedAt: at('09:20'),
      dueAt: at('09:20'),
      createdAt: at('09:00'),
      ...{ origin: 'request' as const, originalAt: null, replayOf: null, dataVersion: 0 },
    };
    const store = app.get(RunStore, { strict: false });
    expect(await database.transaction((tx) => store.planAsked(tx, [{ ...taken, id: newUuidBytes(1) }]))).toBe(
      1,
    );
    clock.set(at('09:10'));
    await drain();
    const planned = (await runsOf(job)).filter((run) => run.runState === 'SCHEDULED');
    expect(planned).toHaveLength(2);
    await liveUntil('09:32');
    const runs = (await runsOf(job)).filter((run) => run.runState === 'SUCCESS');
    expect(runs.map((run) => run.plannedAt.slice(11, 16))).toEqual(expect.arrayContaining(expected));
    expect((await runsOf(job)).filter((run) => run.runState === 'SCHEDULED')).toHaveLength(1);
  });

  it('ends with its tenancy: what was in flight is forgotten, nothing more is called', async () => {
    const { createJob, clock, at, dispatcher, target, provider, beta, callsOf, drain, database } =
      await setup('09:59');
    const job = await createJob({ cron: '* * * * * * 0' }, { client: beta });
    target.reacts({ kind: 'hold' });
    clock.set(at('10:00'));
    const before = target.calls.length;
    await dispatcher.tick();
    await target.received(before + 1);
    await provider.delete(`/callback/v1.0/tenants/${TENANTS.beta}`).send(event('DELETE')).expect(200);
    target.release();
    await dispatcher.settled();
    target.reacts({ kind: 'answer' });
    for (let minute = 1; minute <= 3; minute++) {
      clock.advance(MINUTE_MS);
      await drain();
    }
    expect(callsOf(job)).toHaveLength(1);
    await flow.app.get(Offboarding, { strict: false }).goOn();
    const rows = () =>
      database.read((tx) =>
        tx.query('SELECT id FROM run WHERE schedule_id = ?', [uuidToBytes(job.scheduleId)]),
      );
    expect(await rows()).toEqual([]);
  });
});

const event = (eventType: string) => ({
  subscribedTenantId: TENANTS.beta,
  subscribedSubdomain: 'beta',
  subscriptionAppName: 'shop',
  eventType,
});

async function tenancyOf({ database }: Flow) {
  const [row] = await database.read((tx) =>
    tx.query<{ id: number }>('SELECT id FROM tenancy WHERE tenant_id = ?', [uuidToBytes(TENANTS.acme)]),
  );
  return { tenancyId: row?.id ?? 0 };
}
