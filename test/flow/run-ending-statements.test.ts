import type { ActionOutcome } from '../../src/core/action-outcome.js';
import { uuidFromBytes } from '../../src/database/columns.js';
import type { Tx } from '../../src/database/tx.js';
import { executedRun } from '../../src/dispatch/executed-run.js';
import { Heartbeat } from '../../src/replica/heartbeat.js';
import { OutcomeStore } from '../../src/run-log/outcome.store.js';
import type { ClaimedRun } from '../../src/run-log/queue/claimed-run.js';
import { HeldRunStore } from '../../src/run-log/queue/held-run.store.js';
import { RunEndingService } from '../../src/run-log/run-ending.service.js';
import { databaseKinds } from '../support/databases.js';
import { countStatements } from '../support/statements.js';
import { runsOf, startFlow, type Flow } from './setup.js';

const HOUR_MS = 3_600_000;
const FEW = 1;
const MANY = 500;
const DONE: ActionOutcome = { kind: 'answered', httpStatus: 200, body: 'ok' };
const ACCEPTED: ActionOutcome = { kind: 'answered', httpStatus: 202, body: 'later' };

const ONE_TIME = { time: 'now' };
const HOURLY = { cron: '* * * * * 0 0' };

describe.each(databaseKinds)('The number of statements that end runs on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { RATE_LIMIT_CLIENT_PER_MINUTE: '100000' });
  });

  /** Claims the runs of a job with so many schedules, as a replica does before it calls them. */
  async function setup(schedule: object, count: number, { isAsked = false } = {}) {
    await flow.clear();
    const { acme, clock, database, app, createJob, tick } = flow;
    clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2);
    await tick();
    const schedules = Array.from({ length: count }, () => ({ active: true, ...schedule }));
    const job = await createJob(schedule, { schedules });
    const rows = await database.read((tx) =>
      tx.query<{ id: Buffer; tenancy_id: number }>('SELECT id, tenancy_id FROM schedule WHERE job_id = ?', [
        job.jobId,
      ]),
    );
    const ids = rows.map((row) => uuidFromBytes(row.id));
    if (isAsked) {
      for (const id of ids) await acme.post(`${job.job}/schedules/${id}/runs`).expect(202);
    }
    clock.advance(isAsked ? 1_000 : HOUR_MS / 2);
    const { replicaId } = app.get(Heartbeat, { strict: false });
    const quotas = [{ tenancyId: rows[0]?.tenancy_id ?? 0, limit: count }];
    const runs = app.get(HeldRunStore, { strict: false });
    const claimed = await database.transaction((tx) =>
      runs.claim(tx, { quotas, dueUntil: clock.now(), replicaId }),
    );
    expect(claimed).toHaveLength(count);
    await database.transaction((tx) => runs.markCalled(tx, claimed, { replicaId, at: clock.now() }));
    const outcomes = app.get(OutcomeStore, { strict: false });
    const record = (tx: Tx, outcome: ActionOutcome) =>
      outcomes.record(tx, outcomesOf(claimed, outcome, clock.now()), replicaId);
    const endings = app.get(RunEndingService, { strict: false });
    return { ...flow, job, ids, claimed, record, endings };
  }

  type Stage = Awaited<ReturnType<typeof setup>>;

  /** Counts the statements of work in a transaction of its own. */
  function counted({ database }: Stage, work: (tx: Tx) => Promise<unknown>): Promise<number> {
    return database.transaction((tx) => countStatements(tx, () => work(tx)));
  }

  const accepted = async (stage: Stage) => {
    await stage.database.transaction((tx) => stage.record(tx, ACCEPTED));
    return stage;
  };
  const reports = ({ claimed }: Stage) =>
    claimed.map(({ runId, tenancyId, job, schedule }) => ({
      scope: { kind: 'tenant' as const, instanceId: 1, tenancyId },
      place: { jobId: job.id, scheduleId: schedule.id, runId },
      ...{ success: true, message: `done ${runId}` },
    }));

  const WAYS: Record<string, (count: number) => Promise<number>> = {
    'one-time, answered': async (count) => {
      const stage = await setup(ONE_TIME, count);
      return counted(stage, (tx) => stage.record(tx, DONE));
    },
    'recurring, answered': async (count) => {
      const stage = await setup(HOURLY, count);
      return counted(stage, (tx) => stage.record(tx, DONE));
    },
    'asked for, answered': async (count) => {
      const stage = await setup({ ...HOURLY, active: false }, count, { isAsked: true });
      return counted(stage, (tx) => stage.record(tx, DONE));
    },
    'one-time, reported': async (count) => {
      const stage = await accepted(await setup(ONE_TIME, count));
      return counted(stage, (tx) => stage.endings.report(tx, reports(stage), stage.clock.now()));
    },
    'one-time, reported before its answer was recorded': async (count) => {
      const stage = await setup(ONE_TIME, count);
      await stage.database.transaction((tx) => stage.endings.report(tx, reports(stage), stage.clock.now()));
      return counted(stage, (tx) => stage.record(tx, ACCEPTED));
    },
    'one-time, canceled': async (count) => {
      const stage = await accepted(await setup(ONE_TIME, count));
      const ids = stage.claimed.map(({ runId }) => runId);
      return counted(stage, (tx) => stage.endings.cancel(tx, ids, stage.clock.now()));
    },
    'one-time, timed out': async (count) => {
      const stage = await accepted(await setup(ONE_TIME, count));
      stage.clock.advance(HOUR_MS);
      return counted(stage, (tx) => stage.endings.expire(tx, stage.clock.now(), count));
    },
  };

  it.each(Object.entries(WAYS))(
    'is the same for one run and for 500: %s',
    async (_name, statements) => {
      await statements(FEW); // the first event of an instance makes the row of its numbers
      expect(await statements(MANY)).toBe(await statements(FEW));
    },
    60_000,
  );

  it('ends each run of a set: with it its one-time schedule, and no other', async () => {
    const stage = await accepted(await setup(ONE_TIME, 3));
    const [first, second] = reports(stage);
    if (!first || !second) throw new Error('Three runs are claimed.');
    const answers = await stage.database.transaction((tx) =>
      stage.endings.report(
        tx,
        [first, { ...second, success: false }, first, { ...second }],
        stage.clock.now(),
      ),
    );
    expect(answers).toEqual([
      { kind: 'taken' },
      { kind: 'taken' },
      { kind: 'repeated' },
      { kind: 'refused', state: 'ERROR' },
    ]);
    const ends: Record<string, string[]> = {};
    for (const id of stage.ids) {
      const schedule = `${stage.job.job}/schedules/${id}`;
      const { body } = await stage.acme.get(schedule).expect(200);
      const [run] = await runsOf({ ...stage.job, runs: `${schedule}/runs` });
      ends[run?.runId ?? ''] = [run?.runState ?? '', String(body.active)];
    }
    const third = stage.claimed.find(({ runId }) => ![first.place.runId, second.place.runId].includes(runId));
    expect(ends).toEqual({
      [first.place.runId]: ['SUCCESS', 'false'],
      [second.place.runId]: ['ERROR', 'false'],
      [third?.runId ?? '']: ['ACK_RECVD', 'true'],
    });
  });
});

function outcomesOf(claimed: readonly ClaimedRun[], outcome: ActionOutcome, now: number) {
  return claimed.map((run) => executedRun(run, { startedAt: now, outcome }, now).outcome);
}
