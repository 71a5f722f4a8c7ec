import { DAY_MS, HOUR_MS } from '../../src/core/instant.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { RUN_STATES } from '../../src/core/run-state.js';
import type { Tx } from '../../src/database/tx.js';
import type { EndedRun, EndingParticipant } from '../../src/run-log/run-endings.js';
import { RunEndingService } from '../../src/run-log/run-ending.service.js';
import { runsOf, type Flow, type FlowJob } from './setup.js';

export const HOURLY = { cron: '* * * * * 0 0' };
export const OFF = { active: false, nextRunAt: null };
export const UNPLANNED = { active: true, nextRunAt: null };

/** The service on a morning of its own, at 9:30. */
export async function startedMorning(flow: Flow) {
  await flow.clear();
  const { clock, drain, acme, app, renew, database, target } = flow;
  clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 9.5 * HOUR_MS);
  await drain();
  await renew();
  const endings = app.get(RunEndingService, { strict: false });
  const stateOf = async ({ schedule }: FlowJob) => {
    const { active, nextRunAt } = (await acme.get(schedule).expect(200)).body;
    return { active, nextRunAt };
  };
  const countsOf = async ({ scheduleId }: FlowJob) => {
    const [row] = await database.read((tx) =>
      tx.query<{ claimed_runs: number | null; failed_runs: number | null }>(
        'SELECT claimed_runs, failed_runs FROM schedule WHERE id = ?',
        [uuidToBytes(scheduleId)],
      ),
    );
    return row;
  };
  /** Lets an hour pass for each answer of the endpoint. */
  const hours = async (...statuses: readonly number[]) => {
    for (const status of statuses) {
      target.reacts({ kind: 'answer', status });
      clock.advance(HOUR_MS);
      await drain();
    }
  };
  const openRuns = async (job: FlowJob) =>
    (await runsOf(job)).filter(({ runState }) => runState === 'ACK_RECVD').map(({ runId }) => runId);
  const report = async (job: FlowJob, runId: string | undefined, success = true) =>
    acme.put(`${job.runs}/${runId}`, { success, message: 'done' }).expect(200);
  /** Cancels a run as the next one of its schedule does, or somebody who asked for it. */
  const cancel = (runId: string | undefined) =>
    database.transaction((tx) => endings.cancel(tx, [runId ?? ''], clock.now()));
  return { ...flow, endings, stateOf, countsOf, hours, openRuns, report, cancel };
}

/** Returns the end of a run as whoever ends it tells of it. */
export function endOf({ scheduleId }: FlowJob, runId: string, change: Partial<EndedRun>): EndedRun {
  return {
    ...{ runId, scheduleId, scheduleKind: 'cron', job: null, tenancyId: 1, origin: 'plan', policy: null },
    ...{ plannedAt: 0, dueAt: 0, executedAt: null, httpStatus: null, endText: '', state: 'SUCCESS' },
    ...{ endedAt: 0, awaitedFrom: null, wasBegun: false, isRepeated: false, isCanceled: false },
    ...change,
  };
}

/** A participant that hears of runs that have ended. */
type Settler = Required<Pick<EndingParticipant, 'settle'>>;

/** How many statements the other transaction has time for, should it not wait. */
const MEANWHILE = 50;

/**
 * Ends two runs in transactions of their own, where each has ended its run before the other settles what follows, and the
 * second settles before the first commits unless it waits for it.
 */
export async function endTogether(
  { database, app }: Flow,
  participant: new (...words: never[]) => Settler,
  [first, second]: readonly [EndedRun, EndedRun],
): Promise<void> {
  const endings = app.get<Settler>(participant, { strict: false });
  const [isEnded, isSettled] = [signal(), signal()];
  const store = (tx: Tx, { runId, state }: EndedRun) =>
    tx.execute('UPDATE run SET state = ? WHERE id = ?', [RUN_STATES.indexOf(state), uuidToBytes(runId)]);
  await Promise.all([
    database.transaction(async (tx) => {
      await store(tx, first);
      await isEnded.promise;
      await endings.settle(tx, [first]);
      isSettled.resolve();
      for (let n = 0; n < MEANWHILE; n++) await tx.query('SELECT 1');
    }),
    database.transaction(async (tx) => {
      await store(tx, second);
      isEnded.resolve();
      await isSettled.promise;
      await endings.settle(tx, [second]);
    }),
  ]);
}

function signal() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve: () => resolve() };
}
