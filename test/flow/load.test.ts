import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { loadRange } from '../../src/core/plan/load-range.js';
import { newUuidBytes } from '../../src/database/uuid-v7.js';
import type { Database } from '../../src/database/database.js';
import type { Lane } from '../../src/database/tx.js';
import { LoadCounts, type LoadScope } from '../../src/schedule/load/load-counts.js';
import { PlannedLoadReader } from '../../src/schedule/load/planned-load.reader.js';
import type { Chores } from '../../src/replica/chores.js';
import { runCells } from '../database/rows.js';
import { databaseKinds } from '../support/databases.js';
import { ManualClock } from '../support/manual-clock.js';

const FIRST_TENANCY = 1_000;
const COLUMNS = Object.keys(runCells(0));

describe.each(databaseKinds)('The counts of planned runs on $name', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await kind.open();
  });

  /** Counts over tenancies that no other test has. */
  let tenancy = FIRST_TENANCY;
  async function setup(tenancies: number) {
    const clock = new ManualClock();
    const chores = { register: () => undefined } as Pick<Chores, 'register'> as Chores;
    const lanes = new Set<Lane | undefined>();
    const read: Database['read'] = (work, lane) => {
      lanes.add(lane);
      return database.read(work, lane);
    };
    const watched = { read } as Pick<Database, 'read'> as Database;
    const counts = new LoadCounts(watched, new PlannedLoadReader(), clock, chores);
    const ids = Array.from({ length: tenancies }, () => tenancy++);
    const scope: LoadScope = { name: `tenancies ${ids.join()}`, tenancyIds: () => ids };
    const now = clock.now();
    /** So many runs, one after the other through the tenancies and the minutes of a day. */
    const plan = (runs: number, from = now) =>
      database.transaction(async (tx) => {
        const rows = Array.from({ length: runs }, (_, n) => {
          const at = from + (n % 1_440) * MINUTE_MS;
          const place = { schedule_id: newUuidBytes(now), tenancy_id: ids[n % ids.length] ?? 0 };
          return Object.values(runCells(n, { id: newUuidBytes(now), ...place, planned_at: at, due_at: at }));
        });
        for (let n = 0; n < rows.length; n += 1_000)
          await tx.dialect.insertIgnore(tx, 'run', COLUMNS, rows.slice(n, n + 1_000));
      });
    const caller: Lane = { tenancyId: ids[0] ?? 0 };
    const ask = () =>
      counts.get(scope, loadRange({ from: null, to: null, stepMs: HOUR_MS }, clock.now()), caller);
    const sum = async () => (await ask()).reduce((all, count) => all + count, 0);
    return { clock, counts, plan, ask, sum, lanes, caller };
  }

  it('are those of each step, over many tenancies', async () => {
    const { plan, ask } = await setup(600);
    expect(await ask()).toEqual(Array.from({ length: 24 }, () => 0));
    await plan(2_880);
    expect(await ask()).toEqual(Array.from({ length: 24 }, () => 120));
  });

  it('are made anew for each question where they are few', async () => {
    const { plan, sum } = await setup(2);
    await plan(10);
    expect(await sum()).toBe(10);
    await plan(1);
    expect(await sum()).toBe(11);
  });

  it('are kept where they are many, made anew while somebody asks, and for whoever asks after that', async () => {
    const { clock, counts, plan, sum } = await setup(3);
    await plan(20_160);
    expect(await sum()).toBe(20_160);
    await plan(1);
    expect(await sum()).toBe(20_160);
    clock.advance(45_000);
    await counts.renew();
    expect(await sum()).toBe(20_161);
    await plan(1);
    clock.advance(2 * MINUTE_MS);
    expect(await sum()).toBe(20_161);
    clock.advance(1);
    expect(await sum()).toBe(20_162);
    clock.advance(16 * MINUTE_MS);
    await counts.renew();
    await plan(1);
    expect(await sum()).toBe(20_163);
  });

  it('are made in the turns of whoever asks, so that many questions of one tenant keep no others waiting', async () => {
    const { ask, lanes, caller } = await setup(2);
    await Promise.all([ask(), ask()]);
    expect([...lanes]).toEqual([caller]);
  });

  it('go on with the time where they are kept', async () => {
    const { clock, counts, plan, ask } = await setup(1);
    await plan(21_600);
    const before = await ask();
    clock.advance(HOUR_MS - 1);
    await counts.renew();
    clock.advance(1);
    expect(await ask()).toEqual([...before.slice(1), 0]);
    expect(clock.now() % HOUR_MS).toBe(0);
    expect(DAY_MS / HOUR_MS).toBe(before.length);
  });
});
