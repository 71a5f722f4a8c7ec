import { HOUR_MS } from '../../src/core/instant.js';
import { databaseKinds } from '../support/databases.js';
import { startFlow, type Flow, type FlowJob } from './setup.js';

const WINDOW = { startTime: '2031-01-01T00:00:00.400Z', endTime: '2091-01-01T00:00:00.700Z' };

describe.each(databaseKinds)('What was read of a schedule and is sent back on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** A schedule, and an hour that has gone by since it was made. */
  async function setup(schedule: object, ofJob: Record<string, unknown> = {}) {
    await flow.clear();
    const job = await flow.createJob(schedule, ofJob);
    const before = await nextOf(job);
    flow.clock.advance(HOUR_MS);
    await flow.renew();
    return { ...flow, job, before };
  }

  async function nextOf({ client, schedule }: FlowJob): Promise<string | null> {
    return (await client.get(schedule).expect(200)).body.nextRunAt;
  }

  /** Sends all that can be changed as it was read. */
  async function sendBack({ client, schedule }: FlowJob, change: object = {}): Promise<void> {
    const { body } = await client.get(schedule).expect(200);
    const { cron, time, repeatInterval, repeatAt, data, description, active, startTime, endTime } = body;
    const fields = { cron, time, repeatInterval, repeatAt, data, description, active, startTime, endTime };
    await client.put(schedule, { ...fields, ...change }).expect(200);
  }

  it.each([
    [{ time: 'tomorrow at 4pm' }],
    [{ time: 'in 2 hours' }],
    [{ time: 'next week' }],
    [{ time: { date: '2033-12-01', format: 'YYYY-MM-DD' } }],
    [{ time: '2033-12-01T10:00:00Z', ...WINDOW }],
    [{ repeatInterval: '5 hours' }],
    [{ repeatInterval: '5 hours', ...WINDOW }],
    [{ repeatAt: '16:00', data: { a: 1.5 } }],
    [{ cron: '* * * * 16 0 0' }],
  ])('does not move %j', async (schedule) => {
    const { job, before } = await setup(schedule);
    expect(before).not.toBeNull();
    await sendBack(job);
    expect(await nextOf(job)).toBe(before);
  });

  it('keeps the milliseconds of a window that the wire does not show, of a job too', async () => {
    const { job, database } = await setup({ cron: '* * * * 16 0 0', ...WINDOW }, WINDOW);
    await sendBack(job);
    const { startTime, endTime } = (await job.client.get(job.job).expect(200)).body;
    await job.client.put(job.job, { startTime, endTime }).expect(200);
    const window = { start_at: Date.parse(WINDOW.startTime), end_at: Date.parse(WINDOW.endTime) };
    for (const table of ['schedule', 'job']) {
      const [row] = await database.read((tx) =>
        tx.query(`SELECT start_at, end_at FROM ${table} ORDER BY created_at DESC, id DESC LIMIT 1`),
      );
      expect(row).toEqual(window);
    }
  });

  it('off and on again keeps the instant that its time meant', async () => {
    const { job, before } = await setup({ time: 'in 2 hours' });
    await sendBack(job, { active: false });
    expect(await nextOf(job)).toBeNull();
    await sendBack(job, { active: true });
    expect(await nextOf(job)).toBe(before);
  });

  it('is read anew where its text differs', async () => {
    const { job, clock } = await setup({ time: 'in 2 hours' });
    await sendBack(job, { time: 'in 120 minutes' });
    const inTwoHours = new Date(clock.now() + 2 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');
    expect(await nextOf(job)).toBe(inTwoHours);
  });
});
