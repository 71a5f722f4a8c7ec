import { RunEndingService } from '../../src/run-log/run-ending.service.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow } from './setup.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SETTING = { repeatInterval: '5 minutes', repeatAfter: 'completion' };

describe.each(databaseKinds)('An interval that counts from the end of a run on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** A schedule whose first run is acknowledged and goes on; `at` tells minutes since its start. */
  async function setup(schedule: object = {}) {
    await flow.clear();
    const { clock, target, createJob, acme, drain } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 10 * MINUTE_MS);
    await drain();
    target.reacts({ kind: 'answer', status: 202 });
    const job = await createJob({ ...SETTING, ...schedule });
    clock.advance(5 * MINUTE_MS);
    await drain();
    expect(flow.callsOf(job)).toHaveLength(1);
    const startedAt = clock.now();
    const states = async () => (await runsOf(job)).map(({ runState }) => runState);
    const report = async (place: number) => {
      const run = (await runsOf(job))[place];
      await acme.put(`${job.runs}/${run?.runId}`, { success: true, message: 'done' }).expect(200);
    };
    /** In how many minutes after the first run the next one is planned; null where none is. */
    const nextIn = async () => {
      const { body } = await acme.get(job.schedule).expect(200);
      return body.nextRunAt === null ? null : (Date.parse(`${body.nextRunAt}Z`) - startedAt) / MINUTE_MS;
    };
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute++) {
        clock.advance(MINUTE_MS);
        await drain();
      }
    };
    const edit = (change: object) => acme.put(job.schedule, change).expect(200);
    return { ...flow, job, states, report, nextIn, minutes, edit, calls: () => flow.callsOf(job).length };
  }

  it('plans nothing while a run is open, and from its end on', async () => {
    const { states, report, nextIn, minutes } = await setup();
    expect(await states()).toEqual(['ACK_RECVD']);
    expect(await nextIn()).toBeNull();
    await minutes(12);
    expect(await states()).toEqual(['ACK_RECVD']);
    await report(0);
    expect(await nextIn()).toBe(17);
    await minutes(5);
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD']);
    expect(await nextIn()).toBeNull();
  });

  it('plans as before where it counts from the start', async () => {
    const { nextIn } = await setup({ repeatAfter: 'start' });
    expect(await nextIn()).toBe(5);
  });

  it('goes on when the service gives up the run', async () => {
    const { app, clock, database, states, nextIn } = await setup();
    clock.advance(31 * MINUTE_MS);
    const endings = app.get(RunEndingService, { strict: false });
    await database.transaction((tx) => endings.expire(tx, clock.now(), 10));
    expect([await states(), await nextIn()]).toEqual([['UNKNOWN', 'SCHEDULED'], 36]);
  });

  it.each([200, 500, 404])('goes on when the answer %d ends the run', async (status) => {
    const { target, report, nextIn, minutes } = await setup();
    await report(0);
    target.reacts({ kind: 'answer', status });
    await minutes(5);
    expect(await nextIn()).toBe(10);
  });

  it('is not moved by a run that is asked for', async () => {
    const { clock, acme, job, drain, states, report, nextIn } = await setup();
    await acme.post(job.runs).expect(202);
    clock.advance(MINUTE_MS);
    await drain();
    expect([await states(), await nextIn()]).toEqual([['ACK_RECVD', 'ACK_RECVD'], null]);
    await report(1);
    expect(await nextIn()).toBeNull();
    await report(0);
    expect(await nextIn()).toBe(6);
  });

  it('plans around a run that was asked for at the very instant', async () => {
    const { clock, database, drain, job, report, states, calls } = await setup();
    const at = clock.now() + 5 * MINUTE_MS;
    await database.transaction((tx) =>
      tx.execute(
        `INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, due_at, created_at, is_reported)
         SELECT ${'?'}, schedule_id, tenancy_id, 1, 4, ?, ?, ?, 0 FROM run WHERE state = 2`,
        [Buffer.alloc(16, 7), at, at, at],
      ),
    );
    await report(0);
    clock.advance(5 * MINUTE_MS + 1);
    await drain();
    expect(calls()).toBe(2);
    expect(await states()).toEqual(['SUCCESS', 'SUCCESS', 'ACK_RECVD']);
    await database.transaction((tx) => tx.execute('DELETE FROM run WHERE id = ?', [Buffer.alloc(16, 7)]));
    expect(job.path).toBeTruthy();
  });

  it('takes a new interval when the open run ends', async () => {
    const { edit, nextIn, minutes, report } = await setup();
    await edit({ repeatInterval: '2 minutes' });
    expect(await nextIn()).toBeNull();
    await minutes(3);
    await report(0);
    expect(await nextIn()).toBe(5);
  });

  it('takes a new interval while its next run is planned', async () => {
    const { edit, nextIn, report } = await setup();
    await report(0);
    await edit({ repeatInterval: '2 minutes' });
    expect(await nextIn()).toBe(2);
  });

  it('takes a window that ends before the next run', async () => {
    const { clock, edit, nextIn, report, logOf, job } = await setup();
    await edit({ endTime: new Date(clock.now() + 4 * MINUTE_MS).toISOString() });
    await report(0);
    expect(await nextIn()).toBeNull();
    expect(await logOf(job)).toMatchObject([{ action: 'DEACTIVATION_ON_END_TIME' }]);
  });

  it.each(['the schedule', 'the job'])('has one chain after %s is switched off and on', async (what) => {
    const { acme, job, states, nextIn, report, minutes } = await setup();
    const place = what === 'the job' ? job.job : job.schedule;
    await acme.put(place, { active: false }).expect(200);
    await acme.put(place, { active: true }).expect(200);
    expect([await states(), await nextIn()]).toEqual([['ACK_RECVD'], null]);
    await minutes(2);
    await report(0);
    expect(await nextIn()).toBe(7);
    await minutes(5);
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD']);
  });

  it('plans nothing when its run ends while it is off, and anew when it is on again', async () => {
    const { edit, states, nextIn, report, drain } = await setup();
    await edit({ active: false });
    await report(0);
    expect(await states()).toEqual(['SUCCESS']);
    await edit({ active: true });
    expect(await nextIn()).not.toBeNull();
    await drain();
    expect((await states()).filter((state) => state !== 'SUCCESS')).toHaveLength(1);
  });

  it('may be set and taken off while a run is open', async () => {
    const { edit, states, nextIn, report } = await setup();
    await edit({ repeatAfter: null });
    expect(await nextIn()).toBe(5);
    await edit({ repeatAfter: 'completion' });
    expect(await nextIn()).toBeNull();
    await report(0);
    expect([await states(), await nextIn()]).toEqual([['SUCCESS', 'SCHEDULED'], 5]);
  });

  it.each([false, true])(
    'is not broken when it is set while a call is open, switched off meanwhile: %p',
    async (isOff) => {
      const { clock, acme, edit, job, states, target, dispatcher, minutes, report } = await setup({
        repeatAfter: null,
      });
      await report(0);
      target.reacts({ kind: 'hold' });
      clock.advance(5 * MINUTE_MS);
      const from = target.calls.length;
      await dispatcher.tick();
      await target.received(from + 1);
      if (isOff) await edit({ active: false });
      await edit({ repeatAfter: 'completion' });
      if (isOff) await acme.put(job.schedule, { active: true }).expect(200);
      target.reacts({ kind: 'answer', status: 202 });
      target.release();
      await dispatcher.settled();
      await minutes(6);
      expect((await states()).slice(0, 3)).toEqual(['SUCCESS', 'SUCCESS', 'ACK_RECVD']);
      expect(await states()).toHaveLength(3);
      await report(2);
      expect((await states()).slice(3)).toEqual(['SCHEDULED']);
    },
  );

  it('plans nothing while its call is open, whatever is edited, and one run when it ends', async () => {
    const { clock, edit, states, nextIn, target, dispatcher, report } = await setup();
    await report(0);
    target.reacts({ kind: 'hold' });
    clock.advance(5 * MINUTE_MS);
    const from = target.calls.length;
    await dispatcher.tick();
    await target.received(from + 1);
    await edit({ repeatInterval: '3 minutes' });
    await edit({ startTime: '2020-01-01' });
    expect(await nextIn()).toBeNull();
    clock.advance(MINUTE_MS);
    target.release();
    await dispatcher.settled();
    expect([await states(), await nextIn()]).toEqual([['SUCCESS', 'SUCCESS', 'SCHEDULED'], 9]);
  });

  it('is continued by its newest run alone', async () => {
    const { clock, edit, states, nextIn, target, dispatcher, report } = await setup();
    await report(0);
    target.reacts({ kind: 'hold' });
    clock.advance(5 * MINUTE_MS);
    const from = target.calls.length;
    await dispatcher.tick();
    await target.received(from + 1);
    // Nobody can know now whether the open call was claimed with the setting: a run is planned.
    await edit({ repeatInterval: '10 minutes', active: false });
    await edit({ active: true });
    const planned = await nextIn();
    expect(planned).not.toBeNull();
    target.release();
    await dispatcher.settled();
    expect([await states(), await nextIn()]).toEqual([['SUCCESS', 'SUCCESS', 'SCHEDULED'], planned]);
  });

  it('executes one run after hours without the service', async () => {
    const { clock, drain, report, states, tick } = await setup();
    await report(0);
    clock.advance(5 * 3_600_000);
    await tick();
    await drain();
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD']);
  });

  it('goes on when the run of a replica that is gone is taken over', async () => {
    const { clock, database, drain, report, states, nextIn } = await setup();
    await report(0);
    await database.transaction((tx) =>
      tx.execute('UPDATE run SET state = 1, claimed_by = 4711 WHERE state = 0'),
    );
    flow.target.reacts({ kind: 'answer' });
    clock.advance(30 * MINUTE_MS);
    await drain();
    expect([await states(), await nextIn()]).toEqual([['SUCCESS', 'SUCCESS', 'SCHEDULED'], 35]);
  });
});
