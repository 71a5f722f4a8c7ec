import { RUN_STATES } from '../../src/core/run-state.js';
import { uuidFromBytes } from '../../src/database/columns.js';
import type { DatabaseKind } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

export const S = 1_000;
export const MINUTE_MS = 60 * S;
const DAY_MS = 86_400 * S;
/** Only what is asked for runs. */
const NEVER = { cron: '2099 * * * * 0 0' };

/** Starts an application for tests of jobs that are throttled. */
export async function startThrottled(kind: DatabaseKind) {
  const flow = await startFlow(kind);

  /** A throttled job of which so many runs are asked for at once, at the first minute of a day. */
  async function setup(
    throttle: object | null,
    runs: number,
    { schedule = NEVER, status = 200, ...change }: Change = {},
  ) {
    await flow.clear();
    const { clock, target, createJob, drain } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + MINUTE_MS);
    await drain();
    target.reacts({ kind: 'answer', status });
    const job = await createJob(schedule, { ...change, ...(throttle !== null && { throttle }) });
    await ask(job, runs);
    return { ...flow, ...toolsOf(flow, job), job };
  }

  /** Asks for runs, each at an instant of its own: they are told apart by it. */
  async function ask(job: FlowJob, runs: number) {
    for (let run = 0; run < runs; run++) {
      flow.clock.advance(1);
      await flow.acme.post(job.runs, {}).expect(202);
    }
  }
  return { flow, setup };
}

type Change = { schedule?: object; status?: number } & Record<string, unknown>;

function toolsOf({ clock, drain, dispatcher, callsOf, database }: Flow, job: FlowJob) {
  /** But for the plan that is never due. */
  const states = async () =>
    (await runsOf(job)).filter(({ plannedAt }) => plannedAt < '2099').map(({ runState }) => runState);
  /** Lets time go by with the service up, and returns how many calls there were by then. */
  const pass = async (ms: number, stepMs = S) => {
    const end = clock.now() + ms;
    while (clock.now() < end) {
      clock.set(Math.min(end, clock.now() + stepMs));
      await drain();
    }
    return callsOf(job).length;
  };
  /** Does the same while calls are open that nobody answers. */
  const passOpen = async (ms: number) => {
    const end = clock.now() + ms;
    while (clock.now() < end) {
      clock.advance(5 * S);
      for (let round = 0; round < 2; round++) await dispatcher.tick();
    }
  };
  const waits = () =>
    database.read((tx) =>
      tx.query<{ until_at: number | null }>(
        'SELECT until_at FROM throttle_wait WHERE job_id = ? ORDER BY since',
        [job.jobId],
      ),
    );
  const stored = async () => {
    const rows = await database.read((tx) =>
      tx.query<{ id: Buffer; state: number; due_at: number; hold: number | null }>(
        'SELECT id, state, due_at, hold FROM run ORDER BY planned_at',
      ),
    );
    return rows.map((row) => ({ ...row, runId: uuidFromBytes(row.id), state: RUN_STATES[row.state] }));
  };
  return { states, pass, passOpen, waits, stored, calls: () => callsOf(job).length };
}
