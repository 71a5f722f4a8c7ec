import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/instant.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const EVERY_5_MINUTES = { cron: '* * * * * */5 0' };
const EVERY_SECOND = { cron: '* * * * * * *' };

describe.each(databaseKinds)('What a schedule makes up of an outage on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS: '4000', MAX_CALLS_PER_TENANT: '4000' });
  });

  /** The service at 11:50 of a day of its own. */
  async function setup() {
    await flow.clear();
    const { clock, drain } = flow;
    const midnight = Math.ceil(clock.now() / DAY_MS) * DAY_MS;
    const date = new Date(midnight).toISOString().slice(0, 10);
    const at = (time: string) => Date.parse(`${date}T${time}:00Z`);
    clock.set(at('11:50'));
    await drain();
    const away = async (from: string, to: string) => {
      clock.set(at(from));
      await drain();
      clock.set(at(to));
      await drain();
    };
    /** Time goes by with the service up. */
    const goOn = (until: string) => flow.live(new Date(at(until)).toISOString(), MINUTE_MS / 2);
    const story = async (job: FlowJob) =>
      (await runsOf(job)).map(({ plannedAt, runState }) => `${plannedAt.slice(11, 16)} ${runState}`);
    return { ...flow, at, away, goOn, story, date };
  }

  it.each([
    ['a short one', '12:08', 2, '12:00', '12:05'],
    ['a long one', '13:08', 14, '13:00', '13:05'],
  ])('is with last the last run of %s', async (_name, back, skipped, to, last) => {
    const { createJob, away, story, logOf, callsOf, date } = await setup();
    const job = await createJob({ ...EVERY_5_MINUTES, catchUp: 'last' });
    await away('11:51', back);
    const next = `${back.slice(0, 2)}:10 SCHEDULED`;
    expect(await story(job)).toEqual([`${last} SUCCESS`, next]);
    expect(callsOf(job)).toHaveLength(1);
    expect(await logOf(job)).toEqual([
      {
        action: 'MISSED_RUNS_SKIPPED',
        details: `The service was away: ${skipped} runs from ${date} 11:55:00 to ${date} ${to}:00 (UTC) were skipped, the one of ${date} ${last}:00 is executed.`,
      },
    ]);
  });

  it('is with none nothing: the first run is recorded as skipped, and the pattern goes on', async () => {
    const { createJob, away, logOf, callsOf, date, goOn, story } = await setup();
    const job = await createJob({ ...EVERY_5_MINUTES, catchUp: 'none' });
    await away('11:51', '12:08');
    expect(callsOf(job)).toEqual([]);
    const [missed, next] = await runsOf(job);
    expect(missed).toMatchObject({
      ...{ plannedAt: `${date} 11:55:00`, runStatus: 'COMPLETED', runState: 'SKIPPED' },
      ...{ httpStatus: null, executionTimestamp: null },
    });
    expect(missed?.transitions.at(-1)).toMatchObject({
      type: 'SKIPPED',
      text: 'The service was away when the run was due, and the schedule does not make up what it missed.',
    });
    expect(next).toMatchObject({ plannedAt: `${date} 12:10:00`, runState: 'SCHEDULED' });
    expect(await logOf(job)).toEqual([
      {
        action: 'MISSED_RUNS_SKIPPED',
        details: `The service was away: 3 runs from ${date} 11:55:00 to ${date} 12:05:00 (UTC) were skipped, as its catchUp says.`,
      },
    ]);
    await goOn('12:10');
    expect(await story(job)).toEqual(['11:55 SKIPPED', '12:10 SUCCESS', '12:15 SCHEDULED']);
  });

  it('is with none nothing of an interval, which goes on as if it had been on time', async () => {
    const { createJob, away, logOf, callsOf, date, story } = await setup();
    const job = await createJob({ repeatInterval: '6 minutes', catchUp: 'none' });
    await away('11:51', '12:13');
    expect(callsOf(job)).toEqual([]);
    expect(await story(job)).toEqual(['11:56 SKIPPED', '12:14 SCHEDULED']);
    expect(await logOf(job)).toEqual([
      {
        action: 'MISSED_RUNS_SKIPPED',
        details: `The service was away: the run of ${date} 11:56:00 (UTC) was skipped, as its catchUp says.`,
      },
    ]);
  });

  it.each(['last', 'none', 'all'])('is not with %s what is only late', async (catchUp) => {
    const { createJob, clock, drain, story, at } = await setup();
    const job = await createJob({ ...EVERY_5_MINUTES, catchUp });
    for (const time of ['11:54', '11:55', '11:56']) {
      clock.set(at(time));
      await flow.dispatcher.standBy();
    }
    await drain();
    expect(await story(job)).toEqual(['11:55 SUCCESS', '12:00 SCHEDULED']);
  });

  it('is with all every run of a long one', async () => {
    const { createJob, away, story, logOf } = await setup();
    const job = await createJob({ ...EVERY_5_MINUTES, catchUp: 'all' });
    await away('11:51', '12:23');
    const times = ['11:55', '12:00', '12:05', '12:10', '12:15', '12:20'];
    expect(await story(job)).toEqual([...times.map((time) => `${time} SUCCESS`), '12:25 SCHEDULED']);
    expect(await logOf(job)).toEqual([]);
  });

  it('is with none nothing up to the end time, and the schedule ends', async () => {
    const { createJob, away, logOf, at, acme, story } = await setup();
    const endTime = new Date(at('12:01')).toISOString();
    const job = await createJob({ ...EVERY_5_MINUTES, catchUp: 'none', endTime });
    await away('11:51', '12:08');
    expect(await story(job)).toEqual(['11:55 SKIPPED']);
    expect((await acme.get(job.schedule)).body).toMatchObject({ active: false, nextRunAt: null });
    expect((await logOf(job)).map(({ action }) => action)).toEqual([
      'MISSED_RUNS_SKIPPED',
      'DEACTIVATION_ON_END_TIME',
    ]);
  });

  it('is said to be due where its last run meets an earlier one of its schedule', async () => {
    const { createJob, away, goOn, story, logOf, date, target } = await setup();
    target.reacts({ kind: 'answer', status: 202 });
    const job = await createJob({ ...EVERY_5_MINUTES, overlap: 'skip' });
    await goOn('11:56');
    await away('11:57', '12:48');
    expect(await story(job)).toEqual(['11:55 ACK_RECVD', '12:45 SKIPPED', '12:50 SCHEDULED']);
    expect((await logOf(job)).map(({ details }) => details)).toEqual([
      `The service was away: 9 runs from ${date} 12:00:00 to ${date} 12:40:00 (UTC) were skipped, the one of ${date} 12:45:00 is due in their place.`,
    ]);
  });

  it('does not count with maxRuns what is skipped', async () => {
    const { createJob, away, acme, story, goOn } = await setup();
    const job = await createJob({ ...EVERY_5_MINUTES, catchUp: 'none', maxRuns: 1 });
    await away('11:51', '12:08');
    expect((await acme.get(job.schedule)).body).toMatchObject({ active: true });
    await goOn('12:10');
    expect(await story(job)).toEqual(['11:55 SKIPPED', '12:10 SUCCESS']);
    expect((await acme.get(job.schedule)).body).toMatchObject({ active: false });
  });

  it('does not go beyond maxRuns', async () => {
    const { createJob, away, story } = await setup();
    const job = await createJob({ ...EVERY_5_MINUTES, maxRuns: 2 });
    await away('11:51', '12:08');
    expect(await story(job)).toEqual(['11:55 SUCCESS', '12:00 SUCCESS']);
  });

  it('is claimed in few rounds by default, each of which says that there is more', async () => {
    const { createJob, clock, at, drain, tick, callsOf } = await setup();
    const job = await createJob(EVERY_SECOND);
    clock.set(at('11:51'));
    await drain();
    const before = callsOf(job).length;
    clock.advance(10 * MINUTE_MS);
    const rounds = [];
    for (;;) {
      rounds.push(await tick());
      if (rounds.at(-1)?.isMoreDue !== true) break;
    }
    const runs = callsOf(job).slice(before);
    expect(runs).toHaveLength((10 * MINUTE_MS) / SECOND_MS);
    expect(rounds.length).toBeLessThan(50);
    expect(new Set(runs.map(({ headers }) => headers['x-sap-run-at'])).size).toBe(runs.length);
  });

  it('is claimed round by round beside what others have due', async () => {
    const { createJob, clock, at, drain, tick, callsOf, beta } = await setup();
    const job = await createJob(EVERY_SECOND);
    const other = await createJob(EVERY_5_MINUTES, { client: beta });
    clock.set(at('11:51'));
    await drain();
    clock.advance(HOUR_MS / 6);
    await tick();
    expect(callsOf(other).length).toBeGreaterThan(0);
    await drain();
    expect(callsOf(other)).toHaveLength(2);
    expect(callsOf(job).length).toBeGreaterThan(600);
  });
});
