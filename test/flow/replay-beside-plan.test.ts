import { uuidFromBytes, uuidToBytes } from '../../src/database/columns.js';
import { ReplayStore } from '../../src/schedule/request/replay.store.js';
import { Replays } from '../../src/schedule/request/replays.js';
import { databaseKinds } from '../support/databases.js';
import { DOWN, HOUR_MS, UP } from './retries-setup.js';
import { runsOf, startFlow, type Flow } from './setup.js';

const HOURLY = { cron: '* * * * * 0 0', data: { order: 1 } };

describe.each(databaseKinds)('A replay beside the plan on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  async function setup(settings: object) {
    await flow.clear();
    const { clock, drain, createJob, acme } = flow;
    clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2);
    await drain();
    const job = await createJob({ ...HOURLY, ...settings });
    const strike = async () => {
      clock.advance(HOUR_MS);
      await drain();
    };
    const replay = async () => {
      const [run] = (await runsOf(job)).filter(({ runStatus }) => runStatus === 'COMPLETED');
      const { body } = await acme.post(`${job.runs}/${run?.runId}/replay`).expect(202);
      clock.advance(10);
      await drain();
      return String(body['job-uri']);
    };
    const states = async () => (await runsOf(job)).map(({ runState }) => runState);
    return { ...flow, job, strike, replay, states };
  }

  it('is called while another run is open, and counts as running for the next of the plan', async () => {
    const { strike, replay, target, states, callsOf, job } = await setup({ overlap: 'skip' });
    await strike();
    target.reacts({ kind: 'answer', status: 202 });
    await strike();
    await replay();
    expect(callsOf(job)).toHaveLength(3);
    await strike();
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD', 'ACK_RECVD', 'SKIPPED', 'SCHEDULED']);
  });

  it('of a run that was skipped is called', async () => {
    const { strike, acme, target, job, clock, drain, callsOf } = await setup({ overlap: 'skip' });
    target.reacts({ kind: 'answer', status: 202 });
    await strike();
    await strike();
    const skipped = (await runsOf(job)).find(({ runState }) => runState === 'SKIPPED');
    await acme.post(`${job.runs}/${skipped?.runId}/replay`).expect(202);
    clock.advance(10);
    await drain();
    expect(callsOf(job)).toHaveLength(2);
    const again = (await runsOf(job)).find((run) => 'replayOf' in run);
    expect(again).toMatchObject({ replayOf: skipped?.runId, runState: 'ACK_RECVD' });
  });

  it('counts neither among the runs that its schedule may have nor among its failures', async () => {
    const { strike, replay, target, job, acme, states } = await setup({ maxRuns: 3, pauseOnFailures: 2 });
    await strike();
    target.reacts(DOWN);
    await replay();
    await replay();
    await replay();
    expect((await acme.get(job.schedule)).body).toMatchObject({ active: true });
    target.reacts(UP);
    await strike();
    await strike();
    expect((await states()).filter((state) => state === 'SUCCESS')).toHaveLength(3);
    expect((await acme.get(job.schedule)).body).toMatchObject({ active: false });
  });

  it('is one of hundreds that are planned at once, each at an instant of its own and none at a whole second', async () => {
    const { strike, job, app, database, clock } = await setup({});
    await strike();
    const [run] = (await runsOf(job)).filter(({ runStatus }) => runStatus === 'COMPLETED');
    const [store, replays] = [app.get(ReplayStore, { strict: false }), app.get(Replays, { strict: false })];
    const plan = (now: number) =>
      database.transaction(async (tx) => {
        const [found] = await store.list(tx, [run?.runId ?? '']);
        return replays.plan(tx, found ? Array.from({ length: 400 }, () => found) : [], now);
      });
    const now = clock.now() + 900;
    const planned = [...(await plan(now)), ...(await plan(now + 100))];
    const instants = planned.map(({ plannedAt }) => plannedAt);
    expect(new Set(planned.map(({ runId }) => runId)).size).toBe(800);
    expect(new Set(instants).size).toBe(800);
    expect(instants.filter((at) => at % 1_000 === 0)).toEqual([]);
    expect([Math.min(...instants), Math.max(...instants)]).toEqual([now, now + 800]);
    const rows = await database.read((tx) =>
      tx.query<{ id: Buffer; planned_at: number }>(
        'SELECT id, planned_at FROM run WHERE schedule_id = ? AND replay_of IS NOT NULL',
        [uuidToBytes(job.scheduleId)],
      ),
    );
    const stored = rows.map((row) => `${uuidFromBytes(row.id)} ${Number(row.planned_at)}`);
    expect(stored.sort()).toEqual(planned.map(({ runId, plannedAt }) => `${runId} ${plannedAt}`).sort());
  });
});
