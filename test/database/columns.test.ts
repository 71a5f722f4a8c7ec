import { In, IsNull, LessThan, Not } from 'typeorm';
import { LAST_INSTANT } from '../../src/core/instant.js';
import { RUN_STATES } from '../../src/core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../src/database/columns.js';
import { ACTIONS, ActionLogRow } from '../../src/database/entities/action-log.row.js';
import { JobRow } from '../../src/database/entities/job.row.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { newUuid } from '../../src/database/uuid-v7.js';
import { databaseKinds } from '../support/databases.js';
import { numberOf, runRow, storeRuns, uuid } from './rows.js';

const aJob = (change: Partial<JobRow> = {}): JobRow =>
  Object.assign(new JobRow(), {
    instanceId: 1,
    tenancyId: 1,
    kind: 'http',
    name: 'job',
    description: '',
    action: 'https://app.example.com',
    httpMethod: 'POST',
    active: true,
    startAt: null,
    endAt: null,
    ansOnSuccess: null,
    ansOnError: null,
    calmEnabled: null,
    actionUser: null,
    actionPassword: null,
    policy: null,
    createdAt: 0,
    modifiedAt: 0,
    ...change,
  });

describe.each(databaseKinds)('a stored row on $name', (kind) => {
  async function setup(...rows: readonly RunRow[]) {
    const database = await kind.open();
    await storeRuns(database, rows);
    const find = (where: object) =>
      database.read((tx) => tx.manager.find(RunRow, { where, order: { id: 'ASC' } }));
    return { database, find };
  }

  it('comes back as it was stored', async () => {
    const row = runRow(1, {
      id: newUuid(LAST_INSTANT),
      state: 'ACK_RECVD',
      origin: 'request',
      plannedAt: LAST_INSTANT,
      claimedBy: 2_147_483_647,
      executedAt: 0,
      ackedAt: -1,
      httpStatus: 202,
      ackText: 'Grüße 😀\u0000',
      isReported: true,
    });
    const { find } = await setup(row);
    expect(await find({})).toEqual([{ ...row, completedAt: null, endText: null }]);
  });

  it('keeps every state of a run', async () => {
    const { find } = await setup(...RUN_STATES.map((state, index) => runRow(index + 1, { state })));
    expect((await find({})).map(({ state }) => state)).toEqual([...RUN_STATES]);
  });

  it('is found by its UUID in either case, by several, and by its other values', async () => {
    const letters = 'abcdefab-cdef-7abc-8def-abcdefabcdef';
    const { find } = await setup(
      runRow(1, { claimedBy: 1 }),
      runRow(2, { state: 'ERROR' }),
      runRow(3, { id: letters }),
    );
    const numbers = async (where: object) => (await find(where)).map(({ plannedAt }) => plannedAt);
    expect(await numbers({ id: uuid(2) })).toEqual([2]);
    expect(await numbers({ id: letters.toUpperCase() })).toEqual([3]);
    expect(await numbers({ id: In([uuid(1), letters, uuid(9)]) })).toEqual([1, 3]);
    expect(await numbers({ id: Not(uuid(1)) })).toEqual([2, 3]);
    expect(await numbers({ state: 'ERROR' })).toEqual([2]);
    expect(await numbers({ state: In(['ERROR', 'SUCCESS']) })).toEqual([2]);
    expect(await numbers({ claimedBy: IsNull() })).toEqual([2, 3]);
    expect(await numbers({ plannedAt: LessThan(3) })).toEqual([1, 2]);
    expect(await numbers({ isReported: false })).toEqual([1, 2, 3]);
  });

  it('is changed by an update of the entity manager', async () => {
    const { database, find } = await setup(runRow(1));
    const change = { state: 'SUCCESS', isReported: true, completedAt: 5, scheduleId: uuid(9) } as const;
    await database.transaction((tx) => tx.manager.update(RunRow, { id: uuid(1) }, change));
    expect(await find({ id: uuid(1) })).toEqual([expect.objectContaining(change)]);
  });

  it.each([true, false, null])('keeps a flag that is %s', async (flag) => {
    const { database } = await setup();
    await database.transaction((tx) => tx.manager.insert(JobRow, aJob({ ansOnError: flag, active: !flag })));
    const [job] = await database.read((tx) => tx.manager.find(JobRow));
    expect([job?.ansOnError, job?.active]).toEqual([flag, !flag]);
  });

  it('tells names apart by case and accent, and refuses the same name twice', async () => {
    const { database } = await setup();
    const insert = (name: string) => database.transaction((tx) => tx.manager.insert(JobRow, aJob({ name })));
    for (const name of ['job', 'JOB', 'jöb']) await insert(name);
    const error = await insert('job').catch((thrown: unknown) => thrown);
    expect(database.dialect.isDuplicateKey(error)).toBe(true);
  });

  it('gets a number that is never given again', async () => {
    const { database } = await setup();
    const insert = (name: string) =>
      database.transaction(async (tx) => {
        const job = aJob({ name });
        await tx.manager.insert(JobRow, job);
        return job.id;
      });
    const last = await insert('a');
    await database.transaction((tx) => tx.manager.delete(JobRow, { id: last }));
    expect(await insert('b')).toBeGreaterThan(last);
  });

  it('keeps every action of the action log', async () => {
    const { database } = await setup();
    const entries = ACTIONS.map((action) => ({
      jobId: Number.MAX_SAFE_INTEGER,
      scheduleId: null,
      action,
      actor: 'x',
      at: 1,
      details: '',
    }));
    await database.transaction((tx) => tx.manager.insert(ActionLogRow, entries));
    const rows = await database.read((tx) => tx.manager.find(ActionLogRow, { order: { id: 'ASC' } }));
    expect(rows.map(({ action }) => action)).toEqual([...ACTIONS]);
    expect(rows[0]?.jobId).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('a UUID', () => {
  it('is stored in 16 bytes and read back in lower case', () => {
    const text = 'ABCDEF01-2345-7678-9ABC-DEF012345678';
    expect(uuidToBytes(text)).toHaveLength(16);
    expect(uuidFromBytes(uuidToBytes(text))).toBe(text.toLowerCase());
  });

  it('sorts by the instant it was made at', () => {
    const made = [0, 1_000, 1_700_000_000_000, LAST_INSTANT].map(newUuid);
    expect([...made].sort()).toEqual(made);
    expect(numberOf(uuid(77))).toBe(77);
  });
});
