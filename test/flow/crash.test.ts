import { RUN_STATES, type RunState } from '../../src/core/run-state.js';
import { ActionTarget } from '../support/action-target.js';
import { startApp } from '../support/app.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { ManualClock } from '../support/manual-clock.js';
import { build, ServiceProcess } from '../support/service-process.js';
import { spectatorOf } from '../support/spectator.js';

interface StoredRun {
  readonly runId: string;
  readonly scheduleId: string;
  readonly state: RunState | undefined;
  readonly plannedAt: number;
  readonly claimedBy: number | null;
}

/** Makes a database with due one-time runs, and perhaps a schedule of every second; no process holds it any more. */
async function setup(kind: DatabaseKind, { once, cron }: { once: number; cron?: string }) {
  const target = await ActionTarget.start();
  atEndOfFile(() => target.stop());
  target.reacts({ kind: 'hold' });
  const env = { DATABASE_URL: await kind.createUrl(), LEASE_MS: '2000' };
  const app = await startApp({ env, clock: new ManualClock(Date.now()) });
  const due = Array.from({ length: once }, () => ({ time: 'now', active: true }));
  const schedules = cron === undefined ? due : [...due, { cron, active: true }];
  await app.acme
    .post('/scheduler/jobs', { name: 'j', action: target.url(), active: true, schedules })
    .expect(201);
  await app.stop();
  const start = (more: Record<string, string> = {}) => ServiceProcess.start({ ...env, ...more });
  return { target, start, env };
}

/** Returns every run on record, from beside the service. */
async function recordOf({ env }: { env: { DATABASE_URL: string } }) {
  const ask = await spectatorOf(env.DATABASE_URL);
  return async (): Promise<StoredRun[]> => {
    const rows = await ask<{
      id: Buffer;
      schedule_id: Buffer;
      state: number;
      planned_at: number;
      claimed_by: number | null;
    }>('SELECT id, schedule_id, state, planned_at, claimed_by FROM run ORDER BY planned_at');
    return rows.map((row) => ({
      runId: row.id.toString('hex'),
      scheduleId: row.schedule_id.toString('hex'),
      state: RUN_STATES[row.state],
      plannedAt: row.planned_at,
      claimedBy: row.claimed_by,
    }));
  };
}

const runIdsOf = (target: ActionTarget, from = 0) =>
  target.calls.slice(from).map((call) => String(call.headers['x-sap-job-run-id']).replaceAll('-', ''));

describe.each(databaseKinds)('The process on $name', (kind) => {
  beforeAll(build);

  it('may be killed while 100 calls are open: after the next start every planned run ends, none is lost', async () => {
    const stage = await setup(kind, { once: 100, cron: '* * * * * * *' });
    const { target, start } = stage;
    const first = await start({ MAX_CALLS_PER_TENANT: '200' });
    await target.received(101);
    expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });

    const openAtTheKill = new Set(runIdsOf(target));
    const calledBefore = target.calls.length;
    target.reacts({ kind: 'answer' });
    target.release();
    const second = await start({ MAX_CALLS_PER_TENANT: '200' });
    const calledAgain = () => new Set(runIdsOf(target, calledBefore));
    while (![...openAtTheKill].every((runId) => calledAgain().has(runId))) {
      await target.received(target.calls.length + 1);
    }
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null });

    const runs = await (await recordOf(stage))();
    const cronId = runs.at(-1)?.scheduleId;
    const oneTime = runs.filter((run) => run.scheduleId !== cronId);
    expect(oneTime.map((run) => run.state)).toEqual(Array.from({ length: 100 }, () => 'SUCCESS'));
    // Of the schedule of every second, no second is left out, and nothing is open but its plan and what was given back.
    const seconds = runs.filter((run) => run.scheduleId === cronId);
    const [from] = seconds;
    expect(seconds.map((run) => run.plannedAt - (from?.plannedAt ?? 0))).toEqual(
      seconds.map((_, n) => n * 1_000),
    );
    const open = seconds.filter((run) => run.state !== 'SUCCESS' && run.claimedBy !== 0);
    expect(open.map((run) => run.state)).toEqual(['SCHEDULED']);
    for (const runId of openAtTheKill) {
      expect(runs.find((run) => run.runId === runId)?.state).toBe('SUCCESS');
    }
  });

  it('ends well when asked to while calls are open: what was called is recorded, what waits is given back', async () => {
    const stage = await setup(kind, { once: 80 });
    const { target, start } = stage;
    const service = await start();
    await target.received(50);
    const record = await recordOf(stage);
    const ended = service.end('SIGTERM');
    // Given back before the open calls are waited for.
    while ((await record()).filter((run) => run.claimedBy === 0).length < 30);
    target.release();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(target.calls).toHaveLength(50);

    const called = new Set(runIdsOf(target));
    const runs = await record();
    expect(
      runs
        .filter((run) => run.state === 'SUCCESS')
        .map((run) => run.runId)
        .sort(),
    ).toEqual([...called].sort());
    expect(runs.filter((run) => run.state === 'TRIGGERED' && run.claimedBy === 0)).toHaveLength(30);

    target.reacts({ kind: 'answer' });
    const next = await start();
    await target.received(80);
    expect(await next.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(new Set(runIdsOf(target)).size).toBe(80);
    expect((await record()).map((run) => run.state)).toEqual(Array.from({ length: 80 }, () => 'SUCCESS'));
  });
});
