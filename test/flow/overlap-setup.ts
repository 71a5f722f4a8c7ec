import type { DatabaseKind } from '../support/databases.js';
import { runsOf, startFlow, type FlowJob } from './setup.js';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const EVERY_MINUTE = { cron: '* * * * * * 0' };

/** Starts an application for tests of runs that may not overlap. */
export async function startOverlap(kind: DatabaseKind) {
  const flow = await startFlow(kind);

  /** A schedule of every minute whose endpoint acknowledges each run, at the first of its minutes. */
  async function setup(overlap: string | undefined, change: object = {}) {
    await flow.clear();
    const { clock, target, createJob, acme, drain } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 10 * MINUTE_MS);
    await drain();
    target.reacts({ kind: 'answer', status: 202 });
    const job = await createJob(
      { ...EVERY_MINUTE, ...(overlap !== undefined && { overlap }) },
      { ...change },
    );
    const states = async () => (await runsOf(job)).map(({ runState }) => runState);
    const report = async (place: number, success = true) => {
      const run = (await runsOf(job))[place];
      await acme.put(`${job.runs}/${run?.runId}`, { success, message: 'done' }).expect(200);
      await drain();
    };
    /** Lets minutes go by. */
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute++) {
        clock.advance(MINUTE_MS);
        await drain();
      }
    };
    await minutes(1);
    expect(flow.callsOf(job)).toHaveLength(1);
    return { ...flow, job, states, report, minutes, calls: () => flow.callsOf(job).length };
  }
  return { flow, setup };
}

export const idOf = async (job: FlowJob, place: number) => (await runsOf(job))[place]?.runId;
/** Returns all that the log of a run says. */
export const textOf = async (job: FlowJob, place: number) =>
  (await runsOf(job))[place]?.transitions.map(({ text }) => text).join(' ');
