import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { runsOf, startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

/** At 10:00, 10:20, ... */
const SPREAD = { cron: '* * * * * */20 0', spread: '10 minutes' };
const OFFSET_MS = 5 * MINUTE_MS;

/** The service on a day of its own, at 9:58. */
async function startedDay(flow: Flow) {
  await flow.clear();
  const { clock, drain, database, target, acme } = flow;
  const midnight = Math.ceil(clock.now() / DAY_MS) * DAY_MS;
  const at = (time: string) => Date.parse(`${new Date(midnight).toISOString().slice(0, 10)}T${time}Z`);
  clock.set(midnight + 10 * HOUR_MS - 2 * MINUTE_MS);
  await drain();
  await flow.renew();
  const offsetsOf = (jobId: number) =>
    database.read(async (tx) => {
      const rows = await tx.query<{ spread_offset: number | null }>(
        'SELECT spread_offset FROM schedule WHERE job_id = ? ORDER BY id',
        [jobId],
      );
      return rows.map((row) => row.spread_offset);
    });
  /** A job whose schedule has this offset, whatever was chosen. */
  const createSpread = async (schedule: object, offsetMs = OFFSET_MS): Promise<FlowJob> => {
    const job = await flow.createJob(schedule);
    const id = uuidToBytes(job.scheduleId);
    await database.transaction(async (tx) => {
      await tx.execute('UPDATE schedule SET spread_offset = ? WHERE id = ?', [offsetMs, id]);
      await tx.execute('UPDATE run SET due_at = planned_at + ? WHERE schedule_id = ?', [offsetMs, id]);
    });
    return job;
  };
  /** The calls of a job: what it ran for > when it was called. */
  const calls = async (job: FlowJob) => {
    const runs = await runsOf(job);
    const ofRuns = runs.flatMap(({ plannedAt, executionTimestamp: called }) =>
      called === null ? [] : [`${plannedAt.slice(11, 16)} > ${called.slice(11, 16)}`],
    );
    expect(target.calls.filter(({ path }) => path === job.path)).toHaveLength(ofRuns.length);
    return ofRuns;
  };
  const nextOf = async ({ schedule }: FlowJob) => {
    const { nextRunAt } = (await acme.get(schedule).expect(200)).body;
    return nextRunAt === null ? null : nextRunAt.slice(11);
  };
  const live = (time: string) => flow.live(new Date(at(time)).toISOString());
  const away = async (from: string, to: string) => {
    await live(from);
    clock.set(at(to));
    await drain();
  };
  return { ...flow, at, offsetsOf, createSpread, calls, nextOf, live, away };
}

type Day = Awaited<ReturnType<typeof startedDay>>;

const put = (change: object) => async (job: FlowJob) => job.client.put(job.schedule, change).expect(200);
const switched =
  (path: 'job' | 'schedule') =>
  async ({ client, ...job }: FlowJob) => {
    await client.put(job[path], { active: false }).expect(200);
    await client.put(job[path], { active: true }).expect(200);
  };

/** What is done at 10:02 to a schedule of which the run of 10:00 is due at 10:05, and what is called up to 10:27. */
const EDITS: readonly [string, (job: FlowJob, day: Day) => Promise<unknown>, readonly string[]][] = [
  ['nothing is changed', async () => undefined, ['10:00 > 10:05', '10:20 > 10:25']],
  ['its description is changed', put({ description: 'x' }), ['10:00 > 10:05', '10:20 > 10:25']],
  ['its window gets a beginning', put({ startTime: '2029-01-01' }), ['10:00 > 10:05', '10:20 > 10:25']],
  [
    'its window ends before it is due',
    (job, { at }) => put({ endTime: new Date(at('10:03:00')).toISOString() })(job),
    ['10:00 > 10:05'],
  ],
  [
    'the window of its job is changed',
    ({ client, job }) => client.put(job, { startTime: '2029-01-01' }).expect(200),
    ['10:00 > 10:05', '10:20 > 10:25'],
  ],
  ['it is not spread any more', put({ spread: null }), ['10:00 > 10:02', '10:20 > 10:20']],
  [
    'it gets another pattern and no spread',
    put({ cron: '* * * * * 7,21 0', spread: null }),
    ['10:00 > 10:02', '10:07 > 10:07', '10:21 > 10:21'],
  ],
  ['it is switched off', put({ active: false }), []],
  ['it is switched off and on again', switched('schedule'), ['10:00 > 10:05', '10:20 > 10:25']],
  ['its job is switched off and on again', switched('job'), ['10:00 > 10:05', '10:20 > 10:25']],
  ['it is limited to two runs', put({ maxRuns: 2 }), ['10:00 > 10:05', '10:20 > 10:25']],
];

describe.each(databaseKinds)('A schedule that is spread, on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });
  const setup = () => startedDay(flow);

  it('is called at its offset, with the instant of the pattern, and plans the next one so', async () => {
    const { createSpread, calls, nextOf, live, acme, callsOf } = await setup();
    const job = await createSpread(SPREAD);
    expect(await nextOf(job)).toBe('10:05:00');
    await live('10:27:00');
    expect(await calls(job)).toEqual(['10:00 > 10:05', '10:20 > 10:25']);
    expect(String(callsOf(job)[0]?.headers['x-sap-run-at'])).toContain('10:00:00');
    expect(await nextOf(job)).toBe('10:45:00');
    const { body } = await acme.get(`${job.schedule}/next?count=2`).expect(200);
    expect(body.runs.map(({ at }: { at: string }) => at.slice(11, 19))).toEqual(['10:40:00', '11:00:00']);
    expect(body.warnings).toEqual(['Each run is 5 minutes later.']);
  });

  it.each(EDITS)(
    'of which the run is neither lost nor called twice where between its instant and that %s',
    async (_name, edit, expected) => {
      const day = await setup();
      const job = await day.createSpread(SPREAD);
      await day.live('10:02:00');
      expect(await day.calls(job)).toEqual([]);
      await edit(job, day);
      await day.drain();
      await day.live('10:27:00');
      expect(await day.calls(job)).toEqual(expected);
    },
  );

  it('gets another offset with another pattern or zone, which counts for what is still to be due', async () => {
    for (const change of [
      { cron: '* * * * * 30 0' },
      { timeZone: 'Asia/Kolkata' },
      { spread: '9 minutes' },
    ]) {
      const { createSpread, calls, live, offsetsOf, nextOf, at, clock } = await setup();
      const job = await createSpread(SPREAD, 599_000);
      await live('10:02:00');
      const { body } = await job.client.put(job.schedule, change).expect(200);
      const [offset] = await offsetsOf(job.jobId);
      expect(offset).not.toBeNull();
      const dueAt = Math.max(clock.now(), at('10:00:00') + Number(offset));
      expect(body.nextRunAt ?? (await nextOf(job))).toContain(new Date(dueAt).toISOString().slice(11, 19));
      await live('10:11:00');
      expect((await calls(job)).filter((call) => call.startsWith('10:00'))).toHaveLength(1);
      await live('10:45:00');
      expect(new Set((await calls(job)).map((call) => call.slice(0, 5))).size).toBe(
        (await calls(job)).length,
      );
    }
  });

  it('keeps its offset through all other edits, and none without the setting', async () => {
    const { createSpread, offsetsOf } = await setup();
    const job = await createSpread(SPREAD, 123_000);
    const changes = [
      { description: 'y', startTime: '2029-01-01', cron: SPREAD.cron, spread: SPREAD.spread, maxRuns: 9 },
      { active: false },
      { overlap: 'skip' },
      { active: true },
    ];
    for (const change of changes) await job.client.put(job.schedule, change).expect(200);
    expect(await offsetsOf(job.jobId)).toEqual([123_000]);
    await job.client.put(job.schedule, { spread: null }).expect(200);
    expect(await offsetsOf(job.jobId)).toEqual([null]);
  });

  it('does not make up what was due while it was switched off', async () => {
    const { createSpread, calls, live, nextOf } = await setup();
    const job = await createSpread(SPREAD);
    await live('10:02:00');
    await put({ active: false })(job);
    await live('10:06:00');
    await put({ active: true })(job);
    expect(await nextOf(job)).toBe('10:25:00');
    await live('10:27:00');
    expect(await calls(job)).toEqual(['10:20 > 10:25']);
  });

  it('is not called again where it is switched off and on after it was called', async () => {
    const { createSpread, calls, live } = await setup();
    const job = await createSpread(SPREAD);
    await live('10:05:00');
    await switched('schedule')(job);
    await live('10:27:00');
    expect(await calls(job)).toEqual(['10:00 > 10:05', '10:20 > 10:25']);
  });

  it('is run at once on request, and as planned all the same', async () => {
    const { createSpread, calls, live, drain, clock } = await setup();
    const job = await createSpread(SPREAD);
    await live('10:02:00');
    await job.client.post(job.runs, {}).expect(202);
    clock.advance(1_000);
    await drain();
    await live('10:10:00');
    expect((await calls(job)).sort()).toEqual(['10:00 > 10:05', '10:02 > 10:02']);
  });

  it.each([
    ['by default', {}, ['10:15', '10:20', '10:25']],
    ['with none', { catchUp: 'none' }, ['10:20', '10:25']],
    ['with all', { catchUp: 'all' }, ['10:00', '10:05', '10:10', '10:15', '10:20', '10:25']],
  ])(
    'has missed %s in an outage what was due in it, not what is due after it',
    async (_name, setting, expected) => {
      const { createSpread, calls, live, away } = await setup();
      const schedule = { cron: '* * * * * */5 0', spread: '2 minutes', ...setting };
      const job = await createSpread(schedule, MINUTE_MS);
      await away('10:00:30', '10:20:59');
      expect((await calls(job)).map((call) => call.slice(0, 5))).toEqual(expected.slice(0, -2));
      await live('10:27:00');
      const all = await calls(job);
      expect(all.map((call) => call.slice(0, 5))).toEqual(expected);
      expect(all.slice(-2)).toEqual(['10:20 > 10:21', '10:25 > 10:26']);
    },
  );

  it('loses nothing in an outage that ends between its instant and its call', async () => {
    const { createSpread, calls, live, away } = await setup();
    const job = await createSpread({ ...SPREAD, catchUp: 'none' });
    await away('09:59:00', '10:03:00');
    await live('10:10:00');
    expect(await calls(job)).toEqual(['10:00 > 10:05']);
  });

  it('does not choose the seconds of others: of its request, of its tenant, or of another one', async () => {
    const { offsetsOf, createJob, beta } = await setup();
    const twoHundred = Array.from({ length: 200 }, () => ({ ...SPREAD, active: true }));
    const first = await createJob(SPREAD, { others: twoHundred });
    const second = await createJob(SPREAD, { others: twoHundred, client: beta });
    const offsets = [...(await offsetsOf(first.jobId)), ...(await offsetsOf(second.jobId))];
    expect(new Set(offsets).size).toBe(402);
    const third = await createJob(SPREAD, { others: twoHundred });
    const all = [...offsets, ...(await offsetsOf(third.jobId))].map(Number);
    // 603 for 601 seconds.
    expect(new Set(all).size).toBe(601);
    expect(Math.min(...all)).toBe(0);
    expect(Math.max(...all)).toBe(10 * MINUTE_MS);
  });

  it('finds the offsets of others while their windows pass', async () => {
    const { offsetsOf, createJob, live } = await setup();
    const many = Array.from({ length: 300 }, () => ({ ...SPREAD, active: true }));
    const first = await createJob(SPREAD, { others: many });
    await live('10:05:00');
    const second = await createJob(SPREAD, { others: many.slice(1) });
    const offsets = [...(await offsetsOf(first.jobId)), ...(await offsetsOf(second.jobId))];
    expect(new Set(offsets).size).toBe(601);
  });
});

it('A schedule that is spread is called once by two replicas, whichever planned it', async () => {
  const flow = await startFlow(mariaDb);
  const { clock, drain, callsOf, uaa, options, target, createSpread, live, at } = await startedDay(flow);
  const other = await startReplica({ ...options, clock, uaa }, target);
  const job = await createSpread(SPREAD);
  await live('10:04:59');
  expect(callsOf(job)).toEqual([]);
  clock.set(at('10:05:00'));
  await Promise.all([drain(), other.drain()]);
  expect(callsOf(job)).toHaveLength(1);
  await other.live(new Date(at('10:25:00')).toISOString());
  expect(callsOf(job)).toHaveLength(2);
});
