import { uuidToBytes } from '../../src/database/columns.js';
import { RunEndings, type EndedRun } from '../../src/run-log/run-endings.js';
import type { Reaction } from '../support/action-target.js';
import { runsOf, type Flow, type FlowJob } from './setup.js';

export const S = 1_000;
export const HOUR_MS = 3_600 * S;
const HOURLY = { cron: '* * * * * 0 0' };
export const RETRY = { attempts: 2, delay: '10 seconds' };
export const DOWN: Reaction = { kind: 'answer', status: 500, body: 'down' };
export const UP: Reaction = { kind: 'answer', status: 200, body: 'done' };

/** Returns what ends in a flow from now on. */
export function endsOf({ app }: Flow): EndedRun[] {
  const ended: EndedRun[] = [];
  app.get(RunEndings, { strict: false }).join({
    settle: (_tx, runs) => Promise.resolve(void ended.push(...runs)),
  });
  return ended;
}

/** Returns the types and codes of what a job's earliest run has passed. */
export async function typesOf(job: FlowJob) {
  return (await runsOf(job))[0]?.transitions.map(({ type, code }) => `${type} ${code}`);
}

/** An hourly job with this policy, half an hour before its next run; the target reacts to its calls in this order. */
export async function stageOf(
  flow: Flow,
  reactions: readonly Reaction[],
  { retry = RETRY, schedule = {} } = {},
) {
  await flow.clear();
  const { clock, target, createJob, callsOf, database, acme } = flow;
  clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2);
  await flow.drain();
  const job = await createJob({ ...HOURLY, ...schedule }, retry === null ? {} : { retry });
  const left = [...reactions];
  target.reacts((call) => (call.path.startsWith(job.path) ? (left.shift() ?? UP) : UP));
  clock.advance(HOUR_MS / 2);
  await flow.drain();
  const theRun = async () => {
    const [run] = (await runsOf(job)).filter(({ runState }) => runState !== 'SCHEDULED');
    if (!run) throw new Error('No run was called.');
    return run;
  };
  const stored = async () => {
    const { runId } = await theRun();
    const [row] = await database.read((tx) =>
      tx.query<{ due_at: number; attempt: number; claimed_by: number | null }>(
        'SELECT due_at, attempt, claimed_by FROM run WHERE id = ?',
        [uuidToBytes(runId)],
      ),
    );
    if (!row) throw new Error('The run is gone.');
    return row;
  };
  /** Lets time go by until the next call is due, and makes it; returns for how many seconds it was waited. */
  const goOn = async () => {
    const before = clock.now();
    const { due_at: dueAt } = await stored();
    clock.set(Number(dueAt) - 1);
    const calls = callsOf(job).length;
    await flow.drain();
    expect(callsOf(job)).toHaveLength(calls);
    clock.advance(1);
    await flow.drain();
    return (Number(dueAt) - before) / S;
  };
  const report = async (body: object) => acme.put(`${job.runs}/${(await theRun()).runId}`, body);
  return { ...flow, job, theRun, stored, goOn, report, calls: () => callsOf(job) };
}
