import { FailingQuery } from '../../src/dashboard/reads/failing/failing.query.js';
import type { Database } from '../../src/database/database.js';
import type { Cell } from '../../src/database/dialects/dialect.js';
import { FAILING, OFF } from '../../src/database/entities/stored-values.js';
import type { Chores } from '../../src/replica/chores.js';
import { FailingChores } from '../../src/statistics/failing-chores.js';
import { FailingScheduleReader } from '../../src/statistics/failing-schedule.reader.js';
import { FailingScheduleStore } from '../../src/statistics/failing-schedule.store.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { reads } from './reads.js';
import { numberOf, runCells, uuid, uuidBytes } from './rows.js';

/** So many failing schedules has one job, and so many runs one schedule. */
const MANY = 3_000;
const [SUCCESS, ERROR] = [4, 5];
const LARGE = 70;
const SMALL = 71;
const PLACE = { instanceId: 7, tenancyId: 3 };

/** Makes a large job with many schedules that have failed, in the order of their numbers, and a small one with one and one that has runs. */
async function fill(database: Database, { standing, active }: { standing: number; active: number }) {
  const ids = Array.from({ length: MANY }, (_, n) => n + 1);
  const schedule = (n: number, jobId: number) => [
    ...[uuidBytes(n), jobId, 7, 3, 0, '* * * * * * 0', active, '', 0, 0, 0],
  ];
  const failed = (n: number, jobId: number) => [
    ...[uuidBytes(n), 7, 3, jobId, standing, 1, n, uuidBytes(n), 1, 1, 1],
  ];
  const runs = ids.map((n) =>
    runCells(n, {
      ...{ schedule_id: uuidBytes(MANY + 2), state: n < MANY ? SUCCESS : ERROR },
      ...{ planned_at: n, due_at: n },
    }),
  );
  await database.transaction(async (tx) => {
    const insert = (table: string, columns: string, cells: Cell[][]) =>
      tx.dialect.insertIgnore(tx, table, columns.split(' '), cells);
    await insert(
      'job',
      'id instance_id tenancy_id name active description action http_method created_at modified_at',
      [
        [LARGE, 7, 3, 'large', 1, '', '', 1, 0, 0],
        [SMALL, 7, 3, 'small', 1, '', '', 1, 0, 0],
      ],
    );
    await insert(
      'schedule',
      'id job_id instance_id tenancy_id kind expression active description timed_at created_at modified_at',
      [...ids.map((n) => schedule(n, LARGE)), ...[MANY + 1, MANY + 2].map((n) => schedule(n, SMALL))],
    );
    await insert(
      'failing_schedule',
      'id instance_id tenancy_id job_id standing planned_at last_at run_id since_at since_planned_at times',
      [...ids.map((n) => failed(n, LARGE)), failed(MANY + 1, SMALL)],
    );
    await insert('run', Object.keys(runCells(1)).join(' '), runs.map(Object.values));
  });
}

describe('What is read of a job with thousands of failing schedules, and of a schedule with thousands of runs', () => {
  const stage = (async () => {
    const database = await mariaDb.open();
    await fill(database, { standing: FAILING, active: 1 });
    return database;
  })();

  it('is one entry of each job, where the schedule is looked for that failed last', async () => {
    const query = new FailingQuery();
    const jobIds = [LARGE, SMALL, 99];
    for (const kind of ['tenant', 'instance'] as const) {
      const scope = { kind, ...PLACE };
      const database = await stage;
      const { result, entries } = await database.read((tx) =>
        reads(tx, () => query.schedulesOfJobs(tx, scope, { jobIds, now: 1 })),
      );
      expect(result).toEqual(
        new Map([
          [LARGE, uuid(MANY)],
          [SMALL, uuid(MANY + 1)],
        ]),
      );
      expect(entries).toBeLessThan(MANY / 10);
    }
  });

  it('is the newest run, where a failure is noted', async () => {
    const database = await stage;
    const { result, entries } = await database.read((tx) =>
      reads(tx, () => new FailingScheduleReader().listPasts(tx, [uuid(MANY + 2)])),
    );
    const success = { runId: uuid(MANY - 1), plannedAt: MANY - 1, endedAt: MANY - 1 };
    expect(result.get(uuid(MANY + 2))).toEqual({ isFailing: false, notedFrom: null, success });
    expect(entries).toBeLessThan(100);
  });
});

describe.each(databaseKinds)(
  'Thousands of schedules that were switched off while they failed, on $name',
  (kind) => {
    it('are looked at in turns, 2,000 each time', async () => {
      const database = await kind.open();
      await fill(database, { standing: OFF, active: 0 });
      const [first, last] = [uuidBytes(1), uuidBytes(MANY)];
      await database.transaction((tx) =>
        tx.execute('UPDATE schedule SET active = 1 WHERE id IN (?, ?)', [first, last]),
      );
      const chores = new FailingChores(
        database,
        { now: () => MANY },
        new FailingScheduleReader(),
        new FailingScheduleStore(),
        { register: () => undefined } as unknown as Chores,
      );
      const mended = async () => {
        await chores.mend();
        const rows = await database.read((tx) =>
          tx.query<{ id: Buffer }>(`SELECT id FROM failing_schedule WHERE standing = ${FAILING} ORDER BY id`),
        );
        return rows.map(({ id }) => numberOf(id));
      };
      expect(await mended()).toEqual([1]);
      expect(await mended()).toEqual([1, MANY]);
    });
  },
);
