import { RUN_STATES } from '../../src/core/run-state.js';
import { until } from '../support/look-again.js';
import { Chance } from './support/chance.js';
import { Deployment, runIdOf, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { startOwnJob } from './support/own-job.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';
import { plain } from './support/workload.js';

const server = await startServer();
const HOUR_MS = 3_600_000;
/** How many instants fail first and are run again, and how many are made up meanwhile. */
const FAILED = 20;
const MISSING = inForm({ short: 60, long: 1_000 });
const KILLS = inForm({ short: 2, long: 10 });
const CALL_MS = 250;
const ENDED_WITHIN_MS = 90_000;
const SUCCESS = RUN_STATES.indexOf('SUCCESS');

/** An hourly job that is off, beside the workload, of which some past instants were made up and failed. */
async function setup(leaseMs: number) {
  const load = { tenants: 2, schedulesPerTenant: 10 };
  const deployment = await Deployment.start(server, { replicas: 2, leaseMs, load });
  const { api, table } = deployment;
  const schedules = [{ cron: '* * * * * 0 0' }];
  const { endpoint, token, path, scheduleIds } = await startOwnJob(deployment, { name: 'behind', schedules });
  const [scheduleId = ''] = scheduleIds;
  const send = async (to: string, body: object) => (await api.send('post', to, { token, body })).body;
  const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const at = (ago: number) => new Date(now - ago * HOUR_MS).toISOString();
  const backfill = async (from: number, to: number) => {
    const range = { from: at(from), to: at(to), concurrency: 10 };
    return String((await send(`${path}/schedules/${scheduleId}/backfill`, range))['job-uri']);
  };
  const ended = async (uri: string) => {
    let status = { ended: undefined, 'job-results': {} };
    await until(`${uri} has ended`, ENDED_WITHIN_MS, async () => {
      status = (await api.send('get', uri, { token })).body;
      return status.ended !== undefined;
    });
    return status;
  };
  const runs = () =>
    table.query<{ id: string; state: number; origin: number; original_at: number; replay_of: string | null }>(
      `SELECT LOWER(HEX(id)) AS id, state, origin, original_at, HEX(replay_of) AS replay_of FROM run
       WHERE LOWER(HEX(schedule_id)) = '${plain(scheduleId)}'`,
    );
  endpoint.reacts({ kind: 'answer', status: 500 });
  const since = Date.now() - 1_000;
  await ended(await backfill(FAILED, 1));
  endpoint.reacts({ kind: 'delay', ms: CALL_MS });
  /** Runs again all that has failed. */
  const replay = async () => {
    const [from, to] = [since, Date.now() + 1_000].map((ms) => new Date(ms).toISOString());
    const order = { filter: { runState: 'ERROR', from, to, scheduleId }, concurrency: 5 };
    return String((await send('/scheduler/runs/operations/replay', order))['job-uri']);
  };
  return { deployment, endpoint, backfill, replay, ended, runs };
}

describe('Runs that are made little by little', () => {
  it('are each made once and called where replicas are killed, and their operations end with right counts', async () => {
    const chance = Chance.announced();
    const { deployment, endpoint, backfill, replay, ended, runs } = await setup(
      inForm({ short: 2_500, long: 10_000 }),
    );
    const before = endpoint.calls.length;
    const operations = [await backfill(FAILED + MISSING, FAILED + 1), await replay()];
    await endpoint.received(before + 10);
    for (let kills = 0; kills < KILLS; kills++) {
      const victim = chance.oneOf(deployment.running);
      await deployment.during(() => victim.kill());
      await victim.start();
      await lasting(chance.between(100, 500));
    }
    const [filled, replayed] = await Promise.all([...operations.map(ended), deployment.recover()]);
    const counts = (total: number) => ({ matched: total, made: total, succeeded: total, failed: 0 });
    expect(filled).toMatchObject({ status: 'complete', 'job-results': counts(MISSING) });
    expect(replayed).toMatchObject({ status: 'complete', 'job-results': counts(FAILED) });
    const all = await runs();
    const [replays, fills] = [2, 3].map((origin) => all.filter((run) => run.origin === origin));
    expect(fills).toHaveLength(FAILED + MISSING);
    expect(new Set(fills?.map((run) => run.original_at)).size).toBe(FAILED + MISSING);
    expect(replays).toHaveLength(FAILED);
    expect(new Set(replays?.map((run) => run.replay_of)).size).toBe(FAILED);
    const called = new Set(endpoint.calls.map(runIdOf));
    expect(all.filter(({ id }) => !called.has(id))).toEqual([]);
    expect(all.filter(({ state }) => state === SUCCESS)).toHaveLength(MISSING + FAILED);
    expectSound(await deployment.judged('kill -9 while runs are made little by little'));
  });
});
