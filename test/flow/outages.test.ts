import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { databaseKinds, mariaDb, type DatabaseKind } from '../support/databases.js';
import { runsOf, startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

const EVERY_5_MINUTES = { cron: '* * * * * */5 0' };
const DAILY_AT_NOON_TEN = { repeatAt: '12:10' };
const DAY_MS = 86_400_000;

/** A day of its own, and what is asked about it. */
function newDay(flow: Pick<Flow, 'clock'>) {
  const midnight = Math.ceil(flow.clock.now() / DAY_MS) * DAY_MS;
  const date = new Date(midnight).toISOString().slice(0, 10);
  const at = (time: string) => Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  /** What a schedule has run or plans: the time planned for > the time of the call (or the state where there was none). */
  const story = async (job: FlowJob) =>
    (await runsOf(job)).map(({ plannedAt, executionTimestamp, runState }) => {
      const planned = plannedAt.startsWith(date) ? plannedAt.slice(11, 16) : plannedAt.slice(0, 16);
      return `${planned} > ${executionTimestamp === null ? runState : executionTimestamp.slice(11, 16)}`;
    });
  const tomorrow = new Date(midnight + DAY_MS).toISOString().slice(0, 10);
  return { date, tomorrow, at, story };
}

/** An application whose tests each have a day of their own, at 11:50 of which the service is up. */
async function startedDay(flow: Flow) {
  await flow.clear();
  const day = newDay(flow);
  flow.clock.set(day.at('11:50'));
  await flow.drain();
  /** The service beats for the last time at one time, and is there again at the other. */
  const away = async (from: string, to: string) => {
    flow.clock.set(day.at(from));
    await flow.drain();
    flow.clock.set(day.at(to));
    await flow.drain();
  };
  return { ...flow, ...day, away };
}

describe.each(databaseKinds)('An outage on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });
  const setup = () => startedDay(flow);

  it('of 22 minutes leaves the last missed run of each schedule of each tenant', async () => {
    const { createJob, away, story, date, tomorrow, acme, beta, logOf } = await setup();
    const often = await createJob(EVERY_5_MINUTES, { client: acme });
    const others = await createJob({ cron: '* * * * * 2:59/10 0' }, { client: beta });
    const daily = await createJob(DAILY_AT_NOON_TEN, { client: beta });
    await away('11:51', '12:13');
    expect(await story(often)).toEqual(['12:10 > 12:13', '12:15 > SCHEDULED']);
    expect(await story(others)).toEqual(['12:12 > 12:13', '12:22 > SCHEDULED']);
    expect(await story(daily)).toEqual(['12:10 > 12:13', `${tomorrow} 12:10 > SCHEDULED`]);
    expect(await logOf(often)).toEqual([
      {
        action: 'MISSED_RUNS_SKIPPED',
        details: `The service was away: 3 runs from ${date} 11:55:00 to ${date} 12:05:00 (UTC) were skipped, the one of ${date} 12:10:00 is executed.`,
      },
    ]);
    expect(await logOf(others)).toEqual([
      {
        action: 'MISSED_RUNS_SKIPPED',
        details: expect.stringContaining(`: 2 runs from ${date} 11:52:00 to ${date} 12:02:00 `),
      },
    ]);
    expect(await logOf(daily)).toEqual([]);
  });

  it('of 17 minutes leaves nothing out', async () => {
    const { createJob, away, story, logOf, callsOf, date } = await setup();
    const job = await createJob(EVERY_5_MINUTES);
    await away('11:56', '12:13');
    expect(await story(job)).toEqual([
      '11:55 > 11:56',
      ...['12:00 > 12:13', '12:05 > 12:13', '12:10 > 12:13', '12:15 > SCHEDULED'],
    ]);
    // Runs that are late together are called at once, each on a connection of its own: they arrive in any order.
    expect(
      callsOf(job)
        .map((call) => String(call.headers['x-sap-run-at']))
        .sort(),
    ).toEqual(['11:55', '12:00', '12:05', '12:10'].map((time) => `${date} ${time}:00`));
    expect(await logOf(job)).toEqual([]);
  });

  it.each([
    ['20 minutes skips', '12:11:00', ['12:10 > 12:11', '12:15 > SCHEDULED']],
    [
      'a millisecond less does not',
      '12:10:59.999',
      ['11:55', '12:00', '12:05', '12:10'].map((time) => `${time} > 12:10`),
    ],
  ])('of exactly %s', async (_name, back, expected) => {
    const { createJob, away, story } = await setup();
    const job = await createJob(EVERY_5_MINUTES);
    await away('11:51', back);
    expect((await story(job)).slice(0, expected.length)).toEqual(expected);
  });

  it('runs a one-time schedule that fell into it once, and one that had run not again', async () => {
    const { createJob, away, story, at, clock, drain, logOf } = await setup();
    const had = await createJob({ time: new Date(at('11:50:30')).toISOString() });
    const missed = await createJob({ time: new Date(at('11:55')).toISOString() });
    await away('11:51', '12:13');
    expect(await story(had)).toEqual(['11:50 > 11:51']);
    expect(await story(missed)).toEqual(['11:55 > 12:13']);
    expect(await logOf(missed)).toEqual([expect.objectContaining({ action: 'DEACTIVATION_ON_COMPLETION' })]);
    clock.set(at('12:40'));
    await drain();
    expect(await story(had)).toHaveLength(1);
    expect(await story(missed)).toHaveLength(1);
  });

  it.each(['12:08', '12:13'])(
    'until %s runs an interval once, and then goes on from that start',
    async (back) => {
      const { createJob, away, story, at, live, logOf } = await setup();
      const job = await createJob({ repeatInterval: '3 minutes' });
      await away('11:51', back);
      await live(new Date(at(back) + 3 * 60_000).toISOString(), 30_000);
      const next = new Date(at(back) + 3 * 60_000).toISOString().slice(11, 16);
      expect((await story(job)).slice(0, 2)).toEqual([`11:53 > ${back}`, `${next} > ${next}`]);
      expect(await logOf(job)).toEqual([]);
    },
  );

  it.each([
    ['a long one', '12:13', ['12:05 > 12:13'], 1],
    ['a short one', '12:10', ['11:55 > 12:10', '12:00 > 12:10', '12:05 > 12:10'], 0],
  ])('in which the end time lies (%s) runs nothing later than that', async (_name, back, expected, skips) => {
    const { createJob, away, story, at, logOf } = await setup();
    const job = await createJob({ ...EVERY_5_MINUTES, endTime: new Date(at('12:07')).toISOString() });
    await away('11:51', back);
    expect(await story(job)).toEqual(expected);
    expect((await logOf(job)).map(({ action }) => action)).toEqual([
      ...Array.from({ length: skips }, () => 'MISSED_RUNS_SKIPPED'),
      'DEACTIVATION_ON_END_TIME',
    ]);
  });

  it('of three weeks costs a schedule of every second no more than one of 20 minutes', async () => {
    const { createJob, clock, drain, logOf, callsOf, database, at } = await setup();
    const job = await createJob({ cron: '* * * * * * *' });
    clock.set(at('11:51'));
    const behind = async (byMs: number) => {
      await drain();
      const before = callsOf(job).length;
      clock.advance(byMs);
      const statements = await countStatements(database, drain);
      return { statements, calls: callsOf(job).length - before };
    };
    const short = await behind(20 * 60_000);
    const long = await behind(21 * DAY_MS);
    expect(long).toEqual({ statements: short.statements, calls: 1 });
    const skipped = (21 * DAY_MS) / 1_000 - 1;
    expect((await logOf(job)).at(-1)?.details).toContain(`: ${skipped} runs from `);
  });

  it('is none while the service is up and merely late', async () => {
    const { createJob, clock, at, dispatcher, drain, story, logOf } = await setup();
    const job = await createJob(EVERY_5_MINUTES);
    for (const time of ['11:51', '12:00', '12:09', '12:13']) {
      clock.set(at(time));
      await dispatcher.standBy();
    }
    await drain();
    const runs = ['11:55', '12:00', '12:05', '12:10'].map((time) => `${time} > 12:13`);
    expect(await story(job)).toEqual([...runs, '12:15 > SCHEDULED']);
    expect(await logOf(job)).toEqual([]);
  });

  it('in which a schedule was planned before it is measured from the last beat, and older backlog is not skipped', async () => {
    const { createJob, clock, at, dispatcher, drain, story } = await setup();
    const job = await createJob(EVERY_5_MINUTES);
    clock.set(at('12:02'));
    await dispatcher.standBy();
    clock.set(at('12:23'));
    await drain();
    expect(await story(job)).toEqual([
      ...['11:55 > 12:23', '12:00 > 12:23', '12:20 > 12:23', '12:25 > SCHEDULED'],
    ]);
  });
});

describe.each(databaseKinds)('A restart after an outage on $name', (kind) => {
  it('leaves the last missed run of each schedule', async () => {
    const flow = await startFlow(kind);
    const { clock, at, createJob, stop, target, options, uaa, date } = await startedDay(flow);
    const job = await createJob(EVERY_5_MINUTES);
    clock.set(at('11:51'));
    await flow.drain();
    await stop();
    clock.set(at('12:13'));
    const again = await startReplica({ ...options, clock, uaa }, target);
    await again.renew();
    await again.drain();
    const runs = await runsOf(job, again.acme);
    expect(runs.map((run) => run.plannedAt)).toEqual([`${date} 12:10:00`, `${date} 12:15:00`]);
  });
});

describe('Two replicas', () => {
  async function setup(kind: DatabaseKind) {
    const flow = await startFlow(kind);
    const day = await startedDay(flow);
    const other = await startReplica({ ...day.options, clock: day.clock, uaa: day.uaa }, day.target);
    const job = await day.createJob(EVERY_5_MINUTES);
    /** One replica stands still from 11:51 to 12:13; the other beats all the time, or stands still too. */
    const oneAway = async (isOtherThere: boolean) => {
      for (const time of ['11:51', '12:00', '12:09', '12:13']) {
        day.clock.set(day.at(time));
        if (isOtherThere || time === '11:51') await other.dispatcher.standBy();
        if (time === '11:51') await day.drain();
      }
      await day.drain();
      return day.story(job);
    };
    return { ...day, oneAway };
  }

  it('have no outage while one of them is there', async () => {
    const { oneAway } = await setup(mariaDb);
    const runs = ['11:55', '12:00', '12:05', '12:10'].map((time) => `${time} > 12:13`);
    expect(await oneAway(true)).toEqual([...runs, '12:15 > SCHEDULED']);
  });

  it('have one when both are away', async () => {
    const { oneAway } = await setup(mariaDb);
    expect(await oneAway(false)).toEqual(['12:10 > 12:13', '12:15 > SCHEDULED']);
  });
});

/** Returns how many statements of its own SQL the work runs. */
async function countStatements(database: Database, work: () => Promise<void>): Promise<number> {
  const transaction = database.transaction.bind(database);
  const read = database.read.bind(database);
  let statements = 0;
  const counted =
    <T>(run: (tx: Tx) => Promise<T>) =>
    (tx: Tx) => {
      const count = <R>(result: R) => (statements++, result);
      return run({
        ...tx,
        query: (sql, parameters) => count(tx.query(sql, parameters)),
        execute: (sql, parameters) => count(tx.execute(sql, parameters)),
      });
    };
  database.transaction = (run) => transaction(counted(run));
  database.read = (run) => read(counted(run));
  await work();
  Object.assign(database, { transaction, read });
  return statements;
}
