import { jest } from '@jest/globals';
import fc from 'fast-check';
import { RunEndings, type EndedRun } from '../../src/run-log/run-endings.js';
import { RESULT_STATES } from '../../src/database/entities/stored-values.js';
import { isFinal, RUN_STATES, type RunState } from '../../src/core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../src/database/columns.js';
import type { Chores } from '../../src/replica/chores.js';
import { FailingChores } from '../../src/statistics/failing-chores.js';
import { FailingScheduleReader } from '../../src/statistics/failing-schedule.reader.js';
import { FailingScheduleStore } from '../../src/statistics/failing-schedule.store.js';
import { FailingSchedules } from '../../src/statistics/failing-schedules.js';
import { TenancyIndex } from '../../src/tenant/tenancy-index.js';
import { runRow, uuid } from '../database/rows.js';
import { databaseKinds } from '../support/databases.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { startFlow, type Flow } from './setup.js';

jest.setTimeout(120_000);

const SCHEDULES = 4;
const ENDS = RUN_STATES.filter(isFinal);

/** Runs that end together, recorded by one of two replicas; or something else that happens. */
type Step =
  | { readonly kind: 'end'; readonly replica: 0 | 1; readonly runs: readonly End[] }
  | { readonly kind: 'switch'; readonly schedule: number; readonly active: boolean }
  | { readonly kind: 'learn'; readonly replica: 0 | 1 }
  | { readonly kind: 'mend' };
interface End {
  readonly schedule: number;
  readonly state: RunState;
  /** By how many planned instants it ends later than others of its schedule. */
  readonly delay: number;
}

const schedule = fc.nat(SCHEDULES - 1);
const replica = fc.constantFrom(0 as const, 1 as const);
const endOf = (delay: fc.Arbitrary<number>) =>
  fc.record({
    schedule,
    state: fc.oneof(fc.constant('SUCCESS' as const), fc.constantFrom(...ENDS)),
    delay,
  });
const ends = (of: fc.Arbitrary<0 | 1>, end: fc.Arbitrary<End>) =>
  fc.record({
    kind: fc.constant('end' as const),
    replica: of,
    runs: fc.array(end, { minLength: 1, maxLength: 6 }),
  });
const inOrder = endOf(fc.constant(0));

/** Two replicas, runs that end in any order, schedules that are switched off and on. */
const anyHistory = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: ends(replica, endOf(fc.nat(3))) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('switch' as const), schedule, active: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('learn' as const), replica }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('mend' as const) }) },
  ),
  { maxLength: 20 },
);
/** One replica, runs that end in their order. */
const orderedHistory = fc.array(ends(fc.constant(0), inOrder), { maxLength: 15 });
/** Two replicas, of which none hears of the other, and runs that end in their order. */
const sharedHistory = fc.array(ends(replica, inOrder), { maxLength: 15 });
/** Two replicas, runs that end in their order but for some that fail late. */
const lateFailure = fc.record({ schedule, state: fc.constant('TIMEOUT' as const), delay: fc.nat(3) });
const lateHistory = fc.array(ends(replica, fc.oneof(inOrder, lateFailure)), { maxLength: 15 });

describe.each(databaseKinds)('The failing schedules after any history on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** A new job, and two replicas that know of nothing. */
  async function setup() {
    await flow.clear();
    const { app, clock, database, createJob } = flow;
    const schedules = Array.from({ length: SCHEDULES }, () => ({ cron: '2099 * * * * 0 0', active: true }));
    const { jobId } = await createJob({}, { schedules });
    const rows = await database.read((tx) =>
      tx.query<{ id: Buffer; tenancy_id: number }>('SELECT id, tenancy_id FROM schedule WHERE job_id = ?', [
        jobId,
      ]),
    );
    const ids = rows.map(({ id }) => uuidFromBytes(id));
    const tenancyId = rows[0]?.tenancy_id ?? 0;
    const store = app.get(FailingScheduleStore, { strict: false });
    const reader = app.get(FailingScheduleReader, { strict: false });
    const tenancies = app.get(TenancyIndex, { strict: false });
    const unregistered = { register: () => undefined } as unknown as Chores;
    const replicas = [0, 1].map(
      () => new FailingSchedules(database, store, reader, tenancies, new RunEndings(), unregistered),
    );
    const chores = app.get(FailingChores, { strict: false });
    let made = 0;

    const end = async (by: number, runs: readonly End[]) => {
      clock.advance(60_000);
      const ended = runs.map(({ schedule: place, state, delay }, at): EndedRun => {
        const plannedAt = clock.now() + at - delay * 60_000 - (delay === 0 ? 0 : ++made % 1_000);
        return {
          ...{
            runId: uuid(clock.now() + ++made),
            scheduleId: ids[place] ?? '',
            scheduleKind: 'cron',
            tenancyId,
            policy: null,
          },
          policy: null,
          job: { id: jobId, kind: 'http', name: 'any', ansOnSuccess: null, ansOnError: null },
          ...{ origin: 'plan', plannedAt, dueAt: plannedAt, executedAt: plannedAt, state, httpStatus: null },
          ...{
            endedAt: clock.now() + at,
            awaitedFrom: null,
            endText: '',
            isCanceled: false,
            wasBegun: false,
            isRepeated: false,
          },
        };
      });
      await database.transaction(async (tx) => {
        const stored = ended.map((run) =>
          runRow(0, { ...run, id: run.runId, completedAt: run.endedAt, isReported: false }),
        );
        await tx.manager.insert(RunRow, stored);
        await replicas[by]?.settle(tx, ended);
      });
    };
    const turn = (place: number, active: boolean) =>
      database.transaction((tx) =>
        tx.execute('UPDATE schedule SET active = ? WHERE id = ?', [
          active ? 1 : 0,
          uuidToBytes(ids[place] ?? ''),
        ]),
      );
    const play = async (history: readonly Step[]) => {
      for (const step of history) {
        if (step.kind === 'end') await end(step.replica, step.runs);
        if (step.kind === 'switch') await turn(step.schedule, step.active);
        if (step.kind === 'learn') await replicas[step.replica]?.learn();
        if (step.kind === 'mend') await chores.mend();
      }
    };
    return { ...flow, ids, play, mend: () => chores.mend() };
  }

  /** What the table of runs says: the failing schedules by their definition. */
  async function expected({ database, ids }: Awaited<ReturnType<typeof setup>>) {
    const rows = await database.read((tx) =>
      tx.query<{
        schedule_id: Buffer;
        id: Buffer;
        state: number;
        planned_at: number;
        completed_at: number;
        active: number;
      }>(
        `SELECT r.schedule_id, r.id, r.state, r.planned_at, r.completed_at, s.active FROM run r
         JOIN schedule s ON s.id = r.schedule_id WHERE r.state IN (${RESULT_STATES}) ORDER BY r.planned_at`,
      ),
    );
    return ids.flatMap((id) => {
      const own = rows.filter((row) => uuidFromBytes(row.schedule_id) === id);
      const streak = own.slice(own.findLastIndex(({ state }) => RUN_STATES[state] === 'SUCCESS') + 1);
      const [first, newest] = [streak[0], streak.at(-1)];
      if (!first || !newest || newest.active !== 1) return [];
      return [{ id, run: uuidFromBytes(newest.id), since: first.completed_at, times: streak.length }];
    });
  }

  async function noted({ database, ids }: Awaited<ReturnType<typeof setup>>) {
    const rows = await database.read((tx) =>
      tx.query<{ id: Buffer; run_id: Buffer; since_at: number; times: number }>(
        'SELECT id, run_id, since_at, times FROM failing_schedule WHERE standing = 0',
      ),
    );
    const all = rows.map((row) => ({
      ...{ id: uuidFromBytes(row.id), run: uuidFromBytes(row.run_id) },
      ...{ since: row.since_at, times: row.times },
    }));
    return ids.flatMap((id) => all.filter((row) => row.id === id));
  }

  it('are those whose newest ended run is no success, once the chore has been round', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const stage = await setup();
        await stage.play(history);
        await stage.mend();
        const newest = ({ id, run }: { id: string; run: string }) => ({ id, run });
        expect((await noted(stage)).map(newest)).toEqual((await expected(stage)).map(newest));
      }),
      { numRuns: 40 },
    );
  });

  it('have the number and the first of their failures, whichever replica saw them succeed in between', async () => {
    await fc.assert(
      fc.asyncProperty(sharedHistory, async (history) => {
        const stage = await setup();
        await stage.play(history);
        const failing = await expected(stage);
        const ids = failing.map(({ id }) => id);
        expect((await noted(stage)).filter(({ id }) => ids.includes(id))).toEqual(failing);
        await stage.mend();
        expect(await noted(stage)).toEqual(failing);
      }),
      { numRuns: 40 },
    );
  });

  it('never count a failure from before a success, however late it ended', async () => {
    await fc.assert(
      fc.asyncProperty(lateHistory, async (history) => {
        const stage = await setup();
        await stage.play(history);
        await stage.mend();
        const failing = new Map((await expected(stage)).map((each) => [each.id, each]));
        for (const { id, times } of await noted(stage)) {
          expect(times).toBeLessThanOrEqual(failing.get(id)?.times ?? 0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are known at once, with their number and their first failure, where runs end in their order', async () => {
    await fc.assert(
      fc.asyncProperty(orderedHistory, async (history) => {
        const stage = await setup();
        await stage.play(history);
        expect(await noted(stage)).toEqual(await expected(stage));
      }),
      { numRuns: 40 },
    );
  });
});
